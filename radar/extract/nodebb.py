"""NodeBB: the JSON twin below ``/api`` of each of its pages (docs.nodebb.org/api/read).

``/api/recent`` is ordered by activity, so one request tells of everything new; but it ends after 200 topics
(``recentMaxTopics``). ``/api/categories`` leads to the rest: it counts the posts of each category, so that a
category is opened only if it has news. Topics come with twenty posts a page and say themselves whether there is a
next one. Written after ``src/controllers/{topics,categories,category,recent}.js`` and ``src/topics/posts.js`` of 4.x.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any

from radar.errors import ExtractionError
from radar.extract import html
from radar.extract.page import Board, Context, Extraction, Link, LinkKind, Mark, Page, Site, Software, Way
from radar.extract.reading import Reading
from radar.extract.text import Words
from radar.extract.urls import base_before, escape, param, under
from radar.model import Channel, Source

_INSTALL = r"/(?:api|topic|category|categories|recent|popular|unread|top|user|users|tags|post|groups|search|login|register)(?:[/.]|$)"
_CATEGORY = re.compile(r"(?:^|/category/)(\d+)(?:[/?.]|$)")
_NUMBER = re.compile(r"\d{1,18}")
_ORDER = "sort=oldest_to_newest"
"""A site may show the newest posts first; their numbers are right in this order only."""


def entries(source: Source) -> Sequence[Link]:
    """The list of topics by activity and that of the categories, or each category that the source names."""
    if not source.boards:
        paths = ["api/recent", "api/categories"]
    else:
        ids = (match[1] if (match := _CATEGORY.search(board)) else escape(board) for board in source.boards)
        paths = [f"api/category/{each}" for each in ids]
    return [Link(url=under(source.url, path), kind=LinkKind.BOARD) for path in paths]


def extract(page: Page, context: Context) -> Extraction:
    """A listing of categories or topics, or a page of a topic."""
    reading = Reading(page, context)
    if refusal := reading.refusal():
        return refusal
    data = reading.data
    if isinstance(data, str):
        return reading.extraction()  # where a category that is but a link leads to
    if not isinstance(data, dict):
        raise ExtractionError("not an answer of NodeBB")
    if isinstance(data.get("posts"), list) and "tid" in data:
        return _topic(reading, data)
    if isinstance(data.get("topics"), list):
        _boards(reading, data.get("children"))
        return _listing(reading, data)
    if isinstance(data.get("categories"), list):
        _boards(reading, data["categories"])
        _next(reading, data)
        return reading.extraction()
    status = data.get("status")
    if "error" in data or (isinstance(status, dict) and status.get("code") != "ok"):
        code = f"{data.get('error')} {status}"
        missing = "not-found" in code or "no-" in code
        return reading.extraction(missing=missing, login_wall=not missing)
    if "loginFormEntry" in data or "allowLocalLogin" in data:
        return reading.extraction(login_wall=True)
    raise ExtractionError("neither topics nor posts of NodeBB")


def _base(reading: Reading) -> str:
    return reading.context.base_url or base_before(reading.page.url, _INSTALL)


def _title(entry: dict[str, Any]) -> str:
    """``titleRaw`` is as written; ``title`` is escaped for HTML."""
    return str(entry.get("titleRaw") or unescape(str(entry.get("title") or "")))


def _boards(reading: Reading, listing: object) -> None:
    """Categories and those below them, each with its own counts of topics and posts."""
    for each in _categories(listing) if not reading.context.boards else ():
        with reading.entry("a category that cannot be read"):
            counts = [int(each.get(name) or 0) for name in ("topic_count", "post_count")]
            if any(counts) or each.get("children"):
                reading.link(
                    under(_base(reading), f"api/category/{each['cid']}"),
                    LinkKind.BOARD,
                    activity="/".join(map(str, counts)),
                    carry={"board": unescape(str(each["name"]))},
                )


def _listing(reading: Reading, data: dict[str, Any]) -> Extraction:
    for topic in data["topics"]:
        with reading.entry("a topic that cannot be read"):
            identity = str(topic["tid"])
            # Topics of other servers, got over ActivityPub, have no number; they belong to those servers.
            if topic.get("deleted") or topic.get("scheduled") or not _NUMBER.fullmatch(identity):
                continue
            category = topic.get("category")
            last = topic.get("lastposttimeISO") or ""
            reading.link(
                under(_base(reading), f"api/topic/{identity}?{_ORDER}"),
                LinkKind.THREAD,
                thread_id=identity,
                activity=f"{int(topic.get('postcount') or 0)}@{topic.get('lastposttime') or last}",
                active_at=reading.dates.read(str(last)) if last else None,
                carry={
                    "title": _title(topic),
                    "board": unescape(
                        str((category.get("name") if isinstance(category, dict) else data.get("name")) or "")
                    ),
                },
            )
    _next(reading, data)
    return reading.extraction()


def _next(reading: Reading, data: dict[str, Any], thread: str = "") -> None:
    """The software's pointer; past the last page it is not active."""
    pagination = data.get("pagination")
    pointer = pagination.get("next") if isinstance(pagination, dict) else None
    if not isinstance(pointer, dict) or not pointer.get("active"):
        return
    query = unescape(str(pointer.get("qs") or ""))
    url = reading.url("?" + query) if query else ""
    if url and param(url, "page") != param(reading.page.url, "page"):
        reading.link(url, LinkKind.NEXT, thread_id=thread, carry=reading.context.carried)


def _topic(reading: Reading, data: dict[str, Any]) -> Extraction:
    topic = str(data["tid"])
    if data.get("deleted") or data.get("scheduled") or not data["posts"]:
        return reading.extraction(
            missing=True
        )  # a page past the end has no posts where lists scroll for ever
    base = _base(reading)
    category = data.get("category")
    board = category.get("name") if isinstance(category, dict) else ""
    replies = max(int(data["postcount"]) - 1, 0) if _NUMBER.fullmatch(str(data.get("postcount"))) else None
    for post in data["posts"]:
        with reading.entry("a post that cannot be read"):
            if post.get("deleted") or not _NUMBER.fullmatch(str(post["pid"])):
                continue
            position = int(post["index"]) + 1
            edited = post.get("editedISO") if post.get("edited") else ""
            reading.post(
                external_id=post["pid"],
                url=under(base, f"post/{post['pid']}"),
                words=_words(str(post.get("content") or "")),
                title=_title(data) or reading.carried("title"),
                thread_id=topic,
                thread_url=under(base, f"topic/{topic}"),
                board=unescape(str(board or "")) or reading.carried("board"),
                position=position,
                author=_author(post.get("user")),
                created_at=reading.dates.read(str(post.get("timestampISO") or "")),
                edited_at=reading.dates.read(str(edited)) if edited else None,
                answer_count=replies if position == 1 else None,
                # The question-and-answer plugin adds both; without it nothing is known.
                solved=bool(int(data.get("isSolved") or 0)) if data.get("isQuestion") else None,
            )
    _next(reading, data, topic)
    return reading.extraction(thread_id=topic)


def _words(content: str) -> Words:
    """The text; the line that names whom a quote is of is neither own nor quoted."""
    tree = html.fragment(content)
    for quote in html.select(tree, "blockquote"):
        before = quote.getprevious()
        if (
            before is not None
            and before.tag == "p"
            and html.holds(
                before, "a[href*='/post/'], a[href*='/topic/'], a[class*=mention], a[href*='/user/']"
            )
            and len(said := html.line(before)) < 200
            and said.endswith(":")
        ):
            before.getparent().remove(before)
    return html.split_quotes(tree, "blockquote")


def _author(user: object) -> str:
    """The name; guests and deleted users have but a phrase that pages translate (``[[global:guest]]``)."""
    if not isinstance(user, dict):
        return ""
    name = unescape(str(user.get("username") or user.get("displayname") or ""))
    return "" if name.startswith("[[") else name


def _categories(listing: object) -> Iterator[dict[str, Any]]:
    """Categories with all below them, but for links to elsewhere and those of other servers."""
    waiting = list(listing) if isinstance(listing, list) else []
    while waiting:
        category = waiting.pop(0)
        if isinstance(category, dict):
            if (
                _NUMBER.fullmatch(str(category.get("cid")))
                and "name" in category
                and not category.get("link")
            ):
                yield category
            children = category.get("children")
            waiting[:0] = children if isinstance(children, list) else []


def describe(page: Page, base: str) -> Site | None:
    """Boards from ``/api/categories``, version and language from ``/api/config``."""
    try:
        data = page.data
    except ExtractionError:
        return None
    if not isinstance(data, dict) or not ("categories" in data or "relative_path" in data):
        return None
    return Site(
        base_url=base,
        version=str(data.get("version") or ""),
        boards=tuple(
            Board(
                str(each["cid"]),
                unescape(str(each["name"])),
                under(base, f"category/{each.get('slug') or each['cid']}"),
            )
            for each in _categories(data.get("categories"))
        ),
        feeds=(under(base, "recent.rss"),),
        language=str(data.get("defaultLang") or ""),
    )


def base_url(url: str) -> str:
    """The install path: NodeBB may live in a sub-folder."""
    return base_before(url, _INSTALL)


SOFTWARE = Software(
    name="nodebb",
    channel=Channel.FORUM,
    way=Way.JSON,
    entries=entries,
    extract=extract,
    marks=(
        Mark("generator", r"nodebb"),
        Mark("header", r"^x-powered-by:\s*nodebb"),
        Mark("html", r"/assets/nodebb\.min\.js|nodebb\.bootstrap|/plugins/nodebb-"),
    ),
    base_url=base_url,
    describe=describe,
    probes=("api/categories", "api/config"),
    note="Private categories answer 401 and are not read; topics that came from other servers are left to those.",
    numbered=True,
)
