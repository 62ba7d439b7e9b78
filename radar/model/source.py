"""A source: a place on the web that the radar reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Channel(StrEnum):
    """The spider that reads a source."""

    FEED = "feed"
    FORUM = "forum"
    QA = "qa"
    LIST = "list"
    SOCIAL = "social"
    TRACKER = "tracker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One ``[[source]]`` of ``radar.toml``."""

    name: str
    url: str
    """The feed, or the address where forum or site are installed; a sub-path counts."""
    channel: Channel
    software: str = ""
    """Name in the registry of ``radar.extract``; empty lets the extractor look for itself."""
    boards: tuple[str, ...] = ()
    """Ids or addresses of the boards to read; empty means all."""
    interval: timedelta | None = None
    """Longest time between two visits; None leaves it to the schedule."""
    timezone: str = ""
    """IANA zone of times that the site shows without one; empty means UTC."""
    language: str = ""
    region: str = ""
    budget: int = 1000
    """Most requests of one visit."""
    max_age: timedelta | None = None
    """Threads without activity for longer than this are not read; None reads all the budget allows."""
    render: bool = False
    """Whether pages need a browser (extra ``browser``)."""
    enabled: bool = True
    full_text: bool = False
    """Whether a feed's entry pages are fetched because the feed carries teasers only."""
    delay: float | None = None
    """Seconds between two requests to this source's host; None takes the setting."""
