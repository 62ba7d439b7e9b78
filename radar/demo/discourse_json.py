"""Topics and posts in the JSON of Discourse."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from radar.demo.archive import Archive, Post, Topic, zulu
from radar.demo.markup import excerpt, paragraphs

POSTS_A_PAGE = 20


def topic_entry(topic: Topic) -> dict[str, Any]:
    """A topic as lists show it."""
    return {
        "id": topic.id,
        "title": topic.title,
        "fancy_title": escape(topic.title),
        "slug": topic.slug,
        "posts_count": len(topic.posts),
        "reply_count": sum(1 for post in topic.posts if post.quote),
        "highest_post_number": len(topic.posts),
        "image_url": None,
        "created_at": zulu(topic.first.created),
        "last_posted_at": zulu(topic.last.created),
        "bumped": True,
        "bumped_at": zulu(topic.last.created),
        "archetype": "regular",
        "unseen": False,
        "pinned": False,
        "visible": True,
        "closed": False,
        "archived": False,
        "tags": list(topic.tags),
        "views": 11 * len(topic.posts) + topic.id,
        "like_count": len(topic.posts) // 3,
        "has_summary": False,
        "last_poster_username": topic.last.author,
        "category_id": topic.board,
        "pinned_globally": False,
        "has_accepted_answer": topic.accepted is not None,
        "posters": [{"description": "Original Poster", "user_id": topic.first.author_id, "extras": None}],
    }


def topic_body(topic: Topic, posts: Sequence[Post]) -> dict[str, Any]:
    """A topic with some of its posts and the ids of all."""
    body: dict[str, Any] = {
        "post_stream": {
            "posts": [post_entry(topic, post) for post in posts],
            "stream": [post.id for post in topic.posts],
        },
        "timeline_lookup": [[1, 0]],
        "tags": list(topic.tags),
        "id": topic.id,
        "title": topic.title,
        "fancy_title": escape(topic.title),
        "posts_count": len(topic.posts),
        "created_at": zulu(topic.first.created),
        "views": 11 * len(topic.posts) + topic.id,
        "reply_count": sum(1 for post in topic.posts if post.quote),
        "like_count": len(topic.posts) // 3,
        "last_posted_at": zulu(topic.last.created),
        "visible": True,
        "closed": False,
        "archived": False,
        "archetype": "regular",
        "slug": topic.slug,
        "category_id": topic.board,
        "user_id": topic.first.author_id,
        "highest_post_number": len(topic.posts),
        "chunk_size": POSTS_A_PAGE,
        "details": {"participants": []},
    }
    if topic.accepted is not None:
        answer = topic.posts[topic.accepted - 1]
        body["accepted_answer"] = {"post_number": answer.position, "username": answer.author}
    return body


def post_entry(topic: Topic, post: Post) -> dict[str, Any]:
    """A post."""
    return {
        "id": post.id,
        "name": None,
        "username": post.author,
        "avatar_template": f"/letter_avatar/{post.author.lower()}/{{size}}/1.png",
        "created_at": zulu(post.created),
        "cooked": cooked(topic, post),
        "post_number": post.position,
        "post_type": 1,
        "posts_count": len(topic.posts),
        "updated_at": zulu(post.edited or post.created),
        "reply_count": sum(1 for other in topic.posts if other.quote is post),
        "reply_to_post_number": post.quote.position if post.quote else None,
        "quote_count": 1 if post.quote else 0,
        "incoming_link_count": 0,
        "reads": 12,
        "score": 2.4,
        "yours": False,
        "topic_id": topic.id,
        "topic_slug": topic.slug,
        "display_username": None,
        "version": 2 if post.edited else 1,
        "user_title": None,
        "moderator": False,
        "admin": False,
        "staff": False,
        "user_id": post.author_id,
        "hidden": False,
        "trust_level": 1,
        "deleted_at": None,
        "user_deleted": False,
        "post_url": f"/t/{topic.slug}/{topic.id}/{post.position}",
        "accepted_answer": topic.accepted == post.position,
    }


def cooked(topic: Topic, post: Post) -> str:
    """The HTML of a post, its quote as the aside that Discourse makes of it."""
    own = paragraphs(post.text)
    if post.quote is None:
        return own
    return (
        f'<aside class="quote no-group" data-username="{escape(post.quote.author)}" data-post="{post.quote.position}" data-topic="{topic.id}">\n'
        f'<div class="title">\n<div class="quote-controls"></div>\n{escape(post.quote.author)}:</div>\n'
        f"<blockquote>\n{paragraphs(excerpt(post.quote.text))}\n</blockquote>\n</aside>\n{own}"
    )


def categories(archive: Archive) -> list[dict[str, Any]]:
    """All categories."""
    return [
        {
            "id": number,
            "name": name,
            "color": "0088CC",
            "slug": slug(archive, number),
            "topic_count": len(archive.newest_first(number)),
            "read_restricted": False,
            "subcategory_ids": [],
        }
        for number, name in enumerate(archive.boards, start=1)
    ]


def slug(archive: Archive, board: int) -> str:
    """A category in addresses."""
    return re.sub(r"[^a-z0-9]+", "-", archive.boards[board - 1].lower()).strip("-")
