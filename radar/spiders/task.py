"""What a request carries about the source it reads, in ``request.meta["radar"]``.

Any worker may lease any request, so everything that reading its page needs travels with it: plain strings,
numbers and lists that the queue's codec can carry. Nothing secret belongs here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from radar.extract import Context, Link, LinkKind
from radar.model import Problem, Source

META_KEY = "radar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One page to read: of which source, in which visit, reached by which kind of link."""

    source: str
    visit: str = ""
    software: str = ""
    base: str = ""
    timezone: str = "UTC"
    language: str = ""
    boards: tuple[str, ...] = ()
    kind: LinkKind = LinkKind.BOARD
    """What the page is: a listing, a thread, an entry's page."""
    entry: bool = False
    """Whether the visit began with it: its fate is the visit's."""
    paging: bool = False
    """Whether it was reached as more of the same, from the page before."""
    thread: str = ""
    """What the page's mark is kept under: the thread's id, a board's address, "" where nothing is marked."""
    activity: str = ""
    """What the listing said of the thread's activity; becomes its mark once the page is safe."""
    first: bool = True
    """Whether this is the source's first visit: nothing is known yet, so nothing is skipped."""
    budget: int = 0
    """Most requests of the visit; 0 means no bound."""
    since: float = 0.0
    """Threads without activity after this POSIX time are not read."""
    full_text: bool = False
    render: bool = False
    delay: float | None = None
    carry: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def begin(cls, source: Source, *, visit: str = "", first: bool = True, now: datetime) -> Self:
        """The task that a visit begins with; ``follow`` makes those of its links."""
        return cls(
            source=source.name,
            visit=visit,
            entry=True,
            software=source.software,
            base=source.url,
            timezone=source.timezone or "UTC",
            language=source.language,
            boards=source.boards,
            first=first,
            budget=source.budget,
            since=(now - source.max_age).timestamp() if source.max_age else 0.0,
            full_text=source.full_text,
            render=source.render,
            delay=source.delay,
        )

    def follow(self, link: Link) -> Self:
        """The task of a page that ``link`` of this page leads to."""
        if link.kind is LinkKind.NEXT:  # more of the same listing or thread
            return replace(
                self,
                entry=False,
                paging=True,
                thread=link.thread_id or self.thread,
                activity=link.activity or self.activity,
                carry=link.carry,
            )
        thread = link.thread_id
        if link.kind is LinkKind.BOARD and link.activity:  # a board is remembered like a thread, by address
            thread = thread or link.url
        return replace(
            self,
            kind=link.kind,
            entry=False,
            paging=False,
            thread=thread,
            activity=link.activity,
            carry=link.carry,
        )

    def settle(self, software: str, base: str, boards: tuple[str, ...] = ()) -> Self:
        """The task once the page has told its software, where that is installed, and which boards it is about."""
        return replace(self, software=software, base=base, boards=self.boards or boards)

    def context(self) -> Context:
        """What the extractor is told of the page's source."""
        return Context(
            source=self.source,
            base_url=self.base,
            timezone=self.timezone,
            language=self.language,
            boards=self.boards,
            software=self.software,
            carried=self.carry,
        )

    def to_meta(self) -> dict[str, Any]:
        """Plain data for the queue; what equals the default is left out, for it is stored a million times."""
        plain: dict[str, Any] = {}
        for name, default in _DEFAULTS.items():
            value = getattr(self, name)
            if value != default:
                plain[name] = list(value) if isinstance(value, tuple) else value
        plain["source"] = self.source
        if "kind" in plain:
            plain["kind"] = str(self.kind)
        if "carry" in plain:
            plain["carry"] = dict(self.carry)
        return plain

    @classmethod
    def from_meta(cls, meta: Mapping[str, Any]) -> Self:
        """Read back what ``to_meta`` wrote; unknown keys of a newer version are ignored."""
        plain = {name: value for name, value in meta.items() if name in _DEFAULTS or name == "source"}
        if "kind" in plain:
            plain["kind"] = LinkKind(plain["kind"])
        if "boards" in plain:
            plain["boards"] = tuple(plain["boards"])
        return cls(**plain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What reading a page gave besides posts; left in ``request.meta`` for the visit's book-keeping."""

    task: Task
    url: str
    posts: int = 0
    problems: tuple[Problem, ...] = ()
    login_wall: bool = False
    missing: bool = False
    newest_at: datetime | None = None
    ttl: float | None = None
    hub: str = ""


REPORT_KEY = "radar_report"
"""Never queued: the report is made after the request was leased."""

CUT_KEY = "radar_cut"
"""Set where links of a page were left out because the budget was used up: the page is not done with."""

_DEFAULTS: dict[str, Any] = {
    "visit": "",
    "software": "",
    "base": "",
    "timezone": "UTC",
    "language": "",
    "boards": (),
    "kind": LinkKind.BOARD,
    "entry": False,
    "paging": False,
    "thread": "",
    "activity": "",
    "first": True,
    "budget": 0,
    "since": 0.0,
    "full_text": False,
    "render": False,
    "delay": None,
    "carry": {},
}
