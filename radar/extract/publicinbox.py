"""public-inbox 1.9: ``/LIST/`` (topics by their latest mail, ``?t=20250304100000`` for earlier ones), ``/LIST/MESSAGE-ID/``.

A topic is read as ``MESSAGE-ID/t.mbox.gz``, the mails of its thread as they came. A mail's id is its Message-ID; a topic
is named after one of its mails, a later one whenever the last mail of the thread's tree changes. A page of topics shows
what happened in a window of 200 mails: a thread that reaches over several windows is listed once in each, and its
posts are given from the latest. What only shares its subject with a thread is in the file too, and left to its own topic.

All is in ``pre``, attributes are on lines of their own, no header tells the software: the link to mirroring instructions
does, which every page has. Installed below any path; a site's first page lists all inboxes if its owner wants that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

from radar.errors import ExtractionError
from radar.extract import html
from radar.extract.conversation import conversations
from radar.extract.mailbox import read_mailbox
from radar.extract.message import Mail, read_message, thread_title
from radar.extract.page import Board, Context, Extraction, Link, LinkKind, Mark, Page, Site, Software, Way
from radar.extract.reading import Reading
from radar.extract.urls import base_before, param, path, same_host, under
from radar.model import Channel, Source

_BELOW = (
    r"/(?:[^/?#]*(?:@|%40)[^/?#]*|(?:new|atom)\.\w+|_|index\.html|description|manifest\.js\.gz|[\w.-]+\.mbox\.gz"
    r"|[^/?#]+/(?:t|raw|t\.mbox(?:\.gz)?|t\.atom))(?:[/?#]|$)"
)
_ROW = re.compile(r"\s*(\d{4}-\d\d-\d\d +\d{1,2}:\d\d) UTC\b")
_LISTED = re.compile(r"\*\s+(\d{4}-\d\d-\d\d +\d{1,2}:\d\d)\s+-\s*$")
_MIRROR = "_/text/mirror/"
_MINUTE = timedelta(minutes=1)


def base_url(url: str) -> str:
    """The list's own address, from any address of a list."""
    return base_before(url, _BELOW)


def entries(source: Source) -> Sequence[Link]:
    """The list, or the lists that the source names; the address of a site gives all that it lists."""
    boards = [each if "://" in each else under(source.url, f"{each}/") for each in source.boards]
    return [Link(url=base_url(each), kind=LinkKind.BOARD) for each in boards or [source.url]]


def extract(page: Page, context: Context) -> Extraction:
    """The lists of a site, topics of a list, or the mails of a thread."""
    reading = Reading(page, context)
    if page.status in {300, 404, 410}:  # 300: "not found", and where else one might look
        return reading.extraction(missing=True)
    mailbox = read_mailbox(page.body)
    if mailbox.messages:
        if not mailbox.complete:
            reading.problem("a thread that is damaged or too long")
        return _thread(reading, mailbox.messages)
    if _inboxes(reading):
        return reading.extraction()
    mirror = html.attr(reading.tree, f"a[href$='{_MIRROR}']", "href")
    if not mirror:
        raise ExtractionError("neither topics nor mails of public-inbox")
    home = reading.url(mirror.removesuffix(_MIRROR) or "./")
    if home != reading.url("./"):  # the page of a mail or of a thread, if that is where the source points
        reading.link(home, LinkKind.BOARD)
        return reading.extraction()
    _topics(reading)
    return reading.extraction()


def _board(url: str) -> str:
    """A list's name is the last folder of its address."""
    return path(base_url(url)).rstrip("/").rpartition("/")[2]


def _inboxes(reading: Reading) -> int:
    """Add the lists of a site's first page, by their latest change; returns how many there are."""
    for link, when in _listed(reading.page):
        with reading.entry("a list that cannot be read"):
            url = reading.url(link.get("href").rstrip("/") + "/")
            if same_host(url, reading.page.url):
                reading.link(url, LinkKind.BOARD, activity=when, active_at=_moment(when))
    return len(reading.links)


def _listed(page: Page) -> list[tuple[html.Node, str]]:
    found = []
    for link in html.select(page.tree, "pre > a[href]"):
        before = link.getprevious()
        text = (before.tail if before is not None else link.getparent().text) or ""
        if match := _LISTED.search(text):
            found.append((link, match[1]))
    return found


def _moment(when: str) -> datetime:
    """``2025-03-05  8:15`` in UTC."""
    return datetime.strptime(" ".join(when.split()), "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def _topics(reading: Reading) -> None:
    earlier = bool(param(reading.page.url, "t"))
    for link in html.select(reading.tree, "pre > a[href*='/T/#']"):
        row = _ROW.match(link.tail or "")
        if not row:  # another subject within the topic above
            continue
        with reading.entry("a topic that cannot be read"):
            address = reading.url(link.get("href").partition("/T/#")[0] + "/t.mbox.gz")
            title = html.line(link)
            reading.link(
                address,
                LinkKind.THREAD,
                thread_id=unquote(link.get("href").partition("/T/#")[0]),
                activity=row[1],
                active_at=_moment(row[1]),
                carry={"title": title, "last": row[1] if earlier else ""},
            )
    reading.link(reading.url(html.attr(reading.tree, "a[rel=next][href]", "href")), LinkKind.NEXT)


def _thread(reading: Reading, messages: Sequence[bytes]) -> Extraction:
    mails: list[Mail] = []
    sent: dict[str, datetime | None] = {}
    for message in messages:
        with reading.entry("a mail that cannot be read"):
            mail = read_message(message)
            if not mail.id:
                raise ValueError("no Message-ID")
            mails.append(mail)
            sent[mail.id] = reading.dates.read(mail.date)
    asked = path(reading.page.url).rpartition("/")[0]
    found = conversations(mails, sent)
    thread = next(
        (each for each in found if any(asked.endswith(f"/{mail.id}") for mail in each.mails)),
        max(found, key=lambda each: len(each.mails), default=None),
    )
    if thread is None:
        return reading.extraction(missing=True)
    opening = thread.mails[0]
    newest = max((time for mail in thread.mails if (time := sent[mail.id])), default=None)
    last = reading.carried("last")
    if last and newest and newest >= _moment(last) + _MINUTE:
        return reading.extraction(thread_id=thread.id)  # listed, and read, in a later window
    base, board = base_url(reading.page.url), _board(reading.page.url)
    title = thread_title(opening.subject, board) if thread.whole else reading.carried("title")
    for position, mail in enumerate(thread.mails, 1):
        reading.post(
            external_id=mail.id,
            url=_address(base, mail.id),
            words=mail.words,
            title=title or thread_title(mail.subject, board),
            thread_id=thread.id,
            thread_url=_address(base, opening.id) + "T/",
            board=board,
            position=position if thread.whole else None,
            first=None if thread.whole else False,
            author=mail.author,
            created_at=sent[mail.id],
            answer_count=len(thread.mails) - 1,
        )
    return reading.extraction(thread_id=thread.id)


def _address(base: str, identity: str) -> str:
    """The permalink of a mail, escaped as public-inbox does it."""
    return under(base, "./" + quote(identity, safe="-._~!$&'()*+,;=:@") + "/")


def describe(page: Page, base: str) -> Site | None:
    """A site's lists, or a list's feed."""
    lists = [
        Board(_board(url), _board(url), url)
        for url in (link.get("href").rstrip("/") + "/" for link, _ in _listed(page))
        if same_host(url, page.url)
    ]
    if lists:
        return Site(base_url=base, boards=tuple(lists), timezone="UTC")
    if not html.holds(page.tree, f"a[href$='{_MIRROR}']"):
        return None
    return Site(base_url=base, feeds=(under(base, "new.atom"),), timezone="UTC")


SOFTWARE = Software(
    name="publicinbox",
    channel=Channel.LIST,
    way=Way.MAIL,
    entries=entries,
    extract=extract,
    marks=(
        Mark("html", r"<a\s+href=\"(?:\.\./)*_/text/mirror/\""),
        Mark("html", r"This is a listing of public inboxes, see the"),
        Mark("url", r"/(?:new|t)\.atom$|/t\.mbox(?:\.gz)?$|/[^/?#]+(?:@|%40)[^/?#]+/raw$", 8),
    ),
    base_url=base_url,
    describe=describe,
)
