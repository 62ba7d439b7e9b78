"""Pages of unknown software: structured data if there is any, else blocks that look like posts.

A thread page repeats one kind of block, and each block has a time, an author and some text. That is enough for most
old forums; where it is not, nothing is returned rather than something wrong.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict

from radar.errors import ExtractionError
from radar.extract import html
from radar.extract.dates import Dates
from radar.extract.feed_document import read_feed
from radar.extract.listing import add_listing, are_rows, next_page
from radar.extract.page import Context, Extraction, LinkKind, Page, Software, Way
from radar.extract.reading import Reading
from radar.extract.structured import entries, read_structured
from radar.extract.urls import canonical
from radar.model import Channel

_TIMED = "time, [class*=date], [class*=time], [class*=Date], [class*=posted], [class*=datum], [class*=when], [class*=meta], small, abbr[title]"
_AUTHOR = (
    "[itemprop=author] [itemprop=name], [itemprop=author], [rel=author], .author .name, .author a, .username, .user-name, .poster-name, .poster a,"
    " .author, .poster, .fn, .nick, .nickname, [class*=author], [class*=username], [class*=poster], [class*=nick],"
    " a[href*=user], a[href*=member], a[href*=profil], a[href*=account], [class*=user], cite"
)
_BODY = (
    "[itemprop=text], [itemprop=articleBody], .post-content, .post-body, .postbody, .post-text, .postcontent, .post_body, .message-body, .message-content,"
    " .msg-body, .comment-body, .comment-content, .comment-text, .entry-content, [class*=content], [class*=body], [class*=text], [class*=message], p"
)
_DROP = (
    ".signature, [class*=signature], [class*=sig-], .edited, .lastedit, [class*=button], [class*=actions], [class*=toolbar], nav, form, footer, cite,"
    " [class*=vote], [class*=share], [class*=report]"
)
_QUOTES = "blockquote, [class*=quote]:not([class*=unquote])"
_BLOCKS = "article, li, tr, div, section, table, dl"
_POSTISH = re.compile(
    r"post|message|msg|comment|kommentar|beitrag|reply|antwort|answer|entry|article", re.IGNORECASE
)
_ID = re.compile(r"(?:^|[-_a-z#])(\d{1,12})$", re.IGNORECASE)
_DATE_HINT = re.compile(
    r"\d{1,2}[:.]\d{2}|\d{4}|\bago\b|\bvor\b|heute|gestern|today|yesterday", re.IGNORECASE
)
_LEAST_TEXT = 15


def extract(page: Page, context: Context) -> Extraction:
    """A thread, else a list of links. Raises ExtractionError where neither can be found."""
    reading = Reading(page, context)
    reading.language = context.language or html.language(page.tree)
    feed = read_feed(page)
    if feed is not None and feed.entries:
        from radar.extract.feed import read_posts

        return read_posts(reading, feed)
    thread = read_structured(reading)
    if thread is None:
        thread = _read_blocks(reading)
    if thread is not None:
        if following := next_page(reading):
            reading.link(
                following, LinkKind.NEXT, carry={"title": reading.carried("title") or _title(reading)}
            )
        return reading.extraction(thread_id=thread)
    return read_listing(reading)


def read_listing(reading: Reading, *, least: int = 2) -> Extraction:
    """The links of a list of at least so many threads. Raises ExtractionError where there are none."""
    add_listing(reading, least=least)
    if not reading.links:
        if html.has_password_field(reading.tree):
            return reading.extraction(login_wall=True)
        raise ExtractionError("neither posts nor links to threads can be told on this page")
    return reading.extraction()


def _read_blocks(reading: Reading) -> str | None:
    blocks = _blocks(reading)
    if not blocks or are_rows(reading, blocks):
        return None
    thread_url = reading.url(html.rel(reading.tree, "canonical")) or canonical(reading.page.url)
    thread = reading.carried("thread_id") or thread_url
    title = reading.carried("title") or _title(reading)
    texts = [_when(block)[0] for block in blocks]
    reading.dates.settle(texts)
    for block, said in zip(blocks, texts, strict=True):
        with reading.entry("a block that cannot be read as a post"):
            author = _author(block)
            words = html.split_quotes(_body(block), _QUOTES, _DROP)
            if not words.own and not words.quoted:
                continue
            anchor = _anchor(block)
            hashed = hashlib.sha256(
                f"{author}\n{said}\n{words.own[:200]}".encode("utf-8", "replace")
            ).hexdigest()[:16]
            reading.post(
                external_id=anchor or hashed,
                url=f"{thread_url}#{anchor}" if anchor else thread_url,
                words=words,
                title=title,
                thread_id=thread,
                thread_url=thread_url,
                board=reading.carried("board"),
                author=author,
                created_at=reading.dates.read(said),
            )
    return thread if reading.posts else None


def _blocks(reading: Reading) -> list[html.Node]:
    """The group of sibling-like elements that holds most text with a time in each."""
    groups: dict[tuple[str, str], list[html.Node]] = defaultdict(list)
    for node in html.select(reading.tree, _BLOCKS)[:5000]:
        name = (node.get("class") or "").split()
        if name or node.tag == "article":
            groups[(node.tag, name[0] if name else "")].append(node)
    probe = Dates(
        reading.page.url, reading.page.fetched_at, reading.context.timezone, reading.context.language
    )
    best: tuple[float, list[html.Node]] = (0.0, [])
    for (tag, name), members in groups.items():
        marked = (
            tag == "article"
            or bool(_POSTISH.search(name))
            or any(_POSTISH.search(node.get("id") or "") for node in members[:3])
        )
        if len(members) > 500 or (len(members) < 2 and not marked):
            continue
        if any(member in set(members[0].iterdescendants(tag)) for member in members[1:2]):
            continue
        good = [node for node in members if _looks_like_a_post(node, probe)]
        if len(good) * 3 < len(members) * 2:
            continue
        length = sum(min(len(html.line(node)), 2000) for node in good)
        score = length * (3 if marked else 1) * (1 + min(len(good), 10) / 10)
        if score > best[0]:
            best = (score, good)
    return best[1]


def _looks_like_a_post(node: html.Node, probe: Dates) -> bool:
    text = html.line(node)
    if len(text) < _LEAST_TEXT + 10 or not _DATE_HINT.search(text):
        return False
    return (
        probe.read(_when(node)[0]) is not None
        and bool(_author(node))
        and len(html.text_of(_body(node), _DROP)) >= _LEAST_TEXT
    )


def _when(block: html.Node) -> tuple[str, html.Node | None]:
    """What a block says of its time: machine-readable first."""
    for node in html.select(block, "time[datetime], abbr[title], [data-time], [data-timestamp]"):
        stamp = (
            node.get("datetime")
            or node.get("data-time")
            or node.get("data-timestamp")
            or node.get("title")
            or ""
        )
        if re.search(r"\d{4}", stamp):
            return stamp, node
    for node in html.select(block, _TIMED):
        title = node.get("title") or ""
        for text in (title, html.line(node)):
            if text and len(text) <= 100 and _DATE_HINT.search(text):
                return text, node
    return "", None


def _author(block: html.Node) -> str:
    for css in _AUTHOR.split(","):
        for node in html.select(block, css.strip()):
            name = html.line(node)
            if 0 < len(name) <= 60 and not _DATE_HINT.search(name):
                return re.sub(r"^(?:von|by|author|autor)\s*:?\s+", "", name, flags=re.IGNORECASE)
    return ""


def _body(block: html.Node) -> html.Node:
    for css in _BODY.split(","):
        nodes = html.select(block, css.strip())
        long = [node for node in nodes if len(html.line(node)) >= _LEAST_TEXT]
        if long:
            return (
                max(long, key=lambda node: len(html.line(node)))
                if css.strip() != "p"
                else (long[0].getparent() if len(long) > 1 else long[0])
            )
    return block


def _anchor(block: html.Node) -> str:
    """The block's own id with a number in it."""
    for node in (block, *html.select(block, "[id], a[name]")):
        for name in (node.get("id"), node.get("name")):
            if name and _ID.search(name) and len(name) <= 60:
                return str(name)
    return str(block.get("data-id") or block.get("data-post-id") or "")


def _title(reading: Reading) -> str:
    heading = html.line_of(reading.tree, "h1") or html.line_of(reading.tree, "h2")
    return heading or re.split(r"\s+[|–—-]\s+", html.title(reading.tree))[0]


SOFTWARE = Software(
    name="generic",
    channel=Channel.FORUM,
    way=Way.HTML,
    entries=entries,
    extract=extract,
    note="A guess at an unknown site: check its posts with `radar sources` before you rely on them.",
)
