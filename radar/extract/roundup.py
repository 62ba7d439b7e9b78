"""Roundup: ``/issue8``, ``/msg30``, ``/issue?@columns=...&@startwith=50``, ``/issue?@action=export_csv``.

Markup of the classic and the Jinja2 templates as Roundup 2.6 sends it to guests. An issue is a title and messages, which its page shows newest first; the oldest is the first post. Times are ``2023-05-16.07:36:46``
in the tracker's zone. Lists tell times as "3 years ago", but the same list as CSV names an issue's messages, so that is
where a visit begins; properties that only some trackers have would make it fail, so none is asked for. The REST
interface is closed to guests. Issues that a guest may not see are in no list; their page asks for a login with status
200.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from radar.errors import ExtractionError
from radar.extract import html, urls
from radar.extract.fields import found
from radar.extract.mail import split_mail
from radar.extract.page import Context, Extraction, Link, LinkKind, Mark, Page, Site, Software, Way
from radar.extract.reading import Reading
from radar.extract.text import Words
from radar.model import Channel, Source

_ITEM = r"(?:issue|bug|task|request|ticket)"
_INSTALL = (
    rf"/(?:(?:{_ITEM}|msg|file|user|keyword|query|milestone|component|status|priority)(?:\d+(?:/|$)|$)"
    r"|@@file/|rest/|home$)"
)
_ISSUE = rf"/({_ITEM}\d{{1,9}})(?:[?#/]|$)"
_MESSAGE = r"(?:^|/)msg(\d{1,9})(?:[?#/]|$)"
_LIST = "issue?@action=export_csv&@columns=id,activity,title,messages&@sort=-activity"
_FORM = "td.content table.form, dl.row"
_HEAD = "table.messages th > a[href*=msg], div.row > div > a[href*=msg]"
"""The link that begins the line above a message; the message follows that line."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d[. ]\d\d:\d\d(?::\d\d)?")
_LABELS = {
    "board": re.compile(
        r"keywords?|topics?|components?|schl(?:ü|ue)sselw(?:o|ö|oe)rte?r?|stichw(?:o|ö)rte?r?"
    ),
    "status": re.compile(r"status"),
}
_SOLVED = re.compile(r"\b(?:resolved|closed|done|fixed|gelöst|erledigt)\b", re.IGNORECASE)
_ROWS = 200_000


def entries(source: Source) -> Sequence[Link]:
    """All issues by activity, as CSV; boards are addresses of other lists, as CSV or pages."""
    boards = [urls.canonical(board) for board in source.boards if "://" in board]
    addresses = [url for url in boards if url] or [urls.under(base_url(source.url), _LIST)]
    return [Link(url=url, kind=LinkKind.BOARD) for url in addresses]


def base_url(url: str) -> str:
    """The install path."""
    return urls.base_before(url, _INSTALL)


def extract(page: Page, context: Context) -> Extraction:
    """A list of issues, an issue with its messages, or a message alone."""
    reading = Reading(page, context)
    if refusal := reading.refusal():
        return refusal
    if "csv" in page.headers.get("content-type", "") or page.text[:20].startswith(("id,", '"id",')):
        return _table(reading)
    if not reading.language:
        reading.language = html.language(reading.tree)
    if found(_ISSUE, page.url):
        return _issue(reading)
    if found(_MESSAGE, page.url):
        return _message(reading)
    if html.holds(reading.tree, "table.list, table.table"):
        return _list(reading)
    if "@@file/" not in page.text:
        raise ExtractionError("neither an issue nor a list of issues")
    reading.problem("neither an issue nor a list of issues")
    return reading.extraction()


def _table(reading: Reading) -> Extraction:
    """The CSV: what tells of something new is how many messages an issue has, and the latest."""
    rows = csv.DictReader(io.StringIO(reading.page.text, newline=""), restkey="more", restval="")
    kind = found(rf"/({_ITEM})\?", reading.page.url) or "issue"
    base = base_url(reading.page.url)
    try:
        for number, row in enumerate(rows):
            if number >= _ROWS:
                reading.problem("more issues than are read at once")
                break
            with reading.entry("an issue that cannot be read"):
                _row(reading, row, kind, base)
    except csv.Error as error:
        reading.problem("a table that is damaged", error)
    return reading.extraction()


def _row(reading: Reading, row: dict[str, str], kind: str, base: str) -> None:
    identity = int(row["id"])
    activity = row.get("activity", "")
    at = reading.dates.read(activity) if _DATE.match(activity) else None
    messages = [int(each) for each in (row.get("messages") or "").split(";") if each.isdecimal()]
    if "messages" in row and not messages and "[" not in row["messages"]:
        return  # a title and nothing more is no post
    reading.link(
        urls.under(base, f"{kind}{identity}"),
        LinkKind.THREAD,
        thread_id=_thread(f"{kind}{identity}"),
        activity=f"{len(messages)}/{max(messages)}" if messages else at.isoformat() if at else "",
        active_at=at,
        carry={"title": row.get("title", "")},
    )


def _list(reading: Reading) -> Extraction:
    for row in html.select(reading.tree, "table.list tr, table.table tr"):
        with reading.entry("an issue that cannot be read"):
            for link in html.select(row, "td a[href]"):
                url = reading.url(link.get("href"))
                item = found(_ISSUE, url)
                if item:
                    carry = {"title": html.line(link)}
                    reading.link(url, LinkKind.THREAD, thread_id=_thread(item), carry=carry)
                    break
    here = _start(reading.page.url)
    for link in html.select(reading.tree, "tr.navigation a[href]"):
        url = reading.url(link.get("href"))
        if reading.links and _start(url) > here:  # past the end the list is empty or begins again
            reading.link(url, LinkKind.NEXT)
    return reading.extraction()


def _start(url: str) -> int:
    value = urls.param(url, "@startwith")
    return int(value) if value.isdecimal() and len(value) < 10 else 0


def _thread(item: str) -> str:
    """Its number; items of another class than "issue" keep the name of it, for they are numbered apart."""
    return item.removeprefix("issue")


def _issue(reading: Reading) -> Extraction:
    tree = reading.tree
    item = found(_ISSUE, reading.page.url)
    url = urls.under(base_url(reading.page.url), item)
    form = html.first(tree, _FORM)
    heads = [
        (found(_MESSAGE, link.get("href")), link.getparent().getparent()) for link in html.select(tree, _HEAD)
    ]
    numbered = sorted(((int(number), row) for number, row in heads if number), key=lambda each: each[0])
    if form is None and not numbered:  # what guests see who may not see the issue
        return reading.extraction(login_wall=True)
    title = reading.carried("title") or (_value(html.first(form, "td, dd")) if form is not None else "")
    board, status = (_labelled(form, label) for label in ("board", "status"))
    for place, (number, row) in enumerate(numbered, 1):
        with reading.entry("a message that cannot be read"):
            following = row.getnext()
            cells = [html.line(cell) for cell in row]
            date = next(filter(None, map(_DATE.search, cells[1:])), None)
            reading.post(
                external_id=number,
                url=f"{base_url(url)}msg{number}",
                words=_words(following),
                title=title,
                thread_id=_thread(item),
                thread_url=url,
                board=board,
                position=place,
                author=_author(cells),
                created_at=reading.dates.read(date[0]) if date else None,
                answer_count=len(numbered) - 1,
                solved=True if place == 1 and _SOLVED.search(status) else None,
            )
    return reading.extraction(thread_id=_thread(item))


def _message(reading: Reading) -> Extraction:
    """A message's own page; whose it is stands in its history."""
    form = html.first(reading.tree, _FORM)
    if form is None:
        return reading.extraction(login_wall=True)
    cells = [html.line(cell) for cell in html.select(form, "td, dd")]
    date = next(filter(None, map(_DATE.search, cells)), None)
    base = base_url(reading.page.url)
    linked = (reading.url(link.get("href")) for link in html.select(reading.tree, "table.history a[href]"))
    item = next(filter(None, (found(_ISSUE, url) for url in linked)), "")
    with reading.entry("a message that cannot be read"):
        number = found(_MESSAGE, reading.page.url)
        reading.post(
            external_id=number,
            url=f"{base}msg{number}",
            thread_id=_thread(item),
            thread_url=urls.under(base, item) if item else "",
            words=_words(html.first(reading.tree, "table.messages td.content, .msg, pre")),
            author=cells[0] if cells else "",
            created_at=reading.dates.read(date[0]) if date else None,
        )
    return reading.extraction()


def _author(cells: Sequence[str]) -> str:
    """What follows "Author:" in the second cell."""
    name = cells[1].partition(":")[2].strip() if len(cells) > 1 else ""
    return "" if name == "[hidden]" else name


def _words(node: html.Node | None) -> Words:
    """A message is plain text in ``pre``, or rendered from Markdown or reStructuredText."""
    if node is None or html.holds(node, "div.msg"):
        return html.split_quotes(node)
    pre = node if node.tag == "pre" else html.first(node, "pre")
    return split_mail("".join(pre.itertext())) if pre is not None else html.split_quotes(node)


def _labelled(form: html.Node | None, label: str) -> str:
    """The value beside a label of an issue's form."""
    for head in html.select(form, "th, dt") if form is not None else []:
        if _LABELS[label].fullmatch(html.line(head).rstrip(":").casefold()):
            return _value(head.getnext())
    return ""


def _value(cell: html.Node | None) -> str:
    if cell is None:
        return ""
    return html.line(cell) or html.attr(cell, "input", "value")


def describe(page: Page, base: str) -> Site | None:
    """Nothing but the language; lists have no names that pages tell."""
    return Site(base_url=base, language=html.language(page.tree))


SOFTWARE = Software(
    name="roundup",
    channel=Channel.TRACKER,
    way=Way.HTML,
    entries=entries,
    extract=extract,
    marks=(
        Mark("html", r"<roundup-classhelper\b"),
        Mark("html", r"(?:href|src)=\"[^\"]*@@file/[^\"]+\"", 8),
        Mark("html", r"name=\"@(?:columns|sort|group|search_text)\"", 4),
        Mark("html", r"href=\"https?://(?:www\.)?roundup-tracker\.org\"", 2),
        Mark("url", r"[?&]@action=export_csv\b", 8),
        Mark("cookie", r"^roundup_session_"),
    ),
    base_url=base_url,
    describe=describe,
    note="Reads issues and their messages; boards are addresses of lists, best as CSV.",
)
