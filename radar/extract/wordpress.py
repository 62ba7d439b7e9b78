"""WordPress 4.7 to 6.x: posts of a blog and the comments on them.

developer.wordpress.org/rest-api: ``/wp-json/wp/v2/comments``, ``/wp-json/wp/v2/posts``, or ``?rest_route=/wp/v2/posts``
where addresses are not rewritten. The interface says ``noindex`` of all it answers, so that nothing is taken from there but
what there is to read: a visit begins with the latest comments, which lead to the posts by their latest change, and those to
the pages that have something new. Posts and comments are numbered apart: a comment is ``comment-12``, as in its address.
Comments on posts that are not for everybody are missing from the list, though they count. Where the interface is switched
off, the two feeds have the ten latest of each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from radar.errors import ExtractionError
from radar.extract.feed_document import read_feed
from radar.extract.fields import digits, found, number
from radar.extract.html import attr, xpath
from radar.extract.page import (
    ANY_ACTIVITY,
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
from radar.extract.urls import absolute, base_before, origin, param, params, path, under
from radar.extract.wordpress_feed import read_blog_feed
from radar.extract.wordpress_page import plain, read_page
from radar.model import Channel, Source

PAGE_SIZE = 100
"""The most that a collection gives at a time."""
_INSTALL = (
    r"/(?:wp-json|wp-content|wp-includes|wp-login\.php|wp-admin|index\.php|comments/feed|feed|category|tag|author|page"
    r"|\d{4}/\d\d)(?:[/?]|$)"
)
_LISTED = "id,link,title,content.protected,date_gmt,modified_gmt,_links,_embedded"
_POSTS = {
    "per_page": str(PAGE_SIZE),
    "orderby": "modified",
    "order": "desc",
    "_embed": "author,wp:term",
    "_fields": _LISTED,
}
_COMMENTS = {
    "per_page": str(PAGE_SIZE), "orderby": "date_gmt", "order": "desc", "_embed": "up", "_fields": "id,post,_links,_embedded",
}  # fmt: skip
_LONGEST = 280
"""Characters of an address that still can be carried."""
_API = re.compile(r"<([^<>]*)>\s*;\s*rel=\"?https://api\.w\.org/")
_NEXT = re.compile(r"<([^<>]*)>\s*;\s*rel=\"?next\b")


def _route(base: str, collection: str, query: dict[str, str]) -> str:
    """The address of a collection of the interface; ``base`` is a source's address, or that of any collection."""
    if "rest_route=" in base:
        query = {"rest_route": f"/wp/v2/{collection}", **query}
        return absolute(base, f"{base.split('?')[0]}?{urlencode(query, safe='/:,')}")
    start = re.split(r"(?<=/)wp-json/", base.split("?")[0])[0]
    return under(start, f"wp-json/wp/v2/{collection}?{urlencode(query, safe=':,')}")


def entries(source: Source) -> Sequence[Link]:
    """The latest comments, or the feeds; of categories only their posts."""
    url = source.url
    if _is_feed(url):
        comments = re.sub(r"feed=\w+", "feed=comments-rss2", url)
        if comments == url:
            comments = under(re.sub(r"feed/?$", "", url.split("?")[0]), "comments/feed/")
        return [Link(url=each, kind=LinkKind.BOARD) for each in (url, comments)]
    if source.boards:
        ids = ",".join(digits(found(r"[?&]categories=(\d+)", board) or board) for board in source.boards)
        return [Link(url=_route(url, "posts", {"categories": ids, **_POSTS}), kind=LinkKind.BOARD)]
    return [Link(url=_route(url, "comments", _COMMENTS), kind=LinkKind.BOARD)]


def _is_feed(url: str) -> bool:
    return bool(re.search(r"/feed/?$", path(url))) or bool(param(url, "feed"))


def instead(source: Source) -> Sequence[Instead]:
    """Addresses that are not rewritten, then the feeds."""
    base = source.url.split("?")[0]
    plain = replace(source, url=f"{base}?rest_route=/")
    feeds = replace(source, url=under(base, "feed/"), boards=())
    return [
        Instead(plain, "The site does not rewrite addresses, so the interface is asked by its plain one."),
        Instead(
            feeds,
            "The site's interface is switched off, so its feeds are read: the ten latest posts and comments.",
        ),
    ]


def base_url(url: str) -> str:
    """The install path, as far as an address shows it."""
    return base_before(url, _INSTALL)


def base_told(page: Page) -> str:
    """The install path from the interface's address, which pages name in their head and their headers."""
    match = _API.search(page.headers.get("link", ""))
    named = match[1] if match else attr(page.tree, "link[rel='https://api.w.org/'][href]", "href")
    url = absolute(page.url, named)
    if "rest_route=" in url:
        return f"{url.split('?')[0]}?rest_route=/"
    if url:
        return re.split(r"(?<=/)wp-json/", url)[0]
    feed = read_feed(page)
    if feed is not None and any(entry.replies is not None for entry in feed.entries):  # a list of posts
        return under(absolute(page.url, feed.link), "./") if feed.link else ""
    return (
        origin(page.url) if feed is not None and not re.search(r"/comments/feed/?$", path(page.url)) else ""
    )


def extract(page: Page, context: Context) -> Extraction:
    """The latest comments, a list of posts, the page of a post, or a feed."""
    reading = Reading(page, context)
    feed = read_feed(page)
    if feed is not None:
        return read_blog_feed(reading, feed)
    if page.text.lstrip("\ufeff \t\r\n")[:1] == "<":
        return read_page(reading)
    data = reading.data
    if isinstance(data, dict) and "code" in data:
        gone = page.status in {404, 410} or "invalid" in str(data["code"]) or "no_route" in str(data["code"])
        return reading.extraction(missing=gone, login_wall=not gone)
    if not isinstance(data, list):
        raise ExtractionError("neither posts nor comments of WordPress")
    if "/v2/comments" in page.url:
        _commented(reading, data)
    elif "/v2/posts" in page.url:
        _posts(reading, data)
    return reading.extraction()


def _embedded(entry: dict[str, Any], name: str) -> list[Any]:
    value = (entry.get("_embedded") or {}).get(name)
    return value if isinstance(value, list) else []


def _title(entry: dict[str, Any]) -> str:
    value = entry.get("title")
    return plain(str(value.get("rendered") or "")) if isinstance(value, dict) else ""


def _commented(reading: Reading, data: list[Any]) -> None:
    """The posts of the latest comments, told to the list of posts."""
    latest: dict[str, str] = {}
    for entry in data:
        with reading.entry("a comment that cannot be read"):
            above = next((each for each in _embedded(entry, "up") if isinstance(each, dict)), {})
            url = reading.url(str(above.get("link") or ""))
            if url and len(url) < _LONGEST:
                latest.setdefault(str(int(entry["post"])), f"{int(entry['id'])} {url}")
    reading.link(_route(reading.page.url, "posts", _POSTS), LinkKind.BOARD, carry=latest)


def _posts(reading: Reading, data: list[Any]) -> None:
    """Pages to read: on the first page of the list those that changed or have new comments, then those never read."""
    latest = {post: told.split(" ", 1) for post, told in reading.context.carried.items() if post.isdecimal()}
    first = (number(param(reading.page.url, "page")) or 1) == 1
    listed = set()
    for entry in data:
        with reading.entry("a post that cannot be read"):
            post, url = str(int(entry["id"])), reading.url(str(entry.get("link") or ""))
            listed.add(post)
            closed = isinstance(entry.get("content"), dict) and entry["content"].get("protected")
            if closed or (not first and post in latest):
                continue
            changed = str(entry.get("modified_gmt") or "")
            newest = latest[post][0] if post in latest else ""
            reading.link(
                url,
                LinkKind.THREAD,
                thread_id=post,
                activity=f"{changed}/{newest}" if first else ANY_ACTIVITY,
                carry={"thread": post, "title": _title(entry), **_about(entry)},
            )
    for post, (newest, url) in latest.items() if first and "categories=" not in reading.page.url else ():
        if post not in listed:
            reading.link(url, LinkKind.THREAD, thread_id=post, activity=f"/{newest}", carry={"thread": post})
    match = _NEXT.search(reading.page.headers.get("link", ""))
    following = number(param(match[1], "page")) if match else None
    if following and following > (number(param(reading.page.url, "page")) or 1):
        # our own address: the software may think that it is on another host
        query = urlencode({**params(reading.page.url), "page": str(following)}, safe="/:,")
        url = f"{reading.page.url.split('?')[0]}?{query}"
        reading.link(reading.url(url), LinkKind.NEXT, carry=reading.context.carried)


def _about(entry: dict[str, Any]) -> dict[str, str]:
    author = next((each for each in _embedded(entry, "author") if isinstance(each, dict)), {})
    terms = [term for terms in _embedded(entry, "wp:term") if isinstance(terms, list) for term in terms]
    about = {
        "author": plain(str(author.get("name") or "")),
        "board": plain(str(next((term.get("name") or "" for term in terms if isinstance(term, dict)), ""))),
    }
    for name, key in (("created", "date_gmt"), ("edited", "modified_gmt")):
        if entry.get(key):
            about[name] = f"{entry[key]}Z"
    return about


def describe(page: Page, base: str) -> Site | None:
    """Version and feed from pages, zone from the interface's start, categories from their collection."""
    start = page.text[:1].strip()
    if start not in {"{", "["}:
        version = re.search(r"(?:content=\"WordPress |wordpress\.org/\?v=)(\d[\d.]*\d)", page.text)
        feeds = xpath(page.tree, "descendant::link[@rel='alternate' and contains(@type, 'rss')]/@href")
        return Site(
            base_url=base,
            version=version[1] if version else "",
            feeds=tuple(filter(None, (absolute(page.url, str(href)) for href in feeds))),
        )
    data = page.data
    if isinstance(data, dict) and "timezone_string" in data:
        return Site(base_url=base, timezone=str(data["timezone_string"] or ""))
    if isinstance(data, list) and "/categories" in page.url:
        named = [each for each in data if isinstance(each, dict) and "id" in each and each.get("count")]
        return Site(
            base_url=base,
            boards=tuple(
                Board(str(int(each["id"])), plain(str(each.get("name") or "")), str(each.get("link") or ""))
                for each in named
            ),
        )
    return None


SOFTWARE = Software(
    name="wordpress",
    channel=Channel.FEED,
    way=Way.HTML,
    entries=entries,
    extract=extract,
    # light, so that a forum or a question-and-answer plugin on the page comes first
    marks=(
        Mark("generator", r"^WordPress (?P<version>\d[\d.]*)", 3),
        Mark("header", r"^link: .*https://api\.w\.org/", 3),
        Mark("html", r"<link[^>]+https://api\.w\.org/", 3),
        Mark("html", r"<generator>https?://wordpress\.org/\?v=(?P<version>\d[\d.]*)", 9),
        Mark("html", r"/wp-(?:content/(?:themes|plugins|uploads)|includes)/", 2),
        Mark("url", r"/wp-json/wp/v2/|[?&]rest_route=/wp/v2/", 8),
    ),
    base_url=base_url,
    base_told=base_told,
    describe=describe,
    probes=(
        "wp-json/?_fields=timezone_string",
        "wp-json/wp/v2/categories?per_page=100&_fields=id,name,link,count",
    ),
    instead=instead,
    anywhere=True,
    note="A post is a thread, comments are its replies; of categories named as boards new comments are not noticed.",
)
