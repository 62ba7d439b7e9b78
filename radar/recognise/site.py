"""What the pages in hand say of a site: its software, its source entry, what can be read from them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from radar.errors import ExtractionError
from radar.extract.feed import feeds_of
from radar.extract.feed_document import read_feed
from radar.extract.html import language as language_of
from radar.extract.page import (
    Board,
    Context,
    Extraction,
    Instead,
    Link,
    LinkKind,
    Page,
    Site,
    Software,
    Way,
)
from radar.extract.registry import SOFTWARE
from radar.extract.urls import canonical, host, origin
from radar.model import Post, Source
from radar.recognise.marks import LIKELY, Recognition, by_address, recognise
from radar.recognise.zones import learn_zone

Answers = Mapping[str, Page | None]
"""By the address asked for; None where nothing came."""


class OptOut(Protocol):
    """What a page does not allow, as ``radar.politeness.policy.optouts`` judges it."""

    @property
    def store(self) -> bool:
        """Whether its posts may be stored."""

    @property
    def follow(self) -> bool:
        """Whether its links may be followed."""

    @property
    def reason(self) -> str:
        """Who says so, for people."""


FORMATS = frozenset({"feed", "qapage", "generic"})
_PAGE_OF = re.compile(
    r"(?:(?<=/)|/)(?:page|seite)[/-]\d+/?$|[?](?:start|page|offset|seite)=\d+$|&(?:start|page|offset|seite)=\d+\b"
)
_FAR = "Asia/Tokyo"
"""A zone in which a local time is surely another moment than in UTC."""
_ZONES = {"de": "Europe/Berlin", "at": "Europe/Vienna", "ch": "Europe/Zurich"}


def usable(answers: Answers) -> list[Page]:
    """Pages that came, refusals left out."""
    return list(_usable(answers).values())


def _usable(answers: Answers) -> dict[str, Page]:
    return {address: page for address, page in answers.items() if page is not None and page.status < 400}


def likeliest(answers: Answers) -> Recognition | None:
    """The software that the signs fit best; a format only where no software of its own is told.

    Where no page came, the addresses alone may tell: some sites refuse strangers their pages, not their interface.
    """
    ranked = [each for each in recognise(usable(answers)) if each.weight >= LIKELY - 2]
    own = [each for each in ranked if each.software.name not in FORMATS and each.weight >= LIKELY]
    if own:
        return own[0]
    told = next(filter(None, map(by_address, answers)), None)
    return told or (ranked[0] if ranked else None)


def source_of(start: str, answers: Answers) -> tuple[Source | None, Software | None]:
    """The source and the software to read it with, as far as they can be told now."""
    way = way_of(start, answers)
    return (way.source, SOFTWARE[way.source.software]) if way else (None, None)


def way_of(start: str, answers: Answers) -> Instead | None:
    """The source as it can be read, and why not in the first way of its software; None if nothing can be told."""
    pages = usable(answers)
    best = by_address(start) or likeliest(answers)
    if best and best.software.name not in FORMATS:
        keep = best.software.way is Way.API and best.software.base_url is None
        return _readable(_entry(start, start if keep else best.base_url, best.software, pages), answers)
    first = answers.get(start)
    if first is not None and read_feed(first) is not None:
        return Instead(_entry(start, canonical(first.url), SOFTWARE["feed"], pages))
    if best and best.software.name != "feed":
        return Instead(_entry(start, _list_at(start, answers, best.software), best.software, pages))
    for page in pages:
        for address, _ in feeds_of(page)[:1]:
            probe = answers.get(address)
            if address not in answers or (probe is not None and read_feed(probe) is not None):
                return Instead(_entry(start, address, SOFTWARE["feed"], pages))
    if not pages:
        return None
    generic = SOFTWARE["generic"]
    return Instead(_entry(start, _list_at(start, answers, generic), generic, pages))


def _list_at(start: str, answers: Answers, software: Software) -> str:
    """Where an unknown site lists its threads: the address asked for, else the home page; ``start`` if neither does."""
    for address in (start, origin(start)):
        page = answers.get(address)
        if page is None or page.status >= 400 or not is_html(page):
            continue
        try:
            found = software.extract(page, Context(source="list"))
        except ExtractionError:
            continue
        if not found.thread_id and any(link.kind is LinkKind.THREAD for link in found.links):
            return canonical(_PAGE_OF.sub("", address)) if address == start else address
    return start


def _readable(source: Source, answers: Answers) -> Instead:
    """The best way whose first listing was not refused, as far as it was asked for; the first if all were."""
    software = SOFTWARE[source.software]
    ways = [Instead(source), *(software.instead(source) if software.instead else ())]
    for way in ways:
        begin = SOFTWARE[way.source.software].entries(way.source)[:1]
        if all(link.url not in answers or _answered(answers[link.url]) for link in begin):
            return way
    return ways[0]


def _answered(page: Page | None) -> bool:
    return page is not None and page.status < 400


def _entry(start: str, url: str, software: Software, pages: list[Page]) -> Source:
    site = site_of(software, url, pages)
    language = (site.language if site else "") or next(filter(None, (_language(page) for page in pages)), "")
    zone = (site.timezone if site else "") or _zone(start, language)
    return Source(
        name=re.sub(r"[^a-z0-9]+", "-", host(start).removeprefix("www.")).strip("-") or "source",
        url=url,
        channel=software.channel,
        software=software.name,
        boards=software.boards_in(start) if software.boards_in else (),
        timezone=zone,
        language=language.split("-")[0].lower(),
        enabled=not software.off,
        full_text=False,
    )


def site_of(software: Software, base: str, pages: list[Page]) -> Site | None:
    """What the pages tell of the installation, joined."""
    if software.describe is None:
        return None
    told: list[Site] = []
    for page in pages:
        try:
            if site := software.describe(page, base):
                told.append(site)
        except (ExtractionError, ValueError, LookupError, TypeError, AttributeError):
            continue
    if not told:
        return None
    boards: dict[str, Board] = {}
    for site in told:
        for board in site.boards:
            boards.setdefault(board.id, board)
    return Site(
        base_url=base,
        version=next(filter(None, (site.version for site in told)), ""),
        boards=tuple(boards.values()),
        feeds=tuple(dict.fromkeys(feed for site in told for feed in site.feeds)),
        timezone=next(filter(None, (site.timezone for site in told)), ""),
        language=next(filter(None, (site.language for site in told)), ""),
    )


def _language(page: Page) -> str:
    if page.text[:500].lstrip("\ufeff \t\r\n").startswith("{"):
        return ""
    feed = read_feed(page)
    return feed.language if feed is not None else language_of(page.tree)


def _zone(start: str, language: str) -> str:
    """A guess: the country of the domain, else of the language; "" (UTC) where neither tells."""
    return _ZONES.get(host(start).rsplit(".", 1)[-1]) or _ZONES.get(language.split("-")[0].lower(), "")


def feed_posts(start: str, answers: Answers) -> tuple[Post, ...]:
    """Posts of the feeds in hand, read as feeds of any site."""
    posts: list[Post] = []
    for page in usable(answers):
        if read_feed(page) is not None:
            posts.extend(SOFTWARE["feed"].extract(page, Context(source="feed")).posts)
            source, software = source_of(start, answers)
            if source and software and software.name != "feed":
                with suppress(ExtractionError):
                    posts.extend(software.extract(page, Context.of(source)).posts)
    return tuple(posts)


def read_all(start: str, answers: Answers, *, feeds: bool = True, timezone: str = "") -> Extraction:
    """Everything that the software reads from the pages in hand, with or without feeds."""
    source, software = source_of(start, answers)
    posts, links = {}, {}
    if source and software:
        source = replace(source, timezone=timezone or source.timezone)
        for _, page, found in _readings(source, software, answers):
            if not feeds and read_feed(page) is not None:
                continue
            posts.update({post.external_id: post for post in found.posts})
            links.update({link.url: link for link in found.links})
    return Extraction(posts=tuple(posts.values()), links=tuple(links.values()))


def _readings(source: Source, software: Software, answers: Answers) -> Iterator[tuple[str, Page, Extraction]]:
    """What the software reads from each page in hand, by the address asked for; pages of no use are left out."""
    for address, page in _usable(answers).items():
        try:
            found = software.extract(page, Context.of(source))
        except ExtractionError:
            continue
        if not (found.login_wall or found.missing):
            yield address, page, found


def reservations_of(
    source: Source, software: Software, answers: Answers, opt_outs: Mapping[str, OptOut]
) -> tuple[str, ...]:
    """What the pages in hand say against being read as the source is read.

    Of a page with posts all counts; of one that only leads to them, such as a list or an interface's answer,
    whether its links may be followed. Pages that a visit does not come to may say what they like.
    """
    readings = list(_readings(source, software, answers))
    visited = {link.url for link in software.entries(source)}
    visited.update(link.url for _, _, found in readings for link in found.links)
    told: dict[str, None] = {}
    for address, page, found in readings:
        said = opt_outs.get(address)
        if said is None or not (found.posts or address in visited):
            continue
        if (found.posts and not said.store) or (found.links and not said.follow):
            told[f"{said.reason} ({page.url})"] = None
    return tuple(told)


def threads_of(start: str, answers: Answers) -> list[Link]:
    """Links to threads that the pages in hand show, to boards where there are none."""
    links = read_all(start, answers).links
    return [link for link in links if link.kind is LinkKind.THREAD] or [
        link for link in links if link.kind is LinkKind.BOARD
    ]


def is_html(page: Page) -> bool:
    """Whether a page is markup, HTML or XML."""
    return page.text[:500].lstrip("\ufeff \t\r\n")[:1] == "<"


def learned_zone(start: str, answers: Answers, source: Source) -> str:
    """The zone of times on pages, from a feed that has the same posts; "" if that cannot be told."""
    feed = feed_posts(start, answers)
    if not feed:
        return ""
    pages = read_all(start, answers, feeds=False, timezone="UTC").posts
    elsewhere = read_all(start, answers, feeds=False, timezone=_FAR).posts
    # A time that says its zone is the same wherever the site is thought to be, and teaches nothing.
    local = [
        post for post, other in zip(pages, elsewhere, strict=True) if post.created_at != other.created_at
    ]
    return learn_zone(feed, local, source.timezone)
