"""Pipermail, the archive of Mailman 2: a page that lists months, and for each a file of its mails (``2025-March.txt.gz``).

Read from the source of Mailman 2.1 (Archiver/HyperArch.py, templates/en/arch*.html) and pages made after it; no
installation was at hand. Months may be weeks, quarters, years or days. In the file addresses have become "anna at
example.org" and stay so; bodies are in the list's charset without saying it, subjects have lost their "Re:", and a mail
that answers nothing counts to the first one of its subject, as pipermail itself has it.

The file does not tell on which page (``2025-March/000123.html``) a mail stands. Mails have their numbers in the order of
the file, so the month's index tells it if it shows as many: it is asked for the two latest months, where answers are
still wanted. Mails of older months, or where the counts differ, are given the month's page for an address.
"""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from radar.errors import ExtractionError
from radar.extract import html
from radar.extract.conversation import conversations
from radar.extract.mailbox import read_mailbox
from radar.extract.message import Mail, read_message, thread_title
from radar.extract.page import Context, Extraction, Link, LinkKind, Mark, Page, Site, Software, Way
from radar.extract.reading import MAX_CARRY, Reading
from radar.extract.urls import base_before, origin, path, under
from radar.model import Channel, Source

_VOLUME = r"(?:Week-of-Mon-\d{8}|\d{4}-[A-Z][a-z]+|\d{4}q[1-4]|\d{8}|\d{4})"
_BELOW = rf"/{_VOLUME}(?:\.txt(?:\.gz)?$|/|$)"
_FILE = re.compile(rf"(?:^|/)({_VOLUME})\.txt(?:\.gz)?$")
_INDEX = re.compile(rf"/({_VOLUME})/(?:date|thread|subject|author|index)\.html$")
_NUMBER = re.compile(r"(?:^|/)(\d{6,9})\.html$")
_SIZE = re.compile(r"\d+\s*\w+")
_LISTINFO = re.compile(r"/mailman/(?:listinfo|private)/([\w.+-]+)")
_MONTH = re.compile(r"(\d{4})-([A-Z][a-z]+)$")
_MONTHS = {name: number for number, name in enumerate(month_name) if name}
_SCRUBBED = re.compile(
    rb"^-{14} [^\n]{3,60} -{14}\n(?:[^\n]*\.\.\.\n(?:[^\n:]{1,20}:[^\n]*\n)*)?", re.MULTILINE
)
"""What stands for a part that was cut off: a line, what was there, its name, type, size and address."""
WITH_NUMBERS = 2
"""Latest volumes whose index is asked for the numbers of mails."""


def base_url(url: str) -> str:
    """The archive's own address, from any page of it; of the list's own page where Mailman keeps it by default."""
    named = _LISTINFO.search(path(url))
    return under(origin(url), f"pipermail/{named[1]}/") if named else base_before(url, _BELOW)


def entries(source: Source) -> Sequence[Link]:
    """The list of months, of each list that the source names."""
    boards = [each if "://" in each else under(source.url, f"{each}/") for each in source.boards]
    return [Link(url=base_url(each), kind=LinkKind.BOARD) for each in boards or [source.url]]


def extract(page: Page, context: Context) -> Extraction:
    """The list of months, a month's index, or its mails."""
    reading = Reading(page, context)
    if page.status in {404, 410}:
        return reading.extraction(missing=True)
    named = _FILE.search(path(page.url))
    if named:
        return _mails(reading, named[1])
    if html.has_password_field(reading.tree):
        return reading.extraction(login_wall=True)
    index = _INDEX.search(path(page.url))
    if index:
        _index(reading, index[1])
    elif not _volumes(reading) and not html.holds(reading.tree, "a[href*='/listinfo']"):
        raise ExtractionError("neither months nor mails of pipermail")
    return reading.extraction()


def _volumes(reading: Reading) -> int:
    """Add the volumes of the archive, the latest first; returns how many there are."""
    place = 0
    for link in html.select(reading.tree, "a[href]"):
        named = _FILE.search(link.get("href"))
        if not named:
            continue
        with reading.entry("a month that cannot be read"):
            file, volume = reading.url(link.get("href")), named[1]
            size = _SIZE.search(html.line(link))
            told = " ".join(size[0].split()) if size else ""
            if place < WITH_NUMBERS:
                # The size is rounded: it cannot tell of one more mail in the month that is going on.
                reading.link(
                    under(base_url(file), f"{volume}/date.html"),
                    LinkKind.BOARD,
                    activity=told if place else "",
                    carry={"file": file, "size": told, "latest": "" if place else "1"},
                )
            else:
                end = _end(volume)
                reading.link(file, LinkKind.THREAD, thread_id=volume, activity=told, active_at=end)
            place += 1
    return place


def _end(volume: str) -> datetime | None:
    """When a month was over; None for other volumes."""
    month = _MONTH.match(volume)
    if not month or month[2] not in _MONTHS:
        return None
    first = datetime(int(month[1]), _MONTHS[month[2]], 1, tzinfo=UTC)
    return (first + timedelta(days=32)).replace(day=1)


def _index(reading: Reading, volume: str) -> None:
    """Follow to the month's file, with the numbers of its mails."""
    found = (_NUMBER.search(link.get("href")) for link in html.select(reading.tree, "li a[href]"))
    numbers = sorted({int(match[1]) for match in found if match})
    if not numbers:
        reading.problem("a month's index without mails")
        return
    file = reading.carried("file") or under(base_url(reading.page.url), f"{volume}.txt")
    told = _ranges(numbers)
    count = f"{len(numbers)}@{numbers[-1]} " if reading.carried("latest") else ""
    reading.link(
        file,
        LinkKind.THREAD,
        thread_id=volume,
        activity=f"{count}{reading.carried('size')}".strip(),
        carry={"numbers": told if len(told) <= MAX_CARRY else ""},
    )


def _ranges(numbers: Iterable[int]) -> str:
    """``3-7 9``: numbers in order, in few characters."""
    pairs: list[list[int]] = []
    for number in numbers:
        if pairs and number == pairs[-1][1] + 1:
            pairs[-1][1] = number
        else:
            pairs.append([number, number])
    return " ".join(str(low) if low == high else f"{low}-{high}" for low, high in pairs)


def _numbers(told: str, count: int) -> list[int]:
    """What ``_ranges`` told, if it is ``count`` numbers; else nothing."""
    found: list[int] = []
    for piece in told.split():
        low, _, high = piece.partition("-")
        if not low.isdecimal() or not (high or low).isdecimal() or int(high or low) - int(low) > count:
            return []
        found.extend(range(int(low), int(high or low) + 1))
    return found if len(found) == count else []


def _mails(reading: Reading, volume: str) -> Extraction:
    mailbox = read_mailbox(reading.page.body)
    if not mailbox.messages:
        raise ExtractionError("a month of pipermail without mails")
    if not mailbox.complete:
        reading.problem("a month that is damaged or too long")
    base = base_url(reading.page.url)
    board = path(base).rstrip("/").rpartition("/")[2]
    overview = under(base, f"{volume}/thread.html")
    numbers = _numbers(reading.carried("numbers"), len(mailbox.messages))
    mails: list[Mail] = []
    sent: dict[str, datetime | None] = {}
    pages: dict[str, str] = {}
    for place, message in enumerate(mailbox.messages):
        with reading.entry("a mail that cannot be read"):
            mail = read_message(_SCRUBBED.sub(b"", message))
            if not mail.id:
                raise ValueError("no Message-ID")
            mails.append(mail)
            sent.setdefault(mail.id, reading.dates.read(mail.date))
            pages.setdefault(
                mail.id, under(base, f"{volume}/{numbers[place]:06}.html") if numbers else overview
            )
    for thread in conversations(mails, sent, by_subject=True):
        opening = thread.mails[0]
        for position, mail in enumerate(thread.mails, 1):
            reading.post(
                external_id=mail.id,
                url=pages[mail.id],
                words=mail.words,
                title=thread_title(opening.subject, board),
                thread_id=thread.id,
                thread_url=pages[opening.id] if thread.whole else overview,
                board=board,
                position=position if thread.whole else None,
                first=None if thread.whole else False,
                author=mail.author,
                created_at=sent[mail.id],
                answer_count=len(thread.mails) - 1,
            )
    return reading.extraction(thread_id=volume)


def describe(page: Page, base: str) -> Site | None:
    """That times are told with their zones; pipermail has no feeds."""
    if not html.holds(page.tree, "a[href$='thread.html'], a[href*='thread.html#']"):
        return None
    return Site(base_url=base, timezone="UTC", language=html.language(page.tree))


SOFTWARE = Software(
    name="pipermail",
    channel=Channel.LIST,
    way=Way.MAIL,
    entries=entries,
    extract=extract,
    marks=(
        Mark("html", r"Pipermail\s+(?P<version>\d[\d.]*\d)"),
        Mark("html", r"<!--beginarticle-->"),
        Mark("html", rf'<a\s+href="{_VOLUME}/thread\.html"'),
        Mark("url", rf"/{_VOLUME}\.txt(?:\.gz)?$|/pipermail/[^/]+/|/mailman/listinfo/[^/]+/?$", 8),
    ),
    base_url=base_url,
    describe=describe,
    note="Addresses of latest mails are exact; mails of older months are given their month's page.",
)
