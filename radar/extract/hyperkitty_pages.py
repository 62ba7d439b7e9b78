"""Mails on HyperKitty's pages, for sites that do not export theirs.

The page of a thread holds all replies for those who ask without scripts (``?noscript``) and for robots that are known
as such; else they come from ``replies?sort=date`` as JSON with HTML in it. A mail shows the clock of the site, and as a
tooltip the sender's local time with its date but without its zone; both together tell when it was.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from radar.extract import html
from radar.extract.dates import Dates
from radar.extract.fields import digits
from radar.extract.mail import split_mail
from radar.extract.page import LinkKind
from radar.extract.reading import Reading
from radar.extract.urls import param, under

_REPLIES = re.compile(r"""["']([^"'\s]*/thread/\w+/replies\?)""")
_DAY = timedelta(days=1)
_FARTHEST = timedelta(hours=14)
"""No zone is farther from UTC."""


def add_mails(reading: Reading, tree: html.Node, base: str, thread: str) -> int:
    """Add the mails that a page of the thread, or the JSON of its replies, shows; returns how many.

    ``base`` is the list's address.
    """
    done = int(digits(reading.carried("done")) or 0)
    title = reading.carried("title") or html.line_of(tree, "div.thread-header h3")
    mails = html.select(tree, "div.email")
    for position, mail in enumerate(mails, done + 1):
        with reading.entry("a mail that cannot be read"):
            identity = html.attr(mail, "div.email-header[id]", "id")
            body = html.first(mail, "div.email-body")
            reading.post(
                external_id=identity,
                url=under(base, f"message/{identity}/"),
                words=split_mail(_as_sent(body)) if body is not None else "",
                title=title,
                thread_id=thread,
                thread_url=under(base, f"thread/{thread}/"),
                board=reading.carried("board"),
                position=position,
                author=_author(html.line_of(mail, ".email-author .name")),
                created_at=_sent(reading, mail),
            )
    return len(mails)


def _as_sent(body: html.Node) -> str:
    """The mail's text as it was, line by line, quotes marked: the page shows it as if it were Markdown."""
    for node in [
        each for each in body.iter() if isinstance(each.tag, str) and each.tag not in {"pre", "code"}
    ]:
        _break_lines(node)
    blocks = [(body.text or "").strip()]
    for child in body:
        text = html.text_of(child, "div.quoted-switch")
        if child.tag == "blockquote":
            text = "\n".join(f"> {line}" for line in text.splitlines())
        blocks += [text, (child.tail or "").strip()] if child.get("class") != "quoted-switch" else []
    return "\n\n".join(filter(None, blocks))


def _break_lines(node: html.Node) -> None:
    """Let the line feeds of a node's own text be line breaks; the site's style sheet does that."""
    lines = (node.text or "").split("\n")
    if len(lines) > 1 and any(line.strip() for line in lines):
        node.text = lines[0]
        for place, line in enumerate(lines[1:]):
            added = node.makeelement("br")
            added.tail = line
            node.insert(place, added)


def _author(shown: str) -> str:
    """The name; a mail without one shows its address, with the @ written out."""
    return "" if re.search(r"\S@\S|\(a\)", shown) else shown


def _sent(reading: Reading, mail: html.Node) -> datetime | None:
    """When a mail was sent: the site's clock tells the minute in its zone, the tooltip the day."""
    clock = html.first(mail, ".email-date .time span[title]")
    if clock is None:
        return None
    there = (clock.get("title") or "").partition(":")[2]
    local = Dates(reading.page.url, reading.page.fetched_at, "UTC", reading.context.language).read(there)
    if local is None:
        return None
    guesses = (local + _DAY * days for days in (0, -1, 1))
    days = (f"{guess:%Y-%m-%d} {html.line(clock)}" for guess in guesses)
    times = [found for found in map(reading.dates.read, days) if found]
    near = [found for found in times if abs(found - local) <= _FARTHEST]
    return min(near, key=lambda found: abs(found - local), default=None)


def link_replies(reading: Reading, tree: html.Node, thread: str, mails: int) -> None:
    """Follow to the replies where the page left them to a script."""
    found = _REPLIES.search(reading.page.text)
    if found and mails == 1 and html.holds(tree, "div.replies img.ajaxloader"):
        reading.link(
            reading.url(found[1] + "sort=date"),
            LinkKind.NEXT,
            thread_id=thread,
            carry={**reading.context.carried, "done": "1"},
        )


def link_more(reading: Reading, thread: str, mails: int, offset: object) -> None:
    """Follow to the rest of the replies, by the software's own pointer."""
    if mails and isinstance(offset, int) and str(offset) != param(reading.page.url, "offset"):
        done = int(digits(reading.carried("done")) or 1) + mails
        reading.link(
            reading.url(f"?sort=date&offset={offset}"),
            LinkKind.NEXT,
            thread_id=thread,
            carry={**reading.context.carried, "done": str(done)},
        )
