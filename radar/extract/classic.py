"""A classic forum's entry in the registry, made from its layout: where a visit begins, what a start page tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from radar.extract import html, urls
from radar.extract.fields import found
from radar.extract.forum import Forum
from radar.extract.layout import Layout
from radar.extract.page import Board, Context, Extraction, Link, LinkKind, Mark, Page, Site, Software, Way
from radar.extract.reading import Reading
from radar.model import Channel, Source

_OFFSET = re.compile(
    r"(?:all times are|alle zeitangaben in|alle zeiten sind)[^<]{0,20}?(?:GMT|UTC|WEZ)\s?([+\u2212-]?\s?\d{0,2})\b",
    re.IGNORECASE,
)


def software(
    name: str,
    layout: Layout,
    *,
    install: str,
    board_url: str,
    marks: tuple[Mark, ...],
    reader: type[Forum] = Forum,
    home: str = "",
    feed_skip: str = "",
    note: str = "",
) -> Software:
    """A forum software from its layout.

    ``install``: regular expression for where its own part of a path begins (see ``urls.base_before``);
    ``board_url``: address of a board below the install path, with ``{id}``; ``home``: that of the index; ``feed_skip``: part of
    the address of feeds that are not to be offered.
    """

    def extract(page: Page, context: Context) -> Extraction:
        return reader(layout, page, context).read()

    def base_url(url: str) -> str:
        return urls.base_before(url, install)

    def entries(source: Source) -> list[Link]:
        base = base_url(source.url)
        if not source.boards:
            return [Link(url=urls.under(base, home), kind=LinkKind.BOARD)]
        addresses = (
            each if "://" in each else urls.under(base, board_url.format(id=quote(each, safe="/")))
            for each in source.boards
        )
        return [Link(url=urls.canonical(each), kind=LinkKind.BOARD) for each in addresses]

    def describe(page: Page, base: str) -> Site:
        forum = reader(layout, page, Context(source=name))
        forum.boards()
        boards = {
            found(layout.board_at, link.url): Board(
                id=found(layout.board_at, link.url), name=link.carry.get("board", ""), url=link.url
            )
            for link in forum.reading.links.values()
            if link.kind is LinkKind.BOARD
        }
        return Site(
            base_url=base,
            version=_version(page, marks),
            boards=tuple(boards.values()),
            feeds=tuple(
                feed for feed in _feeds(page, forum.reading) if not feed_skip or feed_skip not in feed
            ),
            timezone=_zone(page, forum.reading.language),
            language=forum.reading.language,
        )

    return Software(
        name=name,
        channel=Channel.FORUM,
        way=Way.HTML,
        entries=entries,
        extract=extract,
        marks=marks,
        base_url=base_url,
        describe=describe,
        note=note,
    )


def _version(page: Page, marks: tuple[Mark, ...]) -> str:
    places = {"html": page.text, "generator": html.metas(page.tree).get("generator", "")}
    for mark in marks:
        match = re.search(mark.pattern, places.get(mark.where, ""), re.IGNORECASE)
        if match and match.groupdict().get("version"):
            return match["version"]
    return ""


def _feeds(page: Page, reading: Reading) -> Iterator[str]:
    for node in html.rels(page.tree, "alternate"):
        kind = (node.get("type") or "").lower()
        url = reading.url(node.get("href"))
        if url and ("rss" in kind or "atom" in kind):
            yield url


def _zone(page: Page, language: str) -> str:
    """The zone that forums of the old school print at the foot of a page, as an IANA name."""
    match = _OFFSET.search(page.text)
    if not match:
        return ""
    hours = int(match[1].replace(" ", "").replace("\u2212", "-") or 0)
    if hours in {1, 2} and language.startswith("de"):
        return "Europe/Berlin"
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"
