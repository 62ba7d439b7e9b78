"""The Atom feeds of phpBB 3.3: all, new topics, one forum, one topic; 15 posts each."""

from __future__ import annotations

from html import escape

from radar.demo import phpbb_markup as markup
from radar.demo.archive import Archive, Post, Topic, iso

FEED_ITEMS = 15


def posts_of(archive: Archive, which: str) -> list[tuple[Topic, Post]] | None:
    """The posts of the feed at ``/app.php/feed/<which>``, newest first; None if there is no such feed."""
    kind, _, number = which.partition("/")
    if kind == "forum" and number.isdigit() and 1 <= int(number) <= len(archive.boards):
        posts = archive.newest_posts(int(number))
    elif kind == "topic" and number.isdigit() and int(number) in archive.topics:
        posts = [(topic, post) for topic, post in archive.newest_posts() if topic.id == int(number)]
    elif kind in ("topics", "topics_new"):
        posts = [(topic, post) for topic, post in archive.newest_posts() if post.position == 1]
    elif kind in ("", "news", "forums", "topics_active"):
        posts = archive.newest_posts()
    else:
        return None
    return posts[:FEED_ITEMS]


def feed(base: str, name: str, which: str, posts: list[tuple[Topic, Post]], entries: list[str]) -> str:
    """The document around its entries."""
    return markup.FEED.format(
        base=base,
        path=f"/app.php/feed{'/' + which if which else ''}",
        name=escape(name),
        updated=iso(max(post.created for _, post in posts)),
        entries="\n".join(entries),
    )


def entry(base: str, board: str, topic: Topic, post: Post, content: str, local: str) -> str:
    """One post; ``content`` without session ids, ``local`` its time as shown."""
    solved = "[gelöst] " if topic.solved else ""
    return markup.ENTRY.format(
        base=base,
        id=post.id,
        author=escape(post.author),
        updated=iso(post.edited or post.created),
        published=iso(post.created),
        title=f"{escape(board)} • {'Re: ' if post.position > 1 else ''}{escape(solved + topic.title)}",
        forum=topic.board,
        board=escape(board),
        author_id=post.author_id,
        content=content,
        time=local,
    )
