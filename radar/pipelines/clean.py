"""First pipeline: nothing that Postgres, a terminal or a classifier could choke on gets past here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from scrapy.exceptions import DropItem

from radar.extract import text
from radar.model import Post

TITLE_LIMIT = 500
NAME_LIMIT = 200
URL_LIMIT = 2000
TEXT_LIMIT = 100_000
"""Characters; longer texts are cut, for no cry for help is that long."""

EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
"""Usenet's first year: what claims to be older is a broken clock."""


class CleanPipeline:
    """Drops what is not a post, cleans what is; items of other types pass."""

    def process_item(self, item: object) -> object:
        """Return the clean post; raise ``DropItem`` for one without identity or words."""
        if not isinstance(item, Post):
            return item
        post = clean(item)
        if not post.external_id or not (post.text or post.title):
            raise DropItem(f"post without {'words' if post.external_id else 'identity'}: {post.url}")
        return post


def clean(post: Post) -> Post:
    """The post with every text cleaned and bounded, and without impossible times."""
    latest = post.fetched_at + timedelta(days=1)

    def possible(moment: datetime | None) -> datetime | None:
        return moment if moment and EARLIEST <= moment <= latest else None

    return replace(
        post,
        external_id=text.clean(post.external_id, URL_LIMIT),
        url=text.clean(post.url, URL_LIMIT),
        thread_id=text.clean(post.thread_id, URL_LIMIT),
        thread_url=text.clean(post.thread_url, URL_LIMIT),
        title=text.clean(post.title, TITLE_LIMIT),
        board=text.clean(post.board, NAME_LIMIT),
        author=text.clean(post.author, NAME_LIMIT),
        text=text.clean(post.text, TEXT_LIMIT),
        quoted=text.clean(post.quoted, TEXT_LIMIT),
        language=text.clean(post.language, NAME_LIMIT),
        created_at=possible(post.created_at),
        edited_at=possible(post.edited_at),
    )
