"""A visit: one reading of a source, and what is remembered of it for the next one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from radar.model.source import Source


@dataclass(frozen=True, slots=True)
class Validator:
    """What a server sent to ask it later whether a page has changed; kept byte for byte."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class ThreadMark:
    """How far a thread has been read."""

    thread_id: str
    activity: str
    """Opaque token of the listing; it differs when and only when the thread has something new."""
    last_page_url: str = ""
    """The last page read; the next reading begins there."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a page that could not be used; what stood beside it was."""

    url: str
    what: str
    """One short sentence."""
    detail: str = ""


class Outcome(StrEnum):
    """How a visit, or the latest request of one, ended."""

    OK = "ok"
    UNCHANGED = "unchanged"
    EMPTY = "empty"
    """Pages came, but no posts could be read from any of them."""
    BLOCKED = "blocked"
    """403, a login wall or a challenge: paused until the owner looks."""
    OPTED_OUT = "opted-out"
    """robots.txt, X-Robots-Tag, meta robots or TDMRep say no."""
    GONE = "gone"
    """410: retired."""
    UNREACHABLE = "unreachable"
    """Network errors, 5xx, 429 until the end."""
    MOVED = "moved"
    """Permanently redirected to another site; the owner should change the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A source that is due, with what is remembered of it."""

    source: Source
    first: bool
    """True if the source was never read before."""
    validators: dict[str, Validator] = field(default_factory=dict)
    """By URL; empty when the queue's epoch changed since they were saved."""
    due_at: datetime
