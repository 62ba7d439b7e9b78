"""The feeds of a WordPress blog: ``/feed/`` and ``/comments/feed/``, the ten latest of each."""

from __future__ import annotations

import re

from radar.extract.feed import Identity, read_posts
from radar.extract.feed_document import Feed, FeedEntry
from radar.extract.fields import found
from radar.extract.page import Extraction
from radar.extract.reading import Reading
from radar.extract.urls import param
from radar.extract.wordpress_page import DROP, plain

_COMMENT_TITLE = re.compile(
    r"(?:comment on|kommentar zu|comentario en|commentaires? sur)\s+(.+)\s+(?:by|von|por|par)\s",
    re.IGNORECASE,
)


def read_blog_feed(reading: Reading, feed: Feed) -> Extraction:
    """Posts or comments of a feed; threads bear the address of their post, for comments do not tell its number."""

    def identify(entry: FeedEntry) -> Identity | None:
        if "action=postpass" in entry.content or "post-password-form" in entry.content:
            return None
        url = reading.url(entry.link, fragment=True)
        thread = reading.url(entry.link)
        comment = found(r"#(comment-\d+)", entry.id) or found(r"#(comment-\d+)", url)
        if comment:
            title = _COMMENT_TITLE.match(entry.title)
            name = plain(title[1]) if title else ""
            return Identity(comment, url, thread, thread, first=False, title=name)
        identity = param(entry.id, "p") or param(entry.id, "page_id")
        return Identity(identity or thread, url, thread, thread, position=1, first=True)

    return read_posts(reading, feed, identify, drop=DROP)
