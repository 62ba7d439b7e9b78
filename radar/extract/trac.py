"""Trac's tickets: ``/query``, ``/report/1``, ``/ticket/8``, ``/timeline?format=rss``.

Markup as Trac 1.6 sends it to guests; older ones (from 1.0) differ in who is marked as the author. A ticket is one
page: the description is its first post, comments follow. Changes of properties and attachments are no posts. What is
shown of times is relative ("3 years ago") with a local one in a tooltip; exact are the links to the timeline, which
name the moment with its zone, and the microseconds in the ids of changes. Tickets that a guest may not see are in no
list; their page answers 403.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from radar.errors import ExtractionError
from radar.extract import html, urls
from radar.extract.feed_document import Feed, declared_feed
from radar.extract.fields import field, found, without
from radar.extract.page import (
    Board,
    Context,
    Extraction,
    Instead,
    Link,
    LinkKind,
    Mark,
    Page,
    Site,
    Software,
    Way,
)
from radar.extract.reading import Reading
from radar.model import Channel, Source

_INSTALL = (
    r"/(?:ticket|newticket|query|report|timeline|wiki|roadmap|milestone|browser|changeset|log|search"
    r"|attachment|raw-attachment|login|about|prefs|admin|tags)(?:/|$)"
)
_TICKET = r"/ticket/(\d{1,9})(?:[/?#]|$)"
_COLUMNS = ("id", "summary", "component", "status", "resolution", "changetime")
_MOMENT = re.compile(r"[?&]from=([^&#]+)")
_CHANGE = re.compile(r"trac-change-\d+-(\d{10,17})$")
_COMMENT = re.compile(r"comment:(\d+)$")
_BY = re.compile(r"\b(?:by|von)\s+(.+?)(?:,|$)")
_REPLYING = re.compile(r"(?:Replying to|In reply to|Als Antwort auf|Antwort auf)\b.{1,200}:$")
_VERSION = re.compile(r"<strong>Trac (?P<version>\d[\w.]{0,20})</strong>")
_FIELDS = re.compile(r"\bproperties\s*=\s*(\{.{1,200000}\});?$", re.MULTILINE)


def entries(source: Source) -> Sequence[Link]:
    """All tickets by their latest change, or those of the components named; boards given by address as they are."""
    addresses = [urls.canonical(board) for board in source.boards if "://" in board]
    components = [board for board in source.boards if "://" not in board]
    if components or not addresses:
        # without a condition Trac leaves out closed tickets; a status is what every ticket has
        wanted = [("status", "!"), *(("component", name) for name in components)]
        order = [("order", "changetime"), ("desc", "1"), ("max", "100")]
        query = urlencode([*wanted, *order, *(("col", name) for name in _COLUMNS)], safe="!")
        addresses.insert(0, urls.under(base_url(source.url), f"query?{query}"))
    return [Link(url=url, kind=LinkKind.BOARD) for url in addresses if url]


def base_url(url: str) -> str:
    """The install path."""
    return urls.base_before(url, _INSTALL)


def boards_in(url: str) -> tuple[str, ...]:
    """The component that a query is about."""
    component = urls.param(url, "component") if urls.path(url).endswith("/query") else ""
    return (component,) if component[:1] not in {"", "!", "~", "^", "$"} else ()


def instead(source: Source) -> Sequence[Instead]:
    """Sites that close their queries to robots may leave the timeline open."""
    if source.boards:
        return ()
    changes = "timeline?ticket=on&ticket_details=on&daysback=90&max=200&format=rss"
    feed = replace(source, boards=(urls.under(base_url(source.url), changes),))
    return (Instead(feed, "The site closes its queries, so the last 90 days of its timeline are read."),)


def extract(page: Page, context: Context) -> Extraction:
    """A ticket, a list of tickets, or a feed that names tickets."""
    reading = Reading(page, context, day_first=False)
    if refusal := reading.refusal():
        return refusal
    if feed := declared_feed(page):
        return _feed(reading, feed)
    if not reading.language:
        reading.language = html.language(reading.tree)
    if html.holds(reading.tree, "div#ticket"):
        return _ticket(reading)
    if html.holds(reading.tree, "table.listing"):
        return _list(reading)
    if html.has_password_field(reading.tree):
        return reading.extraction(login_wall=True)
    if html.holds(reading.tree, "#content.error"):
        return reading.extraction(missing=True)
    if not _VERSION.search(page.text):
        raise ExtractionError("neither a ticket nor a list of tickets")
    reading.problem("neither a ticket nor a list of tickets")
    return reading.extraction()


def _feed(reading: Reading, feed: Feed) -> Extraction:
    """The timeline, a query, a report or a ticket as RSS: which tickets changed; texts are read from their pages."""
    for entry in feed.entries:
        with reading.entry("a feed entry that cannot be read"):
            ticket = found(_TICKET, entry.link)
            if ticket:
                url = urls.under(base_url(reading.url(entry.link)), f"ticket/{ticket}")
                at = reading.dates.read(entry.published)
                activity = at.isoformat() if at else ""
                reading.link(url, LinkKind.THREAD, thread_id=ticket, activity=activity, active_at=at)
    return reading.extraction(ttl=feed.ttl)


def _list(reading: Reading) -> Extraction:
    for row in html.select(reading.tree, "table.listing tbody tr"):
        with reading.entry("a ticket that cannot be read"):
            href = html.attr(row, "td a[href*='/ticket/']", "href")
            url = reading.url(href)
            ticket = found(_TICKET, url)
            if not ticket:
                continue
            changed = html.first(row, "td.changetime, td.modified")
            at = _moment(reading, changed)
            reading.link(
                url,
                LinkKind.THREAD,
                thread_id=ticket,
                activity=at.isoformat() if at else "",
                active_at=at,
            )
    # on a ticket's page "next" is the next ticket, in a list the next page
    reading.link(reading.url(html.rel(reading.tree, "next")), LinkKind.NEXT)
    return reading.extraction()


def _ticket(reading: Reading) -> Extraction:
    tree = reading.tree
    ticket = found(_TICKET, reading.url(html.attr(tree, "#ticket a.trac-id", "href")) or reading.page.url)
    ticket = ticket or found(_TICKET, reading.page.url)
    if not ticket:
        raise ExtractionError("a ticket without its number")
    url = urls.under(base_url(reading.page.url), f"ticket/{ticket}")
    title = field(tree, "#trac-ticket-title .summary | #ticket .summary | #trac-ticket-title")
    board = html.line_of(tree, "td[headers=h_component]")
    changes = [each for each in html.select(tree, "#changelog div.change") if _text(each) is not None]
    state = field(tree, "#ticket .trac-status | #ticket .status")
    resolution = html.line_of(tree, "#ticket .trac-resolution")
    solved = True if "closed" in f"{state} {resolution}" and "fixed" in f"{state} {resolution}" else None
    with reading.entry("a description that cannot be read"):
        reading.post(
            external_id=ticket,
            url=url,
            words=html.split_quotes(
                html.first(tree, "#ticket .description > .searchable"), "blockquote.citation"
            ),
            title=title,
            thread_id=ticket,
            thread_url=url,
            board=board,
            position=1,
            author=html.line_of(tree, "td[headers=h_reporter]"),
            created_at=_moment(reading, html.first(tree, "#ticket .date p")),
            edited_at=reading.dates.read(html.attr(tree, "#ticket .description a.lastmod", "title")),
            answer_count=len(changes),
            solved=solved,
        )
    for place, change in enumerate(changes, 2):
        with reading.entry("a comment that cannot be read"):
            _comment(reading, change, ticket, url, title, board, place)
    return reading.extraction(thread_id=ticket)


def _comment(
    reading: Reading, change: html.Node, ticket: str, url: str, title: str, board: str, place: int
) -> None:
    head = html.first(change, "h3.change")
    number = found(_COMMENT.pattern, head.get("id") or "") if head is not None else ""
    stamp = _CHANGE.search(change.get("id") or "")
    reading.post(
        external_id=f"comment:{number}:ticket:{ticket}",  # as Trac's own links name it
        url=f"{url}#comment:{number}",
        words=html.split_quotes(_without_introductions(_text(change)), "blockquote.citation"),
        title=title,
        thread_id=ticket,
        thread_url=url,
        board=board,
        position=place,
        author=_author(head),
        created_at=reading.dates.epoch(int(stamp[1])) if stamp else _moment(reading, head),
        edited_at=_moment(reading, html.first(change, ".trac-lastedit")),
    )


def _text(change: html.Node) -> html.Node | None:
    """A comment's text; None for changes that are no comments."""
    head = html.first(change, "h3.change")
    if head is None or not _COMMENT.search(head.get("id") or ""):
        return None
    return html.first(change, "div.comment")


def _without_introductions(text: html.Node) -> html.Node:
    text = without(text, "._none")
    for quote in html.select(text, "blockquote.citation"):
        before = quote.getprevious()
        if before is not None and _REPLYING.match(html.line(before)):
            before.getparent().remove(before)
    return text


def _author(head: html.Node) -> str:
    named = html.line_of(head, "span[class^=trac-author], a[class^=trac-author]")
    match = None if named else _BY.search(html.line(without(head, ".threading, .cnum, .timeline")))
    return match[1].strip() if match else named


def _moment(reading: Reading, node: html.Node | None) -> datetime | None:
    """The moment that a link to the timeline names, else the tooltip of a relative time."""
    if node is None:
        return None
    match = _MOMENT.search(html.attr(node, "a.timeline", "href"))
    if match:
        return reading.dates.read(urls.param(f"http://x/?from={match[1]}", "from"))
    said = field(node, "a.timeline@title | span[title]@title")
    return reading.dates.read(said) if any(map(str.isdigit, said)) else None


def describe(page: Page, base: str) -> Site | None:
    """Version and components."""
    match = _VERSION.search(page.text)
    if not match:
        return None
    return Site(
        base_url=base,
        version=match["version"],
        boards=tuple(_components(page, base)),
        language=html.language(page.tree),
    )


def _components(page: Page, base: str) -> list[Board]:
    """What the form of a query offers."""
    match = _FIELDS.search(page.text)
    try:
        names = json.loads(match[1])["component"]["options"] if match else []
    except (ValueError, LookupError, TypeError, RecursionError):
        return []
    address = urls.under(base, "query")
    return [
        Board(id=name, name=name, url=f"{address}?{urlencode({'component': name})}")
        for name in names
        if isinstance(name, str) and name
    ]


SOFTWARE = Software(
    name="trac",
    channel=Channel.TRACKER,
    way=Way.HTML,
    entries=entries,
    extract=extract,
    marks=(
        Mark("html", r"<a id=\"tracpowered\" href=\"https?://trac\.edgewall\.(?:org|com)/\""),
        Mark("html", r"<strong>Trac (?P<version>\d[\w.]*)</strong>"),
        Mark("html", r"<generator>Trac (?P<version>\d[\w.]*)</generator>"),
        Mark("cookie", r"^trac_(?:session|form_token)$"),
    ),
    base_url=base_url,
    describe=describe,
    boards_in=boards_in,
    instead=instead,
    note="Reads tickets; boards are names of components, or addresses of queries, reports and feeds.",
)
