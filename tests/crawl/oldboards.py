"""Forums of the old school on loopback: five softwares' addresses, markup in outline, and manners past the last page.

    board = Board(SKINS["mybb"], Forum.filled())
    with board.serve() as site: ...

The markup follows what each software's own templates send to guests, as far as a reader depends on it. Past the last
page MyBB, FluxBB and PunBB show the first page again, phpBB and SMF the last one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import TypeVar

from tests.servers import Answer, Asked, Site, page

SESSION = "0123456789abcdef0123456789abcdef"
T = TypeVar("T")
LOCAL = timezone(timedelta(hours=1))
THREADS_A_PAGE, POSTS_A_PAGE = 20, 10
ANNOUNCEMENT = 1
"""Id of a thread that the lists of both boards show."""
BOARDS = {4: "Hilfe", 5: "Plauderei"}
CLOSED = 9
"""A board that is shown and closed to guests."""


@dataclass
class Post:
    """A post of the forum."""

    id: int
    text: str
    at: datetime


@dataclass
class Thread:
    """A thread; ``moved_from`` is a board in whose list a stub is left."""

    id: int
    board: int
    posts: list[Post]
    moved_from: int = 0

    @property
    def title(self) -> str:
        return f"Thema Nummer {self.id}"


@dataclass
class Forum:
    """What is written in it; ``reply`` adds."""

    threads: list[Thread] = field(default_factory=list)
    written: int = 0

    @classmethod
    def filled(cls) -> Forum:
        """Two boards with thirty threads each, some of several pages, one moved, one announced in both."""
        forum = cls()
        for number in range(1, 61):
            thread = Thread(number, 4 + number % 2, [], moved_from=4 if number == 7 else 0)
            forum.threads.append(thread)
            for _ in range(1 + (number % 3) * 12):
                forum.reply(thread)
        return forum

    def reply(self, thread: Thread) -> Post:
        """One more post."""
        self.written += 1
        at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=7 * self.written, minutes=3)
        thread.posts.append(Post(100 + self.written, f"Beitrag {self.written} im Thema {thread.id}.", at))
        return thread.posts[-1]

    def listed(self, board: int) -> list[tuple[Thread, bool]]:
        """Threads of a board's list with whether they are stubs: the announcement first, then by last post."""
        shown = [(each, False) for each in self.threads if each.board == board and each.id != ANNOUNCEMENT]
        shown += [(each, True) for each in self.threads if each.moved_from == board]
        shown.sort(key=lambda each: each[0].posts[-1].at, reverse=True)
        return [(self.threads[ANNOUNCEMENT - 1], False), *shown]


@dataclass
class Skin:
    """How a software shows a forum."""

    repeats: str
    """What comes past the end: ``first`` or ``last`` page."""
    at: tuple[str, str, str]
    """Patterns of the addresses of index, board and thread; groups: id, page or offset."""
    index: Callable[[Forum], str]
    board: Callable[[int, list[tuple[Thread, bool]], int, int], str]
    """(board, rows, page, pages)"""
    thread: Callable[[Thread, list[tuple[int, Post]], int, int], str]
    """(thread, (position, post)s, page, pages)"""
    offsets: tuple[int, int] = (0, 0)
    """Steps of a page in the addresses of boards and threads; 0 counts pages."""
    closed: Callable[[], Answer] = lambda: Answer(b"", 404)


class Board:
    """A forum as one software shows it."""

    def __init__(self, skin: Skin, forum: Forum) -> None:
        self.skin = skin
        self.forum = forum

    def serve(self) -> Site:
        """A server for it; every path and query is answered by the forum."""
        return Site(otherwise=self.answer)

    def answer(self, asked: Asked) -> Answer:
        """The page at an address."""
        index, board, thread = (re.fullmatch(pattern, asked.path) for pattern in self.skin.at)
        if thread:
            found = [each for each in self.forum.threads if each.id == int(thread[1])]
            if not found:
                return Answer(b"", 404)
            posts = list(enumerate(found[0].posts, 1))
            part, number, pages = self._part(posts, thread[2], POSTS_A_PAGE, self.skin.offsets[1])
            return page(self.skin.thread(found[0], part, number, pages))
        if board:
            if int(board[1]) == CLOSED:
                return self.skin.closed()
            rows = self.forum.listed(int(board[1]))
            part, number, pages = self._part(rows, board[2], THREADS_A_PAGE, self.skin.offsets[0])
            return page(self.skin.board(int(board[1]), part, number, pages))
        return page(self.skin.index(self.forum)) if index else Answer(b"", 404)

    def _part(self, whole: Sequence[T], asked: str | None, size: int, step: int) -> tuple[list[T], int, int]:
        pages = max(-(-len(whole) // size), 1)
        number = int(asked or 0) // step + 1 if step else int(asked or 1)
        if number > pages:
            number = 1 if self.skin.repeats == "first" else pages
        return list(whole[(number - 1) * size : number * size]), number, pages


def last_of(forum: Forum, board: int) -> Post:
    """The latest post of a board."""
    return max((each.posts[-1] for each in forum.threads if each.board == board), key=lambda post: post.at)
