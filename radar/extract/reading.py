"""One page being read: what every extractor does around its selectors.

reading = Reading(page, context)
for node in select(reading.tree, "div.post"):
    with reading.entry():                       # a bad entry is skipped with a recorded problem
        reading.post(external_id=..., words=split_quotes(...), created_at=reading.dates.read(...))
return reading.extraction()
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from radar.extract import html
from radar.extract.dates import Dates
from radar.extract.page import Context, Extraction, Link, LinkKind, Page
from radar.extract.text import Words, clean, clean_line
from radar.extract.urls import absolute
from radar.model import Post, Problem

MAX_PROBLEMS = 20
"""Problems of one page that are kept; the rest would say the same."""
MAX_CARRY = 300
_MAX_ID = 300


class Reading:
    """Collects posts, links and problems of one page, cleaned and bounded."""

    def __init__(self, page: Page, context: Context, *, day_first: bool | None = None) -> None:
        """``day_first``: the software's order of 05/06/2026 where the language does not tell."""
        self.page = page
        self.context = context
        self.dates = Dates(page.url, page.fetched_at, context.timezone, context.language, day_first)
        self.posts: dict[str, Post] = {}
        self.links: dict[str, Link] = {}
        self.problems: list[Problem] = []
        self.language = context.language
        self._base = ""

    @property
    def tree(self) -> html.Node:
        """The page as HTML."""
        return self.page.tree

    @property
    def data(self) -> Any:
        """The page as JSON."""
        return self.page.data

    def url(self, href: str | None, *, fragment: bool = False) -> str:
        """A link of this page: absolute and canonical, or ""; ``base href`` counts."""
        if not href:
            return ""
        if not self._base:
            head = self.page.text[:20_000]
            named = html.attr(self.tree, "base[href]", "href") if "<base" in head or "<BASE" in head else ""
            self._base = absolute(self.page.url, named) or self.page.url
        return absolute(self._base, href, fragment=fragment)

    def problem(self, what: str, detail: object = "") -> None:
        """Record what could not be used."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(self.page.url, what, clean_line(str(detail), 200)))

    @contextmanager
    def entry(self, what: str = "an entry that cannot be read") -> Iterator[None]:
        """Skip one entry that is not as expected, with a problem, and go on with the next."""
        try:
            yield
        except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
            self.problem(what, f"{type(error).__name__}: {error}")

    def post(
        self,
        *,
        external_id: str | int,
        url: str,
        words: Words | str,
        title: str = "",
        thread_id: str | int = "",
        thread_url: str = "",
        board: str = "",
        position: int | None = None,
        first: bool | None = None,
        author: str = "",
        created_at: datetime | None = None,
        edited_at: datetime | None = None,
        answer_count: int | None = None,
        solved: bool | None = None,
        language: str = "",
    ) -> None:
        """Add a post; one that the page shows twice counts once. Raises ValueError without id or address."""
        identity = clean_line(str(external_id), _MAX_ID)
        if not identity or not url:
            raise ValueError("a post without id or address")
        if isinstance(words, str):
            words = Words(words, "")
        if first is None and position is not None:
            first = position == 1
        post = Post(
            source=self.context.source,
            external_id=identity,
            url=url,
            thread_id=clean_line(str(thread_id), _MAX_ID),
            thread_url=thread_url,
            title=clean_line(title),
            board=clean_line(board),
            position=position,
            first=first,
            author=clean_line(author, 100),
            text=clean(words.own),
            quoted=clean(words.quoted),
            language=clean_line(language or self.language, 35),
            created_at=created_at,
            edited_at=edited_at if edited_at != created_at else None,
            fetched_at=self.page.fetched_at,
            answer_count=answer_count if first is not False else None,
            solved=solved,
        )
        self.posts.setdefault(identity, post)

    def link(
        self,
        url: str,
        kind: LinkKind,
        *,
        thread_id: str | int = "",
        activity: object = "",
        active_at: datetime | None = None,
        carry: Mapping[str, str] | None = None,
    ) -> None:
        """Add something to fetch; "" is ignored, of two links to one address the first counts."""
        if not url:
            return
        kept = {name: clean_line(value, MAX_CARRY) for name, value in (carry or {}).items() if value}
        self.links.setdefault(
            url,
            Link(
                url=url,
                kind=kind,
                thread_id=clean_line(str(thread_id), _MAX_ID),
                activity=clean_line(str(activity if activity is not None else ""), 120),
                active_at=active_at,
                carry=kept,
            ),
        )

    def extraction(
        self,
        *,
        thread_id: str | int = "",
        login_wall: bool = False,
        missing: bool = False,
        newest_at: datetime | None = None,
        ttl: float | None = None,
        hub: str = "",
    ) -> Extraction:
        """What was read. Nothing is kept of login walls and of pages that say that something is missing."""
        if login_wall or missing:
            return Extraction(login_wall=login_wall, missing=missing, problems=self._all_problems())
        times = [time for post in self.posts.values() for time in (post.created_at, post.edited_at) if time]
        times += [link.active_at for link in self.links.values() if link.active_at]
        return Extraction(
            posts=tuple(self.posts.values()),
            links=tuple(self.links.values()),
            problems=self._all_problems(),
            thread_id=clean_line(str(thread_id), _MAX_ID),
            newest_at=newest_at or max(times, default=None),
            ttl=ttl,
            hub=hub,
        )

    def refusal(self) -> Extraction | None:
        """What an answer comes to whose status says that there is nothing, or nothing for guests; else None."""
        if self.page.status in {404, 410}:
            return self.extraction(missing=True)
        if self.page.status in {401, 403}:
            return self.extraction(login_wall=True)
        return None

    def _all_problems(self) -> tuple[Problem, ...]:
        return (*self.problems, *self.dates.problems)[:MAX_PROBLEMS]

    @property
    def oldest_at(self) -> datetime | None:
        """When the oldest of the posts was written, as far as times are told."""
        return min((post.created_at for post in self.posts.values() if post.created_at), default=None)

    def carried(self, name: str) -> str:
        """What the link that led here knew, "" without."""
        return self.context.carried.get(name, "")
