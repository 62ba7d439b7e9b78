"""Hacker News through Algolia's search (hn.algolia.com/api): the site itself has no interface that lists texts.

A visit reads the newest posts of Ask HN, or of the lists that the source names, with their texts; one with comments is
followed to ``items/ID``, which holds the whole thread. Pages follow ``nbPages``; Algolia shows a thousand posts at most.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from radar.errors import ExtractionError
from radar.extract.html import fragment, text_of
from radar.extract.page import Board, Context, Extraction, Link, LinkKind, Mark, Page, Site, Software, Way
from radar.extract.reading import Reading
from radar.extract.text import Words
from radar.extract.urls import escape, param, params, path, up_to
from radar.model import Channel, Source

SITE = "https://news.ycombinator.com/"
API = "https://hn.algolia.com/api/v1/"
PAGE_SIZE = 100
_LISTS = {"ask": "ask_hn", "show": "show_hn", "newest": "story", "jobs": "job"}
"""Lists of the site, and the tags that Algolia has for them."""
_NAMES = {"ask": "Ask HN", "show": "Show HN", "newest": "Newest", "jobs": "Jobs"}
_SAME = {"shownew": "show", "news": "newest", "front": "newest", "best": "newest", "active": "newest"}
_GONE = {"", "[deleted]", "[dead]", "[flagged]"}


def entries(source: Source) -> Sequence[Link]:
    """The newest posts of each list."""
    api = _api(source.url)
    return [
        Link(
            url=f"{api}search_by_date?tags={escape(_LISTS.get(board, board))}&hitsPerPage={PAGE_SIZE}",
            kind=LinkKind.BOARD,
            carry={"board": _NAMES.get(board, board)},
        )
        for board in dict.fromkeys(map(_list, source.boards or ("ask",)))
    ]


def _list(board: str) -> str:
    name = board.strip("/").rsplit("/", 1)[-1]
    return _SAME.get(name, name)


def boards_in(url: str) -> tuple[str, ...]:
    """The list that an address shows, or the tags that it asks Algolia for."""
    name = _list(path(url))
    if name in _LISTS:
        return (name,)
    tags = param(url, "tags")
    return (next((each for each, tag in _LISTS.items() if tag == tags), tags),) if tags else ()


def base_url(url: str) -> str:
    """The site, by whatever of both hosts it was named; a copy of the interface elsewhere stays where it is."""
    known = re.match(r"https?://(?:news\.ycombinator\.com|hn\.algolia\.com)/", url)
    return SITE if known else _api(url)


def _api(url: str) -> str:
    """The interface; that of the source itself if it is one (``/api/v1/`` in its path)."""
    return up_to(url, r"/api/v\d/") or API


def extract(page: Page, context: Context) -> Extraction:
    """A list of posts, or a post with all comments."""
    reading = Reading(page, context)
    data = reading.data
    if not isinstance(data, dict):
        raise ExtractionError("not an answer of Hacker News' search")
    if isinstance(data.get("hits"), list):
        return _listing(reading, data)
    if isinstance(data.get("children"), list) and "id" in data:
        return _thread(reading, data)
    missing = data.get("status") == 404 or "not found" in str(data.get("error", "")).lower()
    if missing:
        return reading.extraction(missing=True)
    raise ExtractionError(f"neither posts nor a post: {data.get('message') or data.get('error')}"[:200])


def _listing(reading: Reading, data: Mapping[str, Any]) -> Extraction:
    for hit in data["hits"]:
        with reading.entry("a post that cannot be read"):
            identity, created = str(int(hit["objectID"])), reading.dates.epoch(hit.get("created_at_i"))
            if not hit.get("author") or str(hit.get("title") or "").strip() in _GONE:
                continue
            comments = int(hit.get("num_comments") or 0)
            title = entities.unescape(str(hit["title"]))
            reading.post(
                external_id=identity,
                url=f"{SITE}item?id={identity}",
                words=_words(str(hit.get("story_text") or "")),
                title=title,
                thread_id=identity,
                thread_url=f"{SITE}item?id={identity}",
                board=reading.carried("board"),
                position=1,
                author=str(hit["author"]),
                created_at=created,
                answer_count=comments,
            )
            if comments:
                reading.link(
                    f"{_api(reading.page.url)}items/{identity}",
                    LinkKind.THREAD,
                    thread_id=identity,
                    activity=comments,
                    carry={"title": title, "board": reading.carried("board")},
                )
    number = int(data.get("page") or 0) + 1
    if data["hits"] and number < int(data.get("nbPages") or 0):
        query = params(reading.page.url) | {"page": str(number)}
        address = reading.page.url.split("?")[0]
        reading.link(
            f"{address}?{'&'.join(f'{name}={escape(value)}' for name, value in query.items())}",
            LinkKind.NEXT,
            active_at=reading.oldest_at,
            carry=reading.context.carried,
        )
    return reading.extraction()


def _thread(reading: Reading, data: Mapping[str, Any]) -> Extraction:
    """The comments by time; the post itself came with the list."""
    thread = str(int(data["id"]))
    title = entities.unescape(str(data.get("title") or "")) or reading.carried("title")
    comments = sorted(
        _comments(data), key=lambda each: (_number(each.get("created_at_i")), _number(each.get("id")))
    )
    for place, comment in enumerate(comments, 2):
        with reading.entry("a comment that cannot be read"):
            identity, said = str(int(comment["id"])), str(comment.get("text") or "")
            if not comment.get("author") or said.strip() in _GONE:
                continue
            reading.post(
                external_id=identity,
                url=f"{SITE}item?id={identity}",
                words=_words(said),
                title=title,
                thread_id=thread,
                thread_url=f"{SITE}item?id={thread}",
                board=reading.carried("board"),
                position=place,
                author=str(comment["author"]),
                created_at=reading.dates.epoch(comment.get("created_at_i")),
            )
    return reading.extraction(thread_id=thread)


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _comments(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    waiting: list[Any] = [data]
    while waiting:
        children = waiting.pop().get("children")
        for child in children if isinstance(children, list) else ():
            if isinstance(child, dict) and child.get("type", "comment") == "comment":
                yield child
                waiting.append(child)


def _words(said: str) -> Words:
    """Text of a post; paragraphs that begin with ``>`` quote by the site's custom, code does not."""
    own: list[str] = []
    quoted: list[str] = []
    code = False
    for line in text_of(fragment(said)).split("\n"):
        code ^= line.startswith("```")
        if line.startswith(">") and not code:
            quoted.append(line.lstrip("> "))
        else:
            own.append(line)
    return Words("\n".join(own), "\n".join(quoted))


def describe(page: Page, base: str) -> Site | None:
    """The site's lists are its boards."""
    if base != SITE:
        return None
    return Site(
        base_url=base,
        boards=tuple(Board(name, _NAMES[name], f"{SITE}{name}") for name in _LISTS),
        language="en",
    )


SOFTWARE = Software(
    name="hackernews",
    channel=Channel.SOCIAL,
    way=Way.API,
    entries=entries,
    extract=extract,
    marks=(Mark("url", r"^https?://(?:news\.ycombinator\.com|hn\.algolia\.com)/", 12),),
    base_url=base_url,
    describe=describe,
    boards_in=boards_in,
    note="Boards are ask, show, newest and jobs; without one Ask HN is read. Texts come through Algolia's search.",
)
