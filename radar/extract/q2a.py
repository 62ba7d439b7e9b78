"""Question2Answer 1.8: ``/activity``, ``/questions?start=20``, ``/28/slug?start=10``, ``/28/slug?show=31#a31``.

Markup after its own theme (qa-include/qa-theme-base.php and app/format.php of 1.8). Lists tell no machine-readable time,
but the list of activity says what came last: "answered", "commented", "edited", with a link to it. It is short, so that
the rest comes from the list of questions, of which only what was never read is followed. Links are relative to the page.
A later page of a question shows the question again; long lists of comments show the last five only. Hidden questions and
those that ask for a login answer 200 with an error; past its end a list is empty.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from radar.errors import ExtractionError
from radar.extract import html
from radar.extract.chronology import Chronology, carry_of
from radar.extract.feed_document import read_feed
from radar.extract.fields import digits, found, moment, number
from radar.extract.page import (
    ANY_ACTIVITY,
    Board,
    Context,
    Extraction,
    Link,
    LinkKind,
    Mark,
    Page,
    Site,
    Software,
    Way,
)
from radar.extract.paging import further
from radar.extract.reading import Reading
from radar.extract.urls import base_before, param, path, under
from radar.model import Channel, Source

_INSTALL = (
    r"/(?:index\.php|activity|questions|unanswered|hot|tags?|categories|users?|ask|feed|login|register|search|answers|comments"
    r"|\d+)(?:[/.?]|$)"
)
_BOARD = r"/(?:activity|questions|unanswered|hot|categories|feed/\w+)/(.+?)(?:\.rss)?/?$"
_TAG = r"(/tag/[^/?]+)"
_START = r"[?&]start=(\d+)"
_COMMENTS_OF = r"[?&]state=showcomments-(\d+)"
_NO_EDIT = re.compile(
    r"^(?:moved|recategorized|hidden|reshown|closed|reopened|retagged|selected|verschoben|versteckt|geschlossen|ausgewählt"
    r"|wieder\s*geöffnet)$",
    re.IGNORECASE,
)
_DONE_AT_A_TIME = 30


def entries(source: Source) -> Sequence[Link]:
    """The list of activity, of the whole site or of each category; the questions of each tag."""
    base = base_url(source.url)
    links = []
    for board in source.boards or ("",):
        tag, category = found(_TAG, path(board)), found(_BOARD, path(board)) or board.strip("/")
        below = tag or f"activity/{'' if '://' in category else category}".rstrip("/")
        links.append(Link(url=under(base, below), kind=LinkKind.BOARD))
    return links


def base_url(url: str) -> str:
    """The install path: everything before Question2Answer's own part."""
    return base_before(url, _INSTALL)


def extract(page: Page, context: Context) -> Extraction:
    """A list of questions, or a page of a question."""
    reading = Reading(page, context)
    tree = page.tree
    if page.status in {404, 410}:
        return reading.extraction(missing=True)
    if "qa-template-" not in page.text:
        raise ExtractionError("neither questions nor answers of Question2Answer")
    reading.language = context.language or html.language(tree)
    if html.first(tree, "div.qa-q-view[id]") is not None:
        return _question(reading)
    rows = html.select(tree, "div.qa-q-list-item[id]")
    if rows:
        return _list(reading, rows)
    error = html.first(tree, "div.qa-main div.qa-error")
    if html.has_password_field(tree) or (error is not None and html.holds(error, "a[href*=login]")):
        return reading.extraction(login_wall=True)
    return reading.extraction(missing=error is not None or html.holds(tree, "body.qa-template-not-found"))


def _list(reading: Reading, rows: list[html.Node]) -> Extraction:
    done = {
        each
        for name, ids in reading.context.carried.items()
        if name.startswith("done")
        for each in ids.split()
    }
    seen: list[str] = []
    for row in rows:
        with reading.entry("a question that cannot be read"):
            link = html.select(row, "div.qa-q-item-title a[href]")[0]
            identity = digits(row.get("id"))
            if not identity:
                raise ValueError("a question without number")
            seen.append(identity)
            if identity in done:
                continue
            last = param(reading.url(html.attr(row, "a.qa-q-item-what[href]", "href")), "show")
            told = (
                html.line_of(row, ".qa-q-item-what"),
                last,
                digits(html.line_of(row, ".qa-a-count-data")),
                "solved" if html.holds(row, ".qa-a-count-selected") else "",
            )
            reading.link(
                reading.url(link.get("href")),
                LinkKind.THREAD,
                thread_id=identity,
                activity=ANY_ACTIVITY if done else "/".join(told),
                carry={
                    "title": html.line(link),
                    "board": html.line_of(row, ".qa-q-item-where-data")
                    or html.line_of(row, ".qa-q-item-tag-item a"),
                },
            )
    following, carry = _next(reading), dict(reading.context.carried)
    if not following and re.search(r"/activity(?:/|$)", path(reading.page.url)):
        following = re.sub(r"/activity(?=/|$)", "/questions", reading.page.url.split("?")[0])
        for n in range(0, len(seen), _DONE_AT_A_TIME):
            carry[f"done{n}"] = " ".join(seen[n : n + _DONE_AT_A_TIME])
    reading.link(following, LinkKind.NEXT, carry=carry)
    return reading.extraction()


def _next(reading: Reading) -> str:
    """The next page, if it really begins further on."""
    links = (*html.rels(reading.tree, "next"), *html.select(reading.tree, "a.qa-page-next[href]"))
    return further(reading, links, _START, first=0)


def _question(reading: Reading) -> Extraction:
    tree = reading.tree
    question = html.select(tree, "div.qa-q-view[id]")[0]
    thread = digits(question.get("id"))
    heading = "div.qa-main-heading h1 "
    url = reading.url(html.attr(tree, heading + "a[href]", "href")) or reading.url(
        reading.page.url.split("?")[0]
    )
    later = bool(number(found(_START, reading.page.url)))
    solved = bool(reading.carried("solved")) or html.holds(tree, "div.qa-a-list-item-selected")
    known: dict[str, Any] = {
        "title": html.line_of(tree, heading + "[itemprop=name]") or html.line_of(tree, heading + "a"),
        "thread_id": thread,
        "thread_url": url,
        "board": html.line_of(question, ".qa-q-view-where-data")
        or html.line_of(question, ".qa-q-view-tag-item a"),
        "solved": solved,
    }
    count = number(digits(html.line_of(tree, "#a_list_title"))) or 0
    carry = carry_of(known)
    only, posts = found(_COMMENTS_OF, reading.page.url), Chronology(reading, later_page=later)
    for post in html.select(tree, "div.qa-q-view[id], div.qa-a-list-item[id]"):
        first = post is question
        if (first and later) or (only and digits(post.get("id")) != only):
            continue
        kind = "qa-q-view" if first else "qa-a-item"
        with reading.entry("a post that cannot be read"):
            said = _said(reading, post, kind, url)
            if first:
                said |= {"url": url, "first": True, "answer_count": count}
            if not only and not _hidden(post):
                posts.add(paged=not first, **known, **said)
            for link in html.select(post, f"div.{kind}-c-list a.qa-c-item-expand[href]"):
                posts.doubt_after(said["created_at"])  # the earlier comments are left out
                shown = html.attr(post, f"div.{kind}-c-list div.qa-c-list-item[id]", "id")
                reading.link(
                    reading.url(link.get("href")),
                    LinkKind.NEXT,
                    thread_id=thread,
                    carry={**carry, "shown": digits(shown)},
                )
        for comment in html.select(post, f"div.{kind}-c-list div.qa-c-list-item[id]"):
            with reading.entry("a comment that cannot be read"):
                if only and digits(comment.get("id")) == reading.carried("shown"):
                    break
                if (comment.get("id") or "").startswith("c") and not _hidden(
                    comment
                ):  # others: related questions
                    posts.add(paged=False, **known, **_said(reading, comment, "qa-c-item", url))
    following = "" if only else _next(reading)
    if only:
        posts.doubt_all()
    told = posts.post_all(more=bool(following))
    reading.link(following, LinkKind.NEXT, thread_id=thread, carry={**carry, **told})
    return reading.extraction(thread_id=thread)


def _hidden(post: html.Node) -> bool:
    return re.search(r"\bqa-(?:q-view|a-list-item|c-item)-hidden\b", post.get("class") or "") is not None


def _said(reading: Reading, post: html.Node, kind: str, url: str) -> dict[str, Any]:
    """What a question, an answer or a comment says. Changes other than of the text are told in the same place."""
    anchor = post.get("id") or ""
    identity = digits(anchor)
    body = html.first(post, f"div.{kind}-content [itemprop=text]")
    meta = html.select(post, f"span.{kind}-meta")[0]
    when = html.first(meta, f"span.{kind}-when-data")
    changes = [html.line(each) for each in html.select(meta, f".{kind}-what")[1:]]
    changed = html.attr(meta, "time[itemprop=dateModified]", "datetime")
    return {
        "external_id": identity,
        "url": f"{url}{'&' if '?' in url else '?'}show={identity}#{anchor}",
        "words": html.split_quotes(body if body is not None else html.first(post, f"div.{kind}-content")),
        "author": html.line_of(meta, f".{kind}-who-data"),
        "created_at": reading.dates.read(moment(when)) if when is not None else None,
        "edited_at": reading.dates.read(changed) if not any(map(_NO_EDIT.match, changes)) else None,
    }


def describe(page: Page, base: str) -> Site | None:
    """Categories, version and feed from any page."""
    if read_feed(page) is not None or "qa-template-" not in page.text:
        return None
    reading = Reading(page, Context(source="q2a"))
    boards: dict[str, Board] = {}
    for link in html.select(page.tree, "a.qa-nav-cat-link[href], a.qa-category-link[href]"):
        url = reading.url(link.get("href"))
        if name := found(_BOARD, path(url)):
            boards.setdefault(name, Board(name, html.line(link), url))
    version = re.search(r"qa-(?:styles\.css|\w+\.js)\?(\d[\d.]*\d)", page.text)
    return Site(
        base_url=base,
        version=version[1] if version else "",
        boards=tuple(boards.values()),
        feeds=tuple(
            reading.url(node.get("href")) for node in html.select(page.tree, "link[rel=alternate][href]")
        ),
        language=html.language(page.tree),
    )


SOFTWARE = Software(
    name="q2a",
    channel=Channel.QA,
    way=Way.HTML,
    entries=entries,
    extract=extract,
    marks=(
        Mark("html", r"<!-- Powered by Question2Answer"),
        Mark("html", r"qa-styles\.css\?(?P<version>\d[\d.]*\d)"),
        Mark("html", r"<body[^>]*\bqa-template-", 9),
    ),
    base_url=base_url,
    describe=describe,
    anywhere=True,
    note="Boards are categories or addresses of tags; an accepted answer means solved.",
)
