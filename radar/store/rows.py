"""What the store takes and gives besides the model: frozen rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from radar.model import Kind, Lead, LeadState, Outcome, Post, Problem, Source, ThreadMark, Validator, Verdict


class Retention(Protocol):
    """How long texts are kept; ``Config.privacy`` is one."""

    @property
    def keep_unmatched(self) -> timedelta:
        """For posts that fit no profile."""

    @property
    def keep_matched(self) -> timedelta:
        """For posts that became leads or were judged by the owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRecord:
    """One request of a visit and what came of it; recorded after its posts are committed."""

    source: str
    visit: str = ""
    url: str
    status: int = 0
    """HTTP status; 0 if there was no answer."""
    outcome: Outcome = Outcome.OK
    entry: bool = False
    """Whether the visit began with this page: its outcome is the visit's."""
    wait: float | None = None
    """Seconds the publisher asks to wait before the next visit; counts on entry pages."""
    bytes: int = 0
    validator: Validator | None = None
    thread_mark: ThreadMark | None = None
    problems: tuple[Problem, ...] = ()
    epoch: str = ""


@dataclass(frozen=True, slots=True)
class WriteReport:
    """What became of the posts of a batch."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    stale: int = 0
    """Fetched before what is stored already."""
    forgotten: int = 0
    """Held back by a tombstone."""
    dead: int = 0
    """Refused by Postgres; in ``dead_letter``."""

    @property
    def total(self) -> int:
        """All posts of the batch, doubles counted once."""
        return self.new + self.changed + self.unchanged + self.stale + self.forgotten + self.dead


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitSummary:
    """What decides how a visit ended and when the next one is due."""

    finished_at: datetime | None
    """Set if somebody closed it already."""
    entry_outcome: Outcome
    asked_wait: float | None
    pages: int
    unchanged_pages: int
    failed_pages: int
    failures: int
    """Visits of the source without success in a row, before this one."""
    longest_interval: timedelta | None
    posts_known: bool
    """Whether any post of the source is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRow:
    """A visit that was, for the schedule and for people."""

    id: str
    source: str
    started_at: datetime
    finished_at: datetime | None
    outcome: str
    """Value of ``Outcome``; empty while the visit is under way."""
    detail: str
    entry_outcome: str
    """What became of the page it began with; the worst, if there were several."""
    asked_wait: float | None
    """Seconds the publisher asks to wait before the next visit."""
    pages: int
    unchanged_pages: int
    failed_pages: int
    bytes: int
    new_posts: int
    changed_posts: int
    problems: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadFilter:
    """Which leads; what is None does not restrict."""

    profile: str | None = None
    kind: Kind | None = None
    since: datetime | None = None
    """Written at or after this time."""
    state: LeadState | Literal["open", "all"] = "open"
    """``open``: neither answered nor dismissed; snoozed ones come back when they are due."""
    min_score: float = 0.0
    source: str | None = None
    text: str = ""
    """Words as in a web search; stems and parts of words in titles count."""
    order: Literal["newest", "best"] = "newest"
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadRow:
    """A lead as a list shows it."""

    id: int
    profile: str
    score: float
    kinds: tuple[Kind, ...]
    title: str
    evidence: tuple[str, ...]
    """The words that carried the verdict, strongest first."""
    url: str
    source: str
    board: str
    author: str
    language: str
    request: float | None
    reasons: tuple[str, ...]
    state: LeadState
    snoozed_until: datetime | None
    current: bool
    """False if the latest matching no longer finds it."""
    posted_at: datetime
    found_at: datetime
    first: bool | None
    answer_count: int | None
    solved: bool | None
    post_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadDetail:
    """A lead with all that is known of it."""

    row: LeadRow
    post: Post
    verdict: Verdict | None
    lead: Lead
    revisions: int
    """How often the post was edited."""
    owner: OwnerVerdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerVerdict:
    """What the owner says about a post; the classifier learns from it."""

    post: Post
    request: bool | None
    """None if the owner judged the kinds alone."""
    kinds: tuple[Kind, ...]
    judged_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A source and how it is doing."""

    source: Source
    state: str
    """``active``, ``paused``, ``retired`` or ``removed``."""
    health: str
    """``ok``, or what is wrong, in a word or two."""
    reason: str
    next_check_at: datetime | None
    last_visit_at: datetime | None
    last_ok_at: datetime | None
    last_outcome: str
    failures: int
    newest_post_at: datetime | None
    posts_in_7_days: int
    leads_in_7_days: int
    problems_in_7_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The store in figures."""

    posts: int
    """An estimate once there are many."""
    open_leads: int
    leads: int
    sources: int
    sources_due: int
    sources_in_trouble: int
    dead_letters: int
    waiting_for_search: int
    """Posts whose words are not in the search index yet (searching finds them all the same)."""
    latest_post_at: datetime | None
    latest_visit_at: datetime | None
    bytes: int
    """Size of the database."""
    server: str
    """Version of Postgres."""
    migration: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A post that Postgres refused."""

    id: int
    source: str
    external_id: str
    url: str
    reason: str
    payload: Mapping[str, Any]
    times: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """What was removed because its time was over."""

    unmatched: int
    """Posts that fit no profile and lost their text."""
    matched: int
    """Other posts that lost their text."""
    dead_letters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """Something that must not be stored again; what it was is not kept."""

    kind: Literal["post", "author", "url"]
    reason: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPost:
    """A post in the store with its number, for judging it again."""

    id: int
    post: Post
    region: str = ""
    """Region of its source."""
    verdict: Verdict | None = None
    """The latest one."""


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The answer to a question in SQL."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    truncated: bool = False
    """Whether there are more rows than the limit."""
