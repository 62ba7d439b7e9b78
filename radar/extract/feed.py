"""Any feed: RSS, Atom, RDF, JSON Feed. One entry is one post.

Besides plain feeds: comment feeds (``wfw:commentRss``, RFC 4685) are followed when their count changes, Google
Alerts' redirects are unwrapped, a page that is no feed leads to the feeds it names, and the page of an entry is
read as full text (``radar.extract.fulltext``) where the source asks for that.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import unescape

from radar.errors import ExtractionError
from radar.extract.feed_document import Feed, FeedEntry, read_feed
from radar.extract.fulltext import read_entry_page
from radar.extract.html import fragment, line_of, rels, split_quotes, text_of
from radar.extract.page import Context, Extraction, Link, LinkKind, Page, Software, Way
from radar.extract.reading import Reading
from radar.extract.text import Words
from radar.extract.urls import absolute, canonical, host, param, path
from radar.model import Channel, Source

FEED_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
    "application/json",
)
_ENDS_CUT = re.compile(
    r"(?:\[(?:…|\.\.\.|&hellip;)\]|…|\.\.\.|\b(?:weiterlesen|read more|continue reading|mehr lesen)\W*)\s*$",
    re.IGNORECASE,
)
_REPLY = re.compile(r"(?:re|aw|antw|antwort)\s*:", re.IGNORECASE)
_COMMENTS_OF = re.compile(
    r"(?:comments on|comments for|kommentare zu|kommentare für)\s*:?\s*(.+)$", re.IGNORECASE
)
_COMMENT_ON = re.compile(r"(?:comment on|kommentar zu)\s+(.+?)\s+(?:by|von)\s+(.{1,100})$", re.IGNORECASE)
_BY = re.compile(r"(?:by|von)\s*:\s*(.{1,100})$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a forum software knows of an entry of its own feed."""

    external_id: str
    url: str
    thread_id: str = ""
    thread_url: str = ""
    position: int | None = None
    first: bool | None = None
    title: str = ""
    """Title of the thread, where the entry's own says more or less."""
    board: str = ""
    author: str = ""


def entries(source: Source) -> Sequence[Link]:
    """The feed, or the several of them that the source names as boards."""
    addresses = [board for board in source.boards if "://" in board] or [source.url]
    return [Link(url=url, kind=LinkKind.BOARD) for url in map(canonical, addresses) if url]


def extract(page: Page, context: Context) -> Extraction:
    """Posts of a feed, or the full text of an entry's page."""
    if context.carried.get("entry"):
        return read_entry_page(page, context)
    feed = read_feed(page)
    if feed is None:
        return _discovered(page, context)
    return read_posts(Reading(page, context), feed)


def read_posts(
    reading: Reading,
    feed: Feed,
    identify: Callable[[FeedEntry], Identity | None] | None = None,
    *,
    quotes: str = "blockquote",
    drop: str = "",
) -> Extraction:
    """The entries of a feed as posts.

    ``identify`` gives the software's own ids (None skips the entry); without it the entry's id or link counts.
    ``quotes`` and ``drop`` are selectors for ``split_quotes``.
    """
    reading.language = reading.context.language or feed.language
    if feed.damage:
        reading.problem("the feed is damaged", feed.damage)
    for entry in feed.entries:
        with reading.entry("a feed entry that cannot be read"):
            if identify is None:
                _plain_entry(reading, feed, entry, quotes, drop)
            elif identity := identify(entry):
                _forum_entry(reading, entry, identity, quotes, drop)
    next_page = reading.url(feed.next)
    if next_page and next_page != canonical(reading.page.url):
        reading.link(next_page, LinkKind.NEXT, carry=dict(reading.context.carried))
    return reading.extraction(ttl=feed.ttl, hub=reading.url(feed.hub))


def _words(entry: FeedEntry, quotes: str, drop: str) -> Words:
    return Words(entry.content, "") if entry.plain else split_quotes(fragment(entry.content), quotes, drop)


def _title(entry: FeedEntry) -> str:
    return text_of(fragment(entry.title)) if "<" in entry.title else unescape(entry.title)


def _forum_entry(reading: Reading, entry: FeedEntry, identity: Identity, quotes: str, drop: str) -> None:
    created = reading.dates.read(entry.published) or reading.dates.read(entry.updated)
    reading.post(
        external_id=identity.external_id,
        url=identity.url,
        words=_words(entry, quotes, drop),
        title=identity.title or _title(entry),
        thread_id=identity.thread_id,
        thread_url=identity.thread_url,
        board=identity.board or entry.board,
        position=identity.position,
        first=identity.first,
        author=identity.author or entry.author,
        created_at=created,
        edited_at=reading.dates.read(entry.updated) if entry.published else None,
        language=entry.language,
    )


def _plain_entry(reading: Reading, feed: Feed, entry: FeedEntry, quotes: str, drop: str) -> None:
    link = _address(reading, entry)
    title = _title(entry)
    words = _words(entry, quotes, drop)
    identity = _identity(entry, link, title, words)
    url = link or reading.url(feed.link) or canonical(reading.page.url)
    created = reading.dates.read(entry.published) or reading.dates.read(entry.updated)
    edited = reading.dates.read(entry.updated) if entry.published else None
    comment = _comment(reading, feed, entry, title)
    thread_id, thread_title, author = (
        (comment.thread_id, comment.title, comment.author) if comment else ("", title, "")
    )
    reading.post(
        external_id=identity,
        url=url,
        words=words,
        title=thread_title,
        thread_id=thread_id or ("" if comment else identity),
        thread_url=comment.thread_url if comment else url,
        board=reading.carried("board") or entry.board,
        first=False if comment else None,
        author=entry.author or author,
        created_at=created,
        edited_at=edited,
        answer_count=entry.replies,
        language=entry.language,
    )
    if comment:
        return
    known = {"title": thread_title, "thread_id": identity, "thread_url": url, "board": entry.board}
    if entry.replies and entry.replies_feed:
        reading.link(
            reading.url(entry.replies_feed),
            LinkKind.THREAD,
            thread_id=identity,
            activity=entry.replies,
            active_at=edited or created,
            carry={**known, "comments": "1"},
        )
    if entry.teaser or _ENDS_CUT.search(words.own[-60:]):
        known |= {
            "entry": identity,
            "author": entry.author or author,
            "created": entry.published or entry.updated,
        }
        stamp = hashlib.sha256(
            f"{entry.updated or entry.published}{title}".encode("utf-8", "replace")
        ).hexdigest()[:16]
        reading.link(
            url, LinkKind.ENTRY, thread_id=identity, activity=stamp, active_at=edited or created, carry=known
        )


def _address(reading: Reading, entry: FeedEntry) -> str:
    url = reading.url(entry.link, fragment=True)
    if host(url).startswith(("www.google.", "google.")) and path(url) == "/url":
        return reading.url(param(url, "url") or param(url, "q"), fragment=True)
    return url


def _identity(entry: FeedEntry, url: str, title: str, words: Words) -> str:
    if entry.id:
        return canonical(entry.id, fragment=True) or entry.id if "://" in entry.id else entry.id
    if url:
        return url
    text = f"{title}\n{words.own}".encode("utf-8", "replace")
    return hashlib.sha256(text).hexdigest()[:32] if text.strip() else ""


def _comment(reading: Reading, feed: Feed, entry: FeedEntry, title: str) -> Identity | None:
    """Thread, title and author of an entry that comments on another one; None if it does not."""
    if reading.carried("comments"):
        by = _BY.match(title) or _COMMENT_ON.match(title)
        author = by[by.lastindex or 1] if by else ""
        return Identity(
            "",
            "",
            reading.carried("thread_id"),
            reading.carried("thread_url"),
            title=reading.carried("title"),
            author=author,
        )
    on = _COMMENT_ON.match(title)
    if on and (_COMMENTS_OF.search(feed.title) or "comments" in path(reading.page.url)):
        thread = absolute(reading.page.url, entry.link)
        return Identity("", "", thread, thread, title=on[1], author=on[2])
    if entry.reply_to:
        thread = reading.url(entry.reply_to_link)
        return Identity("", "", entry.reply_to, thread, title=_REPLY.sub("", title, count=1).strip())
    of = _COMMENTS_OF.search(feed.title)
    by = _BY.match(title)
    if of and by:
        thread = absolute(reading.page.url, entry.link)
        return Identity("", "", thread, thread, title=of[1], author=by[1])
    if _REPLY.match(title):
        return Identity("", "", "", "", title=_REPLY.sub("", title, count=1).strip())
    return None


def feeds_of(page: Page) -> list[tuple[str, str]]:
    """(address, title) of the feeds that an HTML page names, comment feeds last."""
    found: dict[str, str] = {}
    for node in rels(page.tree, "alternate"):
        if (node.get("type") or "").split(";")[0].strip().lower() in FEED_TYPES:
            url = absolute(page.url, node.get("href") or "")
            if url and ("json" not in (node.get("type") or "") or "feed" in url):
                found.setdefault(url, (node.get("title") or "").strip())
    return sorted(
        found.items(),
        key=lambda item: "comment" in (item[0] + item[1]).lower() or "kommentar" in item[1].lower(),
    )


def _discovered(page: Page, context: Context) -> Extraction:
    """Follow the first feed that a page names; once, or a page that names itself would never end."""
    feeds = feeds_of(page) if "<" in page.text[:2000] else []
    if not feeds or context.carried.get("discovered"):
        title = line_of(page.tree, "title") if "<" in page.text[:2000] else ""
        raise ExtractionError(
            f"not a feed{f', but a page ({title[:100]})' if title else ''}, and it names none"
        )
    reading = Reading(page, context)
    reading.problem("not a feed, but a page that names some", ", ".join(url for url, _ in feeds[:5]))
    reading.link(feeds[0][0], LinkKind.BOARD, carry={"discovered": "1"})
    return reading.extraction()


SOFTWARE = Software(
    name="feed",
    channel=Channel.FEED,
    way=Way.FEED,
    entries=entries,
    extract=extract,
    note="RSS, Atom, RDF or JSON Feed; set full_text = true where it carries teasers only.",
)
