"""Lemmy's API v3 (0.18 and later) and v4 (1.0), as the types of lemmy-js-client have it.

A visit reads the posts of the server's own communities, or of those that the source names, by their latest comment. Texts
are Markdown. A thread's comments are asked for as a tree, which is one request: the server gives up to 300.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from radar.errors import ExtractionError
from radar.extract.markdown import split_markdown
from radar.extract.page import (
    Board,
    Context,
    Extraction,
    Instead,
    Link,
    LinkKind,
    Mark,
    Page,
    Site,
    Software,
    Way,
)
from radar.extract.reading import Reading
from radar.extract.urls import base_before, escape, host, param, params, path, under
from radar.model import Channel, Source

PAGE_SIZE = 50
"""The most that Lemmy gives."""
TREE = 300
"""Comments of a thread that Lemmy gives at most."""
DEPTH = 50
_INSTALL = r"/(?:api|c|post|comment|u|m|communities|multi_communities|search|login|signup|create_\w+|modlog|instances|legal|feeds)(?:/|$)"
_COMMUNITY = re.compile(r"/c/([^/?#]+)")
_SPOILER = re.compile(r"^:::[ \t]*(?:spoiler\b)?[ \t]*", re.MULTILINE)
_ZONED = re.compile(r"(?:Z|[+-]\d\d:?\d\d)$", re.IGNORECASE)


def entries(source: Source) -> Sequence[Link]:
    """The posts by their latest comment, of the server's own communities or of each named one."""
    fourth = "/api/v4/" in source.url
    api = under(base_url(source.url), f"api/v{4 if fourth else 3}/")
    local, every, sort = ("local", "all", "new_comments") if fourth else ("Local", "All", "NewComments")
    if not source.boards:
        return [Link(url=f"{api}post/list?type_={local}&sort={sort}&limit={PAGE_SIZE}", kind=LinkKind.BOARD)]
    return [
        Link(
            url=f"{api}post/list?type_={every}&sort={sort}&limit={PAGE_SIZE}&community_name={escape(_name(board))}",
            kind=LinkKind.BOARD,
        )
        for board in source.boards
    ]


def _name(board: str) -> str:
    match = _COMMUNITY.search(path(board))
    return match[1] if match else board.strip().removeprefix("!")


def boards_in(url: str) -> tuple[str, ...]:
    """A community's page is about that community."""
    named = _name(url) if _COMMUNITY.search(path(url)) else param(url, "community_name")
    return (named,) if named else ()


def instead(source: Source) -> Sequence[Instead]:
    """Servers that have no version 3 of the interface any more have version 4."""
    newer = replace(source, url=under(source.url, "api/v4/"))
    return [Instead(newer, "The server answers version 4 of Lemmy's interface only.")]


def extract(page: Page, context: Context) -> Extraction:
    """Posts, or the comments of a post."""
    reading = Reading(page, context)
    if refusal := reading.refusal():
        return refusal
    data = reading.data
    if not isinstance(data, dict):
        raise ExtractionError("not an answer of Lemmy")
    if "error" in data:
        missing = "not_found" in str(data["error"]) or "couldnt_find" in str(data["error"])
        return reading.extraction(missing=missing, login_wall=not missing)
    comments = data.get("comments", data.get("items") if "/comment/" in page.url else None)
    posts = data.get("posts", data.get("items"))
    if isinstance(comments, list):
        return _thread(reading, comments, data.get("next_page"))
    if isinstance(posts, list):
        return _listing(reading, posts, data.get("next_page"))
    raise ExtractionError("neither posts nor comments of Lemmy")


def _api(reading: Reading) -> str:
    match = re.search(r"/api/v\d+/", reading.page.url)
    return under(base_url(reading.page.url), match[0] if match else "api/v3/")


def _listing(reading: Reading, views: list[Any], cursor: object) -> Extraction:
    api, base = _api(reading), base_url(reading.page.url)
    active: list[datetime] = []
    for view in views:
        with reading.entry("a post that cannot be read"):
            post, community = view["post"], view["community"]
            if not _open(view, post):
                continue
            identity = str(int(post["id"]))
            counts = view.get("counts") or post
            comments = int(counts.get("comments") or 0)
            newest = counts.get("newest_comment_time") or counts.get("newest_comment_time_at") or ""
            latest = _time(reading, newest)
            active += [latest] if latest else []
            board = str(community.get("title") or community.get("name") or "")
            url = under(base, f"post/{identity}")
            reading.post(
                external_id=identity,
                url=url,
                words=split_markdown(_SPOILER.sub("", str(post.get("body") or ""))),
                title=str(post.get("name") or ""),
                thread_id=identity,
                thread_url=url,
                board=board,
                position=1,
                author=_author(view["creator"]),
                created_at=_time(reading, post.get("published") or post.get("published_at")),
                edited_at=_time(reading, post.get("updated") or post.get("updated_at")),
                answer_count=comments,
            )
            if comments:
                old = "old" if "/api/v4/" in api else "Old"
                kind = "all" if "/api/v4/" in api else "All"
                reading.link(
                    f"{api}comment/list?post_id={identity}&type_={kind}&sort={old}&max_depth={DEPTH}",
                    LinkKind.THREAD,
                    thread_id=identity,
                    activity=f"{comments}@{newest}",
                    active_at=latest,
                    carry={"title": str(post.get("name") or ""), "board": board},
                )
    if views and isinstance(cursor, str):
        oldest = min(active, default=None)
        reading.link(
            _at(reading.page.url, cursor), LinkKind.NEXT, active_at=oldest, carry=reading.context.carried
        )
    return reading.extraction()


def _thread(reading: Reading, views: list[Any], cursor: object) -> Extraction:
    """The comments by time; the order of the answer is a tree's. The post itself came with the list."""
    base, thread = base_url(reading.page.url), param(reading.page.url, "post_id")
    told = [view for view in views if isinstance(view, dict) and isinstance(view.get("comment"), dict)]
    told.sort(key=lambda view: (str(_published(view)), int(view["comment"].get("id") or 0)))
    before = int(reading.carried("before") or 1)
    for place, view in enumerate(told, before + 1):
        with reading.entry("a comment that cannot be read"):
            comment = view["comment"]
            if not _open(view, comment):
                continue
            identity = str(int(comment["id"]))
            post = view.get("post") or {}
            reading.post(
                external_id=f"c{identity}",
                url=under(base, f"comment/{identity}"),
                words=split_markdown(_SPOILER.sub("", str(comment["content"]))),
                title=str(post.get("name") or "") or reading.carried("title"),
                thread_id=thread or str(comment.get("post_id") or ""),
                thread_url=under(base, f"post/{thread}") if thread else "",
                board=reading.carried("board"),
                position=place,
                author=_author(view["creator"]),
                created_at=_time(reading, _published(view)),
                edited_at=_time(reading, comment.get("updated") or comment.get("updated_at")),
            )
    if views and isinstance(cursor, str):
        carry = {**reading.context.carried, "before": str(before + len(told))}
        reading.link(_at(reading.page.url, cursor), LinkKind.NEXT, thread_id=thread, carry=carry)
    elif len(views) >= TREE:
        reading.problem("a thread has more comments than Lemmy gives", len(views))
    return reading.extraction(thread_id=thread)


def _published(view: Mapping[str, Any]) -> object:
    return view["comment"].get("published") or view["comment"].get("published_at")


def _open(view: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    """Whether a post or comment is there for everybody, and a person's."""
    community, creator = view["community"], view["creator"]
    visibility = str(community.get("visibility") or "public").lower()
    return not (
        any(each.get("removed") or each.get("deleted") for each in (said, community, view.get("post") or {}))
        or said.get("nsfw")
        or community.get("nsfw")
        or community.get("hidden")
        or "private" in visibility
        or visibility == "unlisted"
        or creator.get("bot_account")
        or creator.get("deleted")
    )


def _author(creator: Mapping[str, Any]) -> str:
    name = str(creator.get("name") or "")
    home = host(str(creator.get("actor_id") or creator.get("ap_id") or ""))
    return f"{name}@{home}" if creator.get("local") is False and home else name


def _time(reading: Reading, said: object) -> datetime | None:
    """A time; those of 0.18 are in UTC without saying so."""
    text = str(said or "")
    return reading.dates.read(text if not text or _ZONED.search(text) else f"{text}Z")


def _at(url: str, cursor: str) -> str:
    query = {**params(url), "page_cursor": cursor}
    return f"{url.split('?')[0]}?{'&'.join(f'{name}={escape(value)}' for name, value in query.items())}"


def describe(page: Page, base: str) -> Site | None:
    """Version from ``/site``, boards from ``/community/list``."""
    if not page.text[:50].lstrip().startswith("{"):
        return None
    data = page.data
    if not isinstance(data, dict):
        return None
    if isinstance(data.get("version"), str) and "site_view" in data:
        return Site(base_url=base, version=data["version"])
    found = data.get("communities")
    if not isinstance(found, list):
        return None
    boards = []
    for view in found:
        community = view["community"]
        name = str(community["name"])
        boards.append(Board(name, str(community.get("title") or name), under(base_url(base), f"c/{name}")))
    return Site(base_url=base, boards=tuple(boards))


def base_url(url: str) -> str:
    """Where Lemmy is installed."""
    return base_before(url, _INSTALL)


SOFTWARE = Software(
    name="lemmy",
    channel=Channel.SOCIAL,
    way=Way.API,
    entries=entries,
    extract=extract,
    marks=(
        Mark("html", r"window\.(?:isoData|lemmyConfig)\s*="),
        Mark("url", r"/api/v[34]/(?:post|comment|community|site)\b", 8),
    ),
    base_url=base_url,
    describe=describe,
    probes=("api/v3/site", "api/v3/community/list?type_=Local&sort=TopMonth&limit=50", "api/v4/site"),
    boards_in=boards_in,
    instead=instead,
    note="Boards are communities (name, or name@server); without one the server's own are read.",
)
