"""A lead: a post that fits a profile, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from radar.model.post import Post
from radar.model.verdict import Kind, Span, Verdict


class LeadState(StrEnum):
    """What the owner did with a lead."""

    NEW = "new"
    SEEN = "seen"
    ANSWERED = "answered"
    DISMISSED = "dismissed"
    SNOOZED = "snoozed"


@dataclass(frozen=True, slots=True)
class TermHit:
    """A term of the profile and where it was found."""

    term: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """A post fits a profile."""

    profile: str
    score: float
    """0 to 1; higher is the better fit."""
    kinds: tuple[Kind, ...]
    """The kinds that passed, most probable first."""
    hits: tuple[TermHit, ...] = ()
    reasons: tuple[str, ...] = ()
    """One short English sentence each, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPost(Post):
    """A post on its way to the store: what the pipelines add to it."""

    verdict: Verdict | None = None
    leads: tuple[Lead, ...] = ()
