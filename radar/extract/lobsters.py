"""Lobsters (github.com/lobsters/lobsters), lobste.rs and its sisters: each list and story is JSON below ``.json``.

A visit reads the newest stories, of the site or of each tag; a story with comments is followed to ``/s/ID.json``. Lists
have no pointer to the next page: pages are counted while they are full, twenty-five stories each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from radar.errors import ExtractionError
from radar.extract.html import fragment, split_quotes
from radar.extract.page import Context, Extraction, Link, LinkKind, Mark, Page, Software, Way
from radar.extract.reading import Reading
from radar.extract.urls import escape, origin, path, under
from radar.model import Channel, Source

PAGE_SIZE = 25
_TAG = re.compile(r"(?:^|/t/)([^/?#.]+)(?:\.json|\.rss|/|$)")
_PAGE = re.compile(r"(?:/page/(\d{1,5}))?\.json$")
_EDIT = timedelta(minutes=1)
"""Lobsters itself calls a comment edited if it was changed later than that."""


def entries(source: Source) -> Sequence[Link]:
    """The newest stories, of the site or of each tag."""
    if not source.boards:
        return [Link(url=under(source.url, "newest.json"), kind=LinkKind.BOARD)]
    tags = [_tag(board) for board in source.boards]
    return [
        Link(url=under(source.url, f"t/{escape(tag)}.json"), kind=LinkKind.BOARD, carry={"board": tag})
        for tag in tags
    ]


def _tag(board: str) -> str:
    match = _TAG.search(path(board) if "/" in board else board)
    return match[1] if match else board.strip("/")


def boards_in(url: str) -> tuple[str, ...]:
    """A tag's page is about that tag, or about several with commas between."""
    return tuple(_tag(url).split(",")) if path(url).startswith("/t/") else ()


def extract(page: Page, context: Context) -> Extraction:
    """A list of stories, or a story with its comments."""
    reading = Reading(page, context)
    if page.status in {404, 410}:
        return reading.extraction(missing=True)
    data = reading.data
    if isinstance(data, list):
        return _listing(reading, data)
    if isinstance(data, dict) and isinstance(data.get("comments"), list):
        return _thread(reading, data)
    if isinstance(data, dict) and "error" in data:
        return reading.extraction(missing=True)
    raise ExtractionError("neither stories nor a story of Lobsters")


def _listing(reading: Reading, data: list[Any]) -> Extraction:
    base = origin(reading.page.url)
    for story in data:
        with reading.entry("a story that cannot be read"):
            identity = str(story["short_id"])
            tags = [str(tag) for tag in story.get("tags") or ()]
            board = reading.carried("board") or ", ".join(tags)
            comments = int(story.get("comment_count") or 0)
            reading.post(
                external_id=identity,
                url=under(base, f"s/{identity}"),
                words=split_quotes(fragment(str(story.get("description") or ""))),
                title=str(story.get("title") or ""),
                thread_id=identity,
                thread_url=under(base, f"s/{identity}"),
                board=board,
                position=1,
                author=_name(story.get("submitter_user")),
                created_at=reading.dates.read(str(story.get("created_at") or "")),
                answer_count=comments,
            )
            if comments:
                reading.link(
                    under(base, f"s/{escape(identity)}.json"),
                    LinkKind.THREAD,
                    thread_id=identity,
                    activity=comments,
                    carry={"board": board},
                )
    match = _PAGE.search(reading.page.url)
    if match and len(data) >= PAGE_SIZE:
        reading.link(
            f"{reading.page.url[: match.start()]}/page/{int(match[1] or 1) + 1}.json",
            LinkKind.NEXT,
            active_at=reading.oldest_at,
            carry=reading.context.carried,
        )
    return reading.extraction()


def _thread(reading: Reading, story: Mapping[str, Any]) -> Extraction:
    """The comments by time; the order of the page is a tree's. The story itself came with the list."""
    base, thread = origin(reading.page.url), str(story["short_id"])
    comments = [each for each in story["comments"] if isinstance(each, dict)]
    times = {id(each): reading.dates.read(str(each.get("created_at") or "")) for each in comments}
    comments.sort(key=lambda each: (str(times[id(each)] or ""), str(each.get("short_id"))))
    for place, comment in enumerate(comments, 2):
        with reading.entry("a comment that cannot be read"):
            if comment.get("is_deleted") or comment.get("is_moderated"):
                continue
            identity, created = str(comment["short_id"]), times[id(comment)]
            edited = reading.dates.read(str(comment.get("last_edited_at") or comment.get("updated_at") or ""))
            reading.post(
                external_id=f"c{identity}",
                url=under(base, f"c/{identity}"),
                words=split_quotes(fragment(str(comment["comment"]))),
                title=str(story.get("title") or ""),
                thread_id=thread,
                thread_url=under(base, f"s/{thread}"),
                board=reading.carried("board"),
                position=place,
                author=_name(comment.get("commenting_user")),
                created_at=created,
                edited_at=edited if edited and created and edited - created > _EDIT else None,
            )
    return reading.extraction(thread_id=thread)


def _name(user: object) -> str:
    """A name; sites of before 2023 tell all of a user."""
    return str(user.get("username") or "") if isinstance(user, dict) else str(user or "")


SOFTWARE = Software(
    name="lobsters",
    channel=Channel.SOCIAL,
    way=Way.JSON,
    entries=entries,
    extract=extract,
    marks=(
        Mark("url", r"^https?://(?:www\.)?lobste\.rs/", 12),
        Mark("html", r"<(?:li|div)[^>]+data-shortid=[\"'][^>]+class=[\"'][^\"']*\bstory\b"),
        Mark("html", r"<(?:li|div)[^>]+class=[\"'][^\"']*\bstory\b[^>]+data-shortid="),
    ),
    base_url=origin,
    boards_in=boards_in,
    note="Boards are tags.",
)
