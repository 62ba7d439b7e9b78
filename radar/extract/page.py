"""What goes into an extractor and what comes out of it.

Page + Context ──► extract ──► Extraction: posts, links to follow, problems
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from radar.errors import ExtractionError
from radar.model import Channel, Post, Problem, Source

if TYPE_CHECKING:
    from radar.extract.html import Node


@dataclass(frozen=True)
class Page:
    """An answer of a server, as fetched."""

    url: str
    """After redirects."""
    body: bytes
    fetched_at: datetime
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""

    @cached_property
    def text(self) -> str:
        """The body decoded after BOM, Content-Type, declaration in the document, then by its bytes."""
        from radar.extract.text import decode

        return decode(self.body, self.headers.get("content-type", ""))

    @cached_property
    def tree(self) -> Node:
        """The body as an HTML tree, parsed once."""
        from radar.extract.html import parse

        return parse(self.text)

    @cached_property
    def data(self) -> Any:
        """The body as JSON, parsed once. Raises ExtractionError if it is none."""
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError) as error:
            raise ExtractionError(f"not JSON: {type(error).__name__}: {error}"[:200]) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known of a page's source."""

    source: str
    base_url: str = ""
    """``Source.url``: where the software is installed."""
    timezone: str = "UTC"
    language: str = ""
    boards: tuple[str, ...] = ()
    software: str = ""
    carried: Mapping[str, str] = field(default_factory=dict)
    """What the link that led here knew already (``Link.carry``): thread title, board, ..."""

    @classmethod
    def of(cls, source: Source, carried: Mapping[str, str] | None = None) -> Context:
        """The context of a page of ``source``."""
        return cls(
            source=source.name,
            base_url=source.url,
            timezone=source.timezone or "UTC",
            language=source.language,
            boards=source.boards,
            software=source.software,
            carried=carried or {},
        )


ANY_ACTIVITY = "*"
"""A ``Link.activity`` that equals whatever is remembered: the thread is read if it never was."""


class LinkKind(StrEnum):
    """What a link leads to, which decides whether it is followed."""

    BOARD = "board"
    """A listing of threads (or a feed of them)."""
    NEXT = "next"
    """More of the same: the next page of this listing or thread, by the software's own pointer."""
    THREAD = "thread"
    """A thread; followed if its ``activity`` is not the one remembered."""
    ENTRY = "entry"
    """The page of a single feed entry, followed when the source asks for full texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Something worth fetching next, absolute, without session ids."""

    url: str
    kind: LinkKind
    thread_id: str = ""
    activity: str = ""
    """Opaque token that differs when and only when the thread has something new: time of the last post,
    its id, or a reply count. Empty means "cannot be told": the thread is read on every visit."""
    active_at: datetime | None = None
    """Time of the latest activity, if the listing tells; of further pages the latest that they can hold."""
    carry: Mapping[str, str] = field(default_factory=dict)
    """What the followed page may need and not tell itself; short strings only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What was read from one page."""

    posts: tuple[Post, ...] = ()
    links: tuple[Link, ...] = ()
    problems: tuple[Problem, ...] = ()
    thread_id: str = ""
    """Set on pages of a thread."""
    login_wall: bool = False
    """The page asks to log in instead of showing posts; nothing on it is used."""
    missing: bool = False
    """A soft 404: the page says that what was asked for does not exist."""
    newest_at: datetime | None = None
    """Newest activity the page shows, for the schedule."""
    ttl: float | None = None
    """Seconds the publisher asks to wait before the next visit (``ttl``, ``sy:updatePeriod``)."""
    hub: str = ""
    """WebSub hub, where the feed names one."""


class Way(StrEnum):
    """How posts are got, best first."""

    API = "api"
    JSON = "json"
    MAIL = "mails"
    """The mails themselves, as they were sent."""
    FEED = "feed"
    STRUCTURED = "structured data"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign that a page was made by a software."""

    where: Literal["generator", "header", "cookie", "html", "url"]
    """``generator``: the meta tag's content; ``header``: "name: value" lines; ``cookie``: names;
    ``html``: the source of the page; ``url``: the page's address."""
    pattern: str
    """Regular expression, searched case-insensitively; a group ``version`` is kept."""
    weight: int = 10
    """10 and more identifies alone; weaker marks add up."""


@dataclass(frozen=True, slots=True)
class Board:
    """A board of a site, as ``radar add`` lists it."""

    id: str
    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What a start page tells about the installation."""

    base_url: str
    version: str = ""
    boards: tuple[Board, ...] = ()
    feeds: tuple[str, ...] = ()
    timezone: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Instead:
    """Another way to read a source."""

    source: Source
    why: str = ""
    """One sentence for the owner; "" for the way that the software prefers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Software:
    """One forum, Q&A or list software, API or format: all the radar knows about it.

    A module of ``radar.extract`` makes one of these; ``radar.extract.registry`` lists them.
    """

    name: str
    channel: Channel
    way: Way
    entries: Callable[[Source], Sequence[Link]]
    """Where a visit begins: one or two links, board by board if the source names boards."""
    extract: Callable[[Page, Context], Extraction]
    """Reads one page. Raises ``ExtractionError`` only if nothing on it is usable."""
    marks: tuple[Mark, ...] = ()
    base_url: Callable[[str], str] | None = None
    """The install path from any address of the site, sub-paths kept; None takes scheme and host."""
    base_told: Callable[[Page], str] | None = None
    """The install path as a page tells it, for software whose addresses need not show it; "" where it does not."""
    describe: Callable[[Page, str], Site | None] | None = None
    """(page, base URL) to boards, feeds and version; None where pages tell nothing."""
    probes: tuple[str, ...] = ()
    """Addresses below the install path that ``describe`` can read, besides the page that was recognised."""
    boards_in: Callable[[str], tuple[str, ...]] | None = None
    """The boards that an address of the site is about (``/tags/hilfe`` is about one tag); () for the whole site."""
    instead: Callable[[Source], Sequence[Instead]] | None = None
    """Other ways to read the same, best first, for installations that refuse the first listing of a source."""
    note: str = ""
    """One sentence for the owner: limits, licence, manners."""
    least_delay: float = 0.0
    """Seconds between two requests to a host that the operator asks for; the owner's delay may only be longer."""
    budget: int = 0
    """Most requests of a visit that the site's limits allow; 0 leaves it to the source."""
    off: str = ""
    """Why sources of it are read only if the owner writes ``enabled = true``; "" for all that needs no such word."""
    numbered: bool = False
    """Whether pages of a thread keep their addresses although they are no pages for people: ``?page=3``."""
    anywhere: bool = False
    """Whether news may stand on any page of a thread, as answers do that are sorted by votes."""

    @property
    def resumable(self) -> bool:
        """Whether reading a thread can go on at its last page: its pages have addresses of their own."""
        return not self.anywhere and (self.numbered or self.way in {Way.HTML, Way.STRUCTURED})
