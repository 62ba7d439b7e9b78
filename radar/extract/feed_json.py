"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1)."""

from __future__ import annotations

from typing import Any

from radar.errors import ExtractionError
from radar.extract.feed_document import Feed, FeedEntry
from radar.extract.page import Page


def read_json_feed(page: Page) -> Feed | None:
    """The feed of a page, None if it is none."""
    try:
        data = page.data
    except ExtractionError:
        return None
    if not isinstance(data, dict) or not isinstance(data.get("items"), list):
        return None
    if "jsonfeed.org" not in _text(data, "version"):
        return None
    feed = Feed(
        kind="json",
        title=_text(data, "title"),
        link=_text(data, "home_page_url"),
        language=_text(data, "language"),
        next=_text(data, "next_url"),
    )
    for hub in _dicts(data, "hubs"):
        if _text(hub, "type").lower() == "websub":
            feed.hub = _text(hub, "url")
    writers = _authors(data)
    for item in _dicts(data, "items"):
        feed.entries.append(_entry(item, writers))
    return feed


def _entry(item: dict[str, Any], writers: str) -> FeedEntry:
    markup, plain, summary = _text(item, "content_html"), _text(item, "content_text"), _text(item, "summary")
    tags = item.get("tags")
    return FeedEntry(
        id=_text(item, "id"),
        link=_text(item, "url") or _text(item, "external_url"),
        title=_text(item, "title"),
        content=markup or plain or summary,
        plain=not markup,
        teaser=not markup and not plain,
        author=_authors(item) or writers,
        published=_text(item, "date_published"),
        updated=_text(item, "date_modified"),
        board=str(tags[0]) if isinstance(tags, list) and tags and isinstance(tags[0], str) else "",
        language=_text(item, "language"),
    )


def _authors(item: dict[str, Any]) -> str:
    writers = _dicts(item, "authors") or ([item["author"]] if isinstance(item.get("author"), dict) else [])
    return ", ".join(filter(None, (_text(writer, "name") for writer in writers)))


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    if isinstance(value, str):
        return value.strip()
    return (
        str(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
        else ""
    )


def _dicts(item: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = item.get(name)
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
