"""Discourse: its JSON interface, the same that its own pages use (docs.discourse.org).

A visit reads ``/latest.json`` (or a category's), which is ordered by activity: one request tells of everything
new. A topic's first page carries twenty posts and the ids of all; the rest is fetched by id, twenty at a time, and
of a topic that was read before only what came after.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from radar.errors import ExtractionError
from radar.extract.feed import Identity, read_posts
from radar.extract.feed_document import FeedEntry, read_feed
from radar.extract.html import fragment, split_quotes
from radar.extract.page import Board, Context, Extraction, Link, LinkKind, Mark, Page, Site, Software, Way
from radar.extract.reading import Reading
from radar.extract.urls import absolute, base_before, params, under
from radar.model import Channel, Source

_TOPIC_PATH = re.compile(r"/t/(?:[^/]*/)??(\d+)(?:/(\d+))?(?:\.rss)?/?$")
_CATEGORY_PATH = re.compile(r"/c/(?:[^?#]*/)?(\d+)(?:/|$|\.)")
_INSTALL = (
    r"/(?:t|c|tags?|latest|top|new|categories|u|users|posts|site|about|search|faq|login|g|badges)(?:[/.]|$)"
)
_CHUNK = 20
_REGULAR = 1
"""``post_type`` of what people write; the others are notes of moderators and of the software."""
_QUOTES = "aside.quote blockquote, blockquote, aside.onebox"
_DROP = "aside.quote > .title, .quote-controls, .lightbox-wrapper .meta, a.anchor, .poll, .source, .onebox-metadata"


def entries(source: Source) -> Sequence[Link]:
    """The list of topics by activity, of the whole site or of each category."""
    if not source.boards:
        return [Link(url=under(source.url, "latest.json"), kind=LinkKind.BOARD)]
    links = []
    for board in source.boards:
        match = _CATEGORY_PATH.search(board)
        identity = match[1] if match else board.strip("/").rsplit("/", 1)[-1]
        links.append(Link(url=under(source.url, f"c/x/{identity}.json"), kind=LinkKind.BOARD))
    return links


def extract(page: Page, context: Context) -> Extraction:
    """A listing, a topic, further posts of a topic, or a feed."""
    reading = Reading(page, context)
    if page.text[:200].lstrip("\ufeff \t\r\n").startswith("<"):
        return _feed(reading)
    data = reading.data
    if not isinstance(data, dict):
        raise ExtractionError("not an answer of Discourse")
    if "errors" in data or "error_type" in data:
        missing = data.get("error_type") == "not_found" or page.status in {404, 410}
        return reading.extraction(missing=missing, login_wall=not missing)
    if isinstance(data.get("topic_list"), dict):
        return _listing(reading, data["topic_list"])
    if isinstance(data.get("post_stream"), dict):
        return _topic(reading, data)
    if isinstance(data.get("category_list"), dict):
        return _categories(reading, data["category_list"])
    raise ExtractionError("neither topics nor posts of Discourse")


def _base(reading: Reading) -> str:
    return reading.context.base_url or base_before(reading.page.url, _INSTALL)


def _listing(reading: Reading, listing: dict[str, Any]) -> Extraction:
    base = _base(reading)
    names = {
        entry.get("id"): entry.get("name")
        for entry in listing.get("categories") or ()
        if isinstance(entry, dict)
    }
    for topic in listing.get("topics") or ():
        with reading.entry("a topic that cannot be read"):
            identity = int(topic["id"])
            if topic.get("visible") is False or topic.get("archetype", "regular") != "regular":
                continue
            solved = topic.get("has_accepted_answer")
            reading.link(
                under(base, f"t/{identity}.json"),
                LinkKind.THREAD,
                thread_id=identity,
                activity=f"{int(topic.get('posts_count') or 0)}@{topic.get('bumped_at') or topic.get('last_posted_at') or ''}",
                active_at=reading.dates.read(topic.get("bumped_at") or topic.get("last_posted_at")),
                carry={
                    "title": _plain(topic.get("title")),
                    "board": str(names.get(topic.get("category_id")) or reading.carried("board")),
                    "solved": "" if solved is None else str(int(bool(solved))),
                },
            )
    more = listing.get("more_topics_url")
    if isinstance(more, str) and more:
        reading.link(_as_json(absolute(base, more)), LinkKind.NEXT, carry=reading.context.carried)
    return reading.extraction()


def _as_json(url: str) -> str:
    """``more_topics_url`` leads to the page for people; its JSON twin has the suffix in the path."""
    parts = urlsplit(url)
    if not url or parts.path.endswith(".json"):
        return url
    return parts._replace(path=parts.path.rstrip("/") + ".json").geturl()


def _categories(reading: Reading, listing: dict[str, Any]) -> Extraction:
    for category in _all_categories(listing):
        with reading.entry("a category that cannot be read"):
            url = under(_base(reading), f"c/{category['slug']}/{int(category['id'])}.json")
            reading.link(url, LinkKind.BOARD, carry={"board": str(category["name"])})
    return reading.extraction()


def _all_categories(listing: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for category in listing.get("categories") or ():
        if isinstance(category, dict) and not category.get("read_restricted"):
            yield category
            for sub in category.get("subcategory_list") or ():
                if isinstance(sub, dict) and not sub.get("read_restricted"):
                    yield sub


def _topic(reading: Reading, data: dict[str, Any]) -> Extraction:
    stream = data["post_stream"]
    topic = data.get("id") or reading.carried("thread_id")
    if not topic and stream.get("posts"):
        topic = stream["posts"][0].get("topic_id", "")
    base = _base(reading)
    slug = str(data.get("slug") or reading.carried("slug") or "-")
    title = _plain(data.get("title")) or reading.carried("title")
    thread_url = under(base, f"t/{slug}/{topic}")
    solved = _solved(reading, data)
    shown = set()
    for post in stream.get("posts") or ():
        with reading.entry("a post that cannot be read"):
            shown.add(int(post["id"]))
            if (
                post.get("post_type", _REGULAR) != _REGULAR
                or post.get("hidden")
                or post.get("user_deleted")
                or post.get("deleted_at")
            ):
                continue
            number = int(post["post_number"])
            edited = int(post.get("version") or 1) > 1
            reading.post(
                external_id=post["id"],
                url=f"{thread_url}/{number}",
                words=split_quotes(fragment(str(post.get("cooked") or "")), _QUOTES, _DROP),
                title=title,
                thread_id=topic,
                thread_url=thread_url,
                board=reading.carried("board"),
                position=number,
                author=str(post.get("username") or post.get("name") or ""),
                created_at=reading.dates.read(str(post.get("created_at") or "")),
                edited_at=reading.dates.read(str(post.get("updated_at") or "")) if edited else None,
                answer_count=max(int(data["posts_count"]) - 1, 0)
                if number == 1 and "posts_count" in data
                else None,
                solved=solved,
            )
    ids = [int(each) for each in stream.get("stream") or () if isinstance(each, int)]
    known = reading.carried("known").partition("@")[0]
    read_before = max(int(known) - 1, 0) if known.isdecimal() and len(known) < 9 else 0
    wanted = [each for each in ids[min(read_before, len(ids)) :] if each not in shown]
    carry = {
        "title": title,
        "slug": slug,
        "thread_id": str(topic),
        "board": reading.carried("board"),
        "solved": reading.carried("solved"),
    }
    if solved is not None:
        carry["solved"] = str(int(solved))
    for start in range(0, len(wanted), _CHUNK):
        query = "&".join(f"post_ids[]={each}" for each in wanted[start : start + _CHUNK])
        reading.link(
            under(base, f"t/{topic}/posts.json") + "?" + query, LinkKind.NEXT, thread_id=topic, carry=carry
        )
    return reading.extraction(thread_id=topic)


def _solved(reading: Reading, data: dict[str, Any]) -> bool | None:
    """The solved plugin adds ``accepted_answer`` to topics that have one; lists tell yes and no."""
    if data.get("accepted_answer"):
        return True
    carried = reading.carried("solved")
    return carried == "1" if carried else None


def _plain(title: Any) -> str:
    """``title`` is as written, where ``fancy_title`` is HTML."""
    return title if isinstance(title, str) else ""


def _feed(reading: Reading) -> Extraction:
    """``/latest.rss``, ``/posts.rss``, ``/t/.../ID.rss``."""
    feed = read_feed(reading.page)
    if feed is None:
        raise ExtractionError("neither JSON nor a feed of Discourse")

    def identify(entry: FeedEntry) -> Identity | None:
        url = reading.url(entry.link)
        match = _TOPIC_PATH.search(urlsplit(url).path)
        if not match:
            return None
        number = int(match[2] or 1)
        # The feed names no post ids: a topic and the place in it say the same, but not as the JSON does.
        return Identity(
            external_id=f"t{match[1]}/{number}",
            url=url,
            thread_id=match[1],
            thread_url=url if not match[2] else url.rsplit("/", 1)[0],
            position=number,
        )

    return read_posts(reading, feed, identify, quotes=_QUOTES, drop=_DROP)


def describe(page: Page, base: str) -> Site | None:
    """Version and boards from ``/site.json`` or ``/categories.json``."""
    try:
        data = page.data
    except ExtractionError:
        return None
    if not isinstance(data, dict):
        return None
    listing = data if isinstance(data.get("categories"), list) else data.get("category_list")
    if not isinstance(listing, dict):
        return None
    boards = [
        Board(
            str(entry["id"]), str(entry["name"]), under(base, f"c/{entry.get('slug') or 'x'}/{entry['id']}")
        )
        for entry in _all_categories(listing)
        if "id" in entry and "name" in entry
    ]
    return Site(
        base_url=base,
        boards=tuple(boards),
        feeds=(under(base, "latest.rss"),),
        language=str(data.get("default_locale") or ""),
    )


def base_url(url: str) -> str:
    """The install path: Discourse may live in a sub-folder."""
    if "_" in params(url):
        url = url.split("?")[0]
    return base_before(url, _INSTALL)


SOFTWARE = Software(
    name="discourse",
    channel=Channel.FORUM,
    way=Way.JSON,
    entries=entries,
    extract=extract,
    marks=(
        Mark("generator", r"discourse\s*(?P<version>[\d.]+(?:\.beta\d+)?)?"),
        Mark("header", r"^x-discourse-route:"),
        Mark("html", r"data-discourse-setup|id=[\"']data-discourse|discourse-assets"),
    ),
    base_url=base_url,
    describe=describe,
    probes=("site.json", "categories.json"),
    note="At most 200 requests a minute and 50 in 10 seconds an address by default.",
)
