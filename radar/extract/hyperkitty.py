"""HyperKitty 1.3, the archive of Mailman 3: ``/list/NAME@HOST/latest``, ``/thread/HASH/``, ``/message/HASH/``.

A list's threads come by their last activity, fifty a page; a thread comes as a file of its mails
(``/export/...mbox.gz?thread=HASH``), which holds texts, times with their zone and ids as they were sent. Its page shows
the first mail only, and times of replies without a year; it is read where the site has turned exports off
(``HYPERKITTY_MBOX_EXPORT``). The REST interface would cost one request a mail: only it knows all lists of a site, and
for that it is asked.

HyperKitty may live in any folder (``/hyperkitty``, ``/archives``, ``/mailman3/hyperkitty``), which is kept. A source is
one list, or the whole installation. A mail's id is the hash that its address has: SHA-1 of the Message-ID in base 32
(wiki.list.org/DEV/Stable+URLs). Private lists answer 403.
"""

from __future__ import annotations

import re
from base64 import b32encode
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha1
from urllib.parse import unquote

from radar.errors import ExtractionError
from radar.extract import html
from radar.extract.fields import digits
from radar.extract.hyperkitty_pages import add_mails, link_more, link_replies
from radar.extract.mailbox import read_mailbox
from radar.extract.message import Mail, read_message, thread_title
from radar.extract.page import Board, Context, Extraction, Link, LinkKind, Mark, Page, Site, Software, Way
from radar.extract.reading import Reading
from radar.extract.urls import base_before, param, path, same_host, under
from radar.model import Channel, Source

_LIST = re.compile(r"^(.*?/)(?:api/)?list/([^/@?#]+(?:@|%40)[^/@?#]+)(?:[/?#]|$)", re.IGNORECASE)
_BELOW = r"/(?:api|lists?|users|search|profile|tags|categories|find-list)(?:[/?]|$)"
_THREAD = re.compile(r"/thread/(\w+)/")
_VERSION = r"hyperkitty\.readthedocs\.org[^<]*</a>[^<\d]*(?P<version>\d+(?:\.\d+)+)"
_LAST = datetime.max.replace(tzinfo=UTC)


def place(url: str) -> tuple[str, str]:
    """Where HyperKitty is installed, and the list that an address is of ("" for none)."""
    match = _LIST.match(url)
    return (match[1], unquote(match[2])) if match else (base_before(url, _BELOW), "")


def base_url(url: str) -> str:
    """The list's own address, or the installation's where the address is of no list."""
    install, name = place(url)
    return under(install, f"list/{name}/") if name else install


def entries(source: Source) -> Sequence[Link]:
    """The latest threads of the list, or of those that the source names; else all lists."""
    install, name = place(source.url)
    names = [place(board)[1] or board for board in source.boards] or [name] * bool(name)
    if not names:
        return [Link(url=under(install, "api/lists/?format=json&limit=100"), kind=LinkKind.BOARD)]
    return [Link(url=_latest(install, each), kind=LinkKind.BOARD) for each in names]


def _latest(install: str, name: str) -> str:
    return under(install, f"list/{name}/latest?count=50")


def extract(page: Page, context: Context) -> Extraction:
    """All lists, a list's threads, or a thread."""
    reading = Reading(page, context)
    if refusal := reading.refusal():
        return refusal
    mailbox = read_mailbox(page.body)
    if mailbox.messages or param(page.url, "thread"):
        if not mailbox.complete:
            reading.problem("a thread that is damaged or too long")
        return _mails(reading, mailbox.messages)
    if page.text.lstrip()[:1] in {"{", "["}:
        return _json(reading)
    thread = _THREAD.search(path(page.url))
    if thread:
        count = add_mails(reading, reading.tree, base_url(page.url), thread[1])
        if not count:
            raise ExtractionError("a thread of HyperKitty without mails")
        link_replies(reading, reading.tree, thread[1], count)
        return reading.extraction(thread_id=thread[1])
    return _threads(reading)


def _mails(reading: Reading, messages: Sequence[bytes]) -> Extraction:
    thread = param(reading.page.url, "thread")
    mails: list[tuple[str, datetime | None, Mail]] = []
    for message in messages:
        with reading.entry("a mail that cannot be read"):
            mail = read_message(message)
            if not mail.id:
                raise ValueError("no Message-ID")
            mails.append((message_hash(mail.id), reading.dates.read(mail.date), mail))
    mails.sort(key=lambda each: (each[0] != thread, each[1] or _LAST))
    install, name = place(reading.page.url)
    board = reading.carried("board") or name.split("@")[0]
    title = reading.carried("title") or (thread_title(mails[0][2].subject, board, name) if mails else "")
    for position, (identity, sent, mail) in enumerate(mails, 1):
        reading.post(
            external_id=identity,
            url=under(install, f"list/{name}/message/{identity}/"),
            words=mail.words,
            title=title,
            thread_id=thread,
            thread_url=under(install, f"list/{name}/thread/{thread}/"),
            board=board,
            position=position,
            author=mail.author,
            created_at=sent,
            answer_count=len(mails) - 1,
        )
    return reading.extraction(thread_id=thread)


def message_hash(identity: str) -> str:
    """HyperKitty's id of a mail, from its Message-ID without brackets."""
    return b32encode(sha1(identity.encode("utf-8", "replace"), usedforsecurity=False).digest()).decode()


def _threads(reading: Reading) -> Extraction:
    rows = html.select(reading.tree, "div.thread")
    install, name = place(reading.page.url)
    if not name or (not rows and not html.holds(reading.tree, "#thread-list")):
        raise ExtractionError("neither threads nor mails of HyperKitty")
    board = html.line_of(reading.tree, "#thread-list a.list-name") or name.split("@")[0]
    exported = html.holds(reading.tree, "a[href*='/export/']")
    for row in rows:
        with reading.entry("a thread that cannot be read"):
            link = html.select(row, "a[href*='/thread/']")[0]
            thread = _THREAD.findall(link.get("href"))[0]
            last = html.attr(row, ".thread-date", "title")
            count = digits(
                html.line(next(iter(html.xpath(row, ".//i[contains(@class,'fa-comment')]/..")), None))
            )
            file = f"list/{name}/export/{name}-{thread}.mbox.gz?thread={thread}"
            reading.link(
                under(install, file if exported else f"list/{name}/thread/{thread}/?sort=date&noscript"),
                LinkKind.THREAD,
                thread_id=thread,
                activity=f"{count}@{last}" if last else "",
                active_at=reading.dates.read(last),
                carry={"title": html.line(link), "board": board},
            )
    reading.link(_next(reading), LinkKind.NEXT)
    return reading.extraction()


def _next(reading: Reading) -> str:
    here = int(digits(param(reading.page.url, "page")) or 1)
    for link in html.select(reading.tree, ".pagination a[href], a.page-link[href]"):
        url = reading.url(link.get("href"))
        if param(url, "page") == str(here + 1):
            return url
    return ""


def _json(reading: Reading) -> Extraction:
    """All lists, or the replies of a thread."""
    data = reading.data
    if isinstance(data, dict) and isinstance(data.get("replies_html"), str):
        thread = _THREAD.search(path(reading.page.url))
        if thread:
            replies = html.fragment(data["replies_html"])
            count = add_mails(reading, replies, base_url(reading.page.url), thread[1])
            if data.get("more_pending"):
                link_more(reading, thread[1], count, data.get("next_offset"))
            return reading.extraction(thread_id=thread[1])
    found = data.get("results") if isinstance(data, dict) else data
    if not isinstance(found, list):
        raise ExtractionError("neither lists nor replies of HyperKitty")
    install, _ = place(reading.page.url)
    for entry in found:
        with reading.entry("a list that cannot be read"):
            if entry.get("archive_policy") != "private":
                reading.link(_latest(install, str(entry["name"])), LinkKind.BOARD)
    pointer = reading.url(str(data.get("next") or "")) if isinstance(data, dict) else ""
    if same_host(pointer, reading.page.url) and "?" in pointer:
        # Behind a proxy HyperKitty may think that it is asked over http.
        reading.link(reading.url("?" + pointer.partition("?")[2]), LinkKind.NEXT)
    return reading.extraction()


def describe(page: Page, base: str) -> Site | None:
    """Version from any page, lists from the interface; a list's feed."""
    install, name = place(base)
    if page.text.lstrip()[:1] in {"{", "["}:
        data = page.data
        found = data.get("results") if isinstance(data, dict) else data
        lists = [each for each in found or () if isinstance(each, dict) and "threads" in each]
        return Site(
            base_url=base,
            timezone="UTC",
            boards=tuple(
                Board(
                    str(each["name"]),
                    str(each.get("display_name") or each["name"]),
                    under(install, f"list/{each['name']}/"),
                )
                for each in lists
            ),
        )
    version = re.search(_VERSION, page.text, re.IGNORECASE)
    if not version:
        return None
    feeds = (under(install, f"list/{name}/feed/"),) if name else ()
    return Site(
        base_url=base,
        version=version["version"],
        feeds=feeds,
        timezone="UTC",
        language=html.language(page.tree),
    )


SOFTWARE = Software(
    name="hyperkitty",
    channel=Channel.LIST,
    way=Way.MAIL,
    entries=entries,
    extract=extract,
    marks=(
        Mark("html", _VERSION),
        Mark("html", r"/hyperkitty/(?:libs|img|js)/"),
        Mark(
            "url",
            r"/list/[^/@?#]+(?:@|%40)[^/@?#]+/(?:(?:latest|thread/|threads/|emails?/|message/|feed/|export/|\d{4}/)|$)",
            8,
        ),
    ),
    base_url=base_url,
    describe=describe,
    note="Private lists are not read; of an installation with many lists name those that matter in boards.",
)
