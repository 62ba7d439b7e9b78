"""What a feed holds, whatever its format: RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0, JSON Feed.

``read_feed(page)`` gives a ``Feed`` of raw strings, or None if the page is no feed. Making posts of the entries
is ``radar.extract.feed`` for any feed, or the module of a forum software that knows its own feeds' ids.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from radar.extract.page import Page


@dataclass(slots=True)
class FeedEntry:
    """One entry, as written: dates unread, HTML not yet text."""

    id: str = ""
    link: str = ""
    title: str = ""
    content: str = ""
    """The fullest body: HTML unless ``plain``."""
    plain: bool = False
    teaser: bool = False
    """True if only a summary or description came, which may be cut."""
    author: str = ""
    published: str = ""
    updated: str = ""
    board: str = ""
    """The first category or tag."""
    language: str = ""
    replies: int | None = None
    """``slash:comments``, ``thr:total``."""
    replies_feed: str = ""
    """``wfw:commentRss``, ``link rel=replies``."""
    reply_to: str = ""
    """``thr:in-reply-to``: id of the entry this one answers."""
    reply_to_link: str = ""


@dataclass(slots=True)
class Feed:
    """A feed and its entries."""

    kind: str
    """``rss``, ``rdf``, ``atom`` or ``json``."""
    title: str = ""
    link: str = ""
    language: str = ""
    generator: str = ""
    ttl: float | None = None
    """Seconds to the next visit, as the publisher asks."""
    hub: str = ""
    next: str = ""
    """Older entries (RFC 5005, ``next_url``)."""
    entries: list[FeedEntry] = field(default_factory=list)
    damage: str = ""
    """What is wrong with the document, "" if nothing is; entries before the damage are there."""


def declared_feed(page: Page) -> Feed | None:
    """The feed of a page that says it is XML; None of any other, which costs nothing to tell."""
    return read_feed(page) if page.text[:200].lstrip("\ufeff \t\r\n").startswith("<?xml") else None


def read_feed(page: Page) -> Feed | None:
    """The feed of a page, None if it is none. Never raises."""
    from radar.extract.feed_json import read_json_feed
    from radar.extract.feed_xml import read_xml_feed

    head = page.text[:4000].lstrip("\ufeff \t\r\n\x00")
    if head.startswith("{"):
        return read_json_feed(page)
    return read_xml_feed(page.text)
