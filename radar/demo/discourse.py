"""A forum that answers as Discourse does: JSON beside every page, 20 posts of a topic at a time, RSS."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from email.utils import format_datetime
from html import escape
from typing import Any

from radar.demo.archive import Archive, Post, Topic, iso
from radar.demo.discourse_json import (
    POSTS_A_PAGE,
    categories,
    cooked,
    post_entry,
    slug,
    topic_body,
    topic_entry,
)
from radar.demo.http import HTML, Answer, Asked, text

TOPICS_A_PAGE = 10
_JSON = "application/json; charset=utf-8"
_ROBOTS = """User-agent: *
Disallow: /admin/
Disallow: /auth/
Disallow: /assets/browser-update*.js
Disallow: /email/
Disallow: /session
Disallow: /user-api-key
Disallow: /*?api_key*
Disallow: /*?*api_key*
Disallow: /badges
Disallow: /u/
Disallow: /my
Disallow: /search
Disallow: /g
"""


class Discourse:
    """One forum."""

    base = ""

    def __init__(self, name: str, archive: Archive) -> None:
        self.name = name
        self.archive = archive
        self._rendered: dict[tuple[object, ...], Answer] = {}

    def answer(self, asked: Asked) -> Answer:
        """The answer to a request."""
        key = (self.archive.version, asked.path, *sorted(asked.query.items()))
        if key not in self._rendered:
            self._rendered[key] = self._render(asked)
        return self._rendered[key]

    def _render(self, asked: Asked) -> Answer:
        path = asked.path
        if path == "/robots.txt":
            return text(_ROBOTS)
        if path in ("/", "/latest", "/categories"):
            return self._home()
        if path == "/latest.json":
            return self._list(None, asked.number("page"))
        if path == "/latest.rss":
            return self._rss(self.archive.newest_first(), "/latest.rss", "Latest topics")
        if path == "/site.json":
            return _json(
                {"categories": categories(self.archive), "default_archetype": "regular"}, "site/index"
            )
        if path == "/categories.json":
            body = {"category_list": {"can_create_category": False, "categories": categories(self.archive)}}
            return _json(body, "categories/index")
        if path == "/posts.json":
            return self._posts(asked.number("before"))
        if match := re.fullmatch(r"/c/(?:[\w-]+/)?(\d+)(?:/l/latest)?(\.json|\.rss)?", path):
            return self._category(int(match[1]), match[2] or "", asked.number("page"))
        if match := re.fullmatch(r"/t/(?:[\w-]*[a-z-][\w-]*/)?(\d+)(?:/(\d+|posts))?(\.json|\.rss)?", path):
            return self._topic(asked, int(match[1]), match[2] or "", match[3] or "")
        return _missing(asked)

    def _home(self) -> Answer:
        rows = "\n".join(
            f'<tr class="topic-list-item" itemprop="itemListElement" itemscope itemtype="http://schema.org/ListItem">'
            f'<td><a itemprop="url" class="title raw-link raw-topic-link" href="{self.base}/t/{topic.slug}/{topic.id}">{escape(topic.title)}</a></td></tr>'
            for topic in self.archive.newest_first()[:TOPICS_A_PAGE]
        )
        return _page(self.name, f'<table class="topic-list">{rows}</table>', "list/latest", self.base)

    def _list(self, board: int | None, page: int) -> Answer:
        topics = self.archive.newest_first(board)
        chosen = topics[page * TOPICS_A_PAGE : (page + 1) * TOPICS_A_PAGE]
        names = {post.author: post.author_id for topic in chosen for post in (topic.first, topic.last)}
        listing: dict[str, Any] = {
            "can_create_topic": False,
            "per_page": TOPICS_A_PAGE,
            "top_tags": [],
            "topics": [topic_entry(topic) for topic in chosen],
        }
        if (page + 1) * TOPICS_A_PAGE < len(topics):
            start = "/latest" if board is None else f"/c/{slug(self.archive, board)}/{board}/l/latest"
            listing["more_topics_url"] = f"{start}?page={page + 1}"
        users = [{"id": number, "username": name, "name": None} for name, number in names.items()]
        return _json({"users": users, "primary_groups": [], "topic_list": listing}, "list/latest")

    def _category(self, board: int, form: str, page: int) -> Answer:
        if not 1 <= board <= len(self.archive.boards):
            return _missing(Asked(form, {}))
        if form == ".json":
            return self._list(board, page)
        if form == ".rss":
            path = f"/c/{slug(self.archive, board)}/{board}.rss"
            return self._rss(self.archive.newest_first(board), path, self.archive.boards[board - 1])
        return self._home()

    def _topic(self, asked: Asked, number: int, rest: str, form: str) -> Answer:
        topic = self.archive.topics.get(number)
        if topic is None:
            return _missing(asked)
        if form == ".rss":
            return self._topic_rss(topic)
        if form != ".json":
            return self._topic_page(topic)
        if rest == "posts":
            wanted = {int(value) for value in asked.query.get("post_ids[]", ()) if value.isdigit()}
            posts = [post for post in topic.posts if post.id in wanted][:POSTS_A_PAGE]
            body = {"post_stream": {"posts": [post_entry(topic, post) for post in posts]}, "id": topic.id}
            return _json(body, "topics/posts")
        start = max(asked.number("page", 1) - 1, 0) * POSTS_A_PAGE
        if start >= len(topic.posts):
            return _missing(asked)
        return _json(topic_body(topic, topic.posts[start : start + POSTS_A_PAGE]), "topics/show")

    def _posts(self, before: int) -> Answer:
        pairs = [pair for pair in self.archive.newest_posts() if not before or pair[1].id < before][:50]
        posts = [
            post_entry(topic, post)
            | {"raw": post.text, "topic_title": topic.title, "category_id": topic.board}
            for topic, post in pairs
        ]
        return _json({"latest_posts": posts}, "posts/latest")

    def _rss(self, topics: Sequence[Topic], path: str, title: str) -> Answer:
        items = "\n".join(self._item(topic, topic.first) for topic in topics[:25])
        return self._feed(path, title, items)

    def _topic_rss(self, topic: Topic) -> Answer:
        items = "\n".join(self._item(topic, post) for post in reversed(topic.posts[-25:]))
        return self._feed(f"/t/{topic.slug}/{topic.id}.rss", topic.title, items)

    def _item(self, topic: Topic, post: Post) -> str:
        link = f"{self.base}/t/{topic.slug}/{topic.id}" + (f"/{post.position}" if post.position > 1 else "")
        guid = f"demo.example-{'topic' if post.position == 1 else 'post'}-{topic.id}-{post.position}"
        return f"""<item>
<title>{escape(topic.title)}</title>
<dc:creator><![CDATA[{post.author}]]></dc:creator>
<category>{escape(self.archive.boards[topic.board - 1])}</category>
<description><![CDATA[{cooked(topic, post)}]]></description>
<link>{link}</link>
<pubDate>{format_datetime(post.created)}</pubDate>
<guid isPermaLink="false">{guid}</guid>
</item>"""

    def _feed(self, path: str, title: str, items: str) -> Answer:
        body = f"""<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>{escape(self.name)} - {escape(title)}</title>
<link>{self.base}</link>
<description>{escape(title)}</description>
<atom:link href="{self.base}{path}" rel="self" type="application/rss+xml" />
{items}
</channel>
</rss>
"""
        return text(body, "application/rss+xml; charset=utf-8")

    def _topic_page(self, topic: Topic) -> Answer:
        posts = "\n".join(
            f'<div id="post_{post.position}" itemprop="comment" itemscope itemtype="http://schema.org/Comment" class="topic-body crawler-post">'
            f'<span class="creator" itemprop="author" itemscope itemtype="http://schema.org/Person"><span itemprop="name">{escape(post.author)}</span></span>'
            f'<time itemprop="datePublished" datetime="{iso(post.created)}" class="post-time">{post.created:%B %d, %Y}</time>'
            f'<div class="post" itemprop="text">{cooked(topic, post)}</div></div>'
            for post in topic.posts[:POSTS_A_PAGE]
        )
        return _page(topic.title, posts, "topics/show", self.base)


def _json(body: object, route: str) -> Answer:
    encoded = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(encoded, 200, _JSON, (("X-Discourse-Route", route),))


def _page(title: str, body: str, route: str, base: str) -> Answer:
    page = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{escape(title)}</title>
<meta name="generator" content="Discourse 3.5.2 - https://github.com/discourse/discourse version 0123456789abcdef">
<link rel="alternate" type="application/rss+xml" title="Latest topics" href="{base}/latest.rss" />
</head>
<body class="crawler">
{body}
</body>
</html>
"""
    return Answer(page.encode(), 200, HTML, (("X-Discourse-Route", route),))


def _missing(asked: Asked) -> Answer:
    if asked.path.endswith((".json", ".rss")):
        body = {"errors": ["The requested URL or resource could not be found."], "error_type": "not_found"}
        return Answer(json.dumps(body).encode(), 404, _JSON)
    return Answer(b"<!DOCTYPE html><title>Page Not Found</title><h1>Oops!</h1>", 404)
