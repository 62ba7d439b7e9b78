"""A site's threads put in their places: ids and points in time, as a forum's database has them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from radar.demo.content import WrittenThread


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post with its id."""

    id: int
    position: int
    author: str
    author_id: int
    created: datetime
    edited: datetime | None
    text: str
    quote: Post | None = None


@dataclass(slots=True, kw_only=True)
class Topic:
    """A thread with its id; ``posts`` grows when a test publishes replies."""

    id: int
    board: int
    """Index into ``Archive.boards``, from 1."""
    title: str
    posts: list[Post]
    solved: bool
    accepted: int | None
    tags: tuple[str, ...]

    @property
    def slug(self) -> str:
        """The title as forums put it into addresses."""
        folded = self.title.lower()
        for letter, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
            folded = folded.replace(letter, letters)
        ascii_only = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
        return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:60].strip("-") or "-"

    @property
    def first(self) -> Post:
        """The post that opens the thread."""
        return self.posts[0]

    @property
    def last(self) -> Post:
        """The latest post."""
        return self.posts[-1]


@dataclass(slots=True)
class Archive:
    """What one site holds."""

    language: str
    boards: list[str] = field(default_factory=list)
    topics: dict[int, Topic] = field(default_factory=dict)
    authors: dict[str, int] = field(default_factory=dict)
    version: int = 0
    """Counts the changes, so that rendered pages can be thrown away."""

    @classmethod
    def of(cls, threads: Iterable[WrittenThread], now: datetime) -> Archive:
        """Number threads and posts in the order of their times, as if they had been written at them."""
        threads = sorted(threads, key=lambda thread: thread.posts[0].ago, reverse=True)
        archive = cls(language=threads[0].language)
        for board in sorted({thread.board for thread in threads}):
            archive.boards.append(board)
        order = sorted(
            ((post.ago, number, position) for number, thread in enumerate(threads)
             for position, post in enumerate(thread.posts)),
            key=lambda entry: (-entry[0], entry[1], entry[2]),
        )  # fmt: skip
        ids = {(number, position): rank for rank, (_, number, position) in enumerate(order, start=2)}
        for number, thread in enumerate(threads):
            posts: list[Post] = []
            for position, post in enumerate(thread.posts):
                posts.append(
                    Post(
                        id=ids[number, position],
                        position=position + 1,
                        author=post.author,
                        author_id=archive._author(post.author),
                        created=_whole_second(now - post.ago),
                        edited=_whole_second(now - post.edited) if post.edited is not None else None,
                        text=post.text,
                        quote=posts[post.quote - 1] if post.quote else None,
                    )
                )
            archive.topics[number + 3] = Topic(
                id=number + 3,
                board=archive.boards.index(thread.board) + 1,
                title=thread.title,
                posts=posts,
                solved=thread.solved,
                accepted=thread.accepted,
                tags=thread.tags,
            )
        return archive

    def newest_first(self, board: int | None = None) -> list[Topic]:
        """Topics by latest activity, of one board or all."""
        chosen = [topic for topic in self.topics.values() if board in (None, topic.board)]
        return sorted(chosen, key=lambda topic: (topic.last.created, topic.last.id), reverse=True)

    def newest_posts(self, board: int | None = None) -> list[tuple[Topic, Post]]:
        """Posts, newest first."""
        pairs = [(topic, post) for topic in self.newest_first(board) for post in topic.posts]
        return sorted(pairs, key=lambda pair: (pair[1].created, pair[1].id), reverse=True)

    def find_post(self, post_id: int) -> tuple[Topic, Post] | None:
        """The post with an id, and where it stands."""
        for topic in self.topics.values():
            for post in topic.posts:
                if post.id == post_id:
                    return topic, post
        return None

    def reply(self, topic_id: int, author: str, text: str, created: datetime) -> Post:
        """Add a reply to a topic."""
        topic = self.topics[topic_id]
        post = Post(
            id=self._next_post_id(),
            position=len(topic.posts) + 1,
            author=author,
            author_id=self._author(author),
            created=_whole_second(created),
            edited=None,
            text=text,
        )
        topic.posts.append(post)
        self.version += 1
        return post

    def open_topic(self, board: int, title: str, author: str, text: str, created: datetime) -> Topic:
        """Add a topic with its first post."""
        topic = Topic(
            id=max(self.topics) + 1,
            board=board,
            title=title,
            posts=[],
            solved=False,
            accepted=None,
            tags=(),
        )
        self.topics[topic.id] = topic
        self.reply(topic.id, author, text, created)
        return topic

    def _author(self, name: str) -> int:
        return self.authors.setdefault(name, len(self.authors) + 50)

    def _next_post_id(self) -> int:
        return 1 + max(post.id for topic in self.topics.values() for post in topic.posts)


def _whole_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def iso(moment: datetime) -> str:
    """ISO 8601 with offset, ``2026-11-24T09:15:00+00:00``."""
    return moment.isoformat(timespec="seconds")


def zulu(moment: datetime) -> str:
    """ISO 8601 with milliseconds and Z, as JavaScript writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
