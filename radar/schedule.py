"""When to look at a source again: from its own posting rhythm, within what owner and publisher ask for.

    posting times ──► Rhythm: expected posts an hour, by hour of the week and by what happened lately
    Rhythm + wishes of owner and publisher + how the visit ended ──► next_visit

A source with rate r(t) is visited with density ``PACE * r(t) ** SHARPNESS``: the next visit is due when the
integral of that reaches one. Sharpness 1/2 is what makes the mean delay smallest for a number of requests given
(Lagrange multipliers on the sum of r/(2 density)), 1 visits whenever equally many new posts are expected; what lies
between serves the median at the cost of the slowest tenth. ``benchmarks/schedule.py`` measures it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp

from radar.model import Outcome

SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(hours=24)
QUIET_SHORTEST = timedelta(hours=1)
"""The shortest interval for a source without a post in ``QUIET_AFTER``."""
QUIET_AFTER = timedelta(days=7)
FAILURE_FIRST = timedelta(minutes=15)
"""Wait after the first visit that failed; twice as long after each further one."""

PACE = 3.0
"""Visits an hour of a source with one expected post an hour."""
SHARPNESS = 0.6
HALF_LIFE = timedelta(days=21)
"""Posts of this age count half in a rhythm."""

_HOUR = 3600.0
_STEP = 300.0
_PRIOR_EVENTS = 0.3
_PRIOR_HOURS = 6.0
_SHRINK_HOUR = 2.0
_SHRINK_DAY = 3.0
_SHRINK_CELL = 4.0
_LATELY = 2.0 * _HOUR
_LATELY_PRIOR = 1.0
_LATELY_BOUNDS = (0.4, 6.0)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Expected new posts of a source; posts less than five minutes apart are one event."""

    hourly: float
    """Events an hour on average, recent weeks counting most."""
    week: tuple[float, ...]
    """Factor for each of the 168 hours of a week in UTC, from Monday midnight; 1 on average."""
    lately: float
    """Factor of the last hours: above 1 while a burst goes on; it fades within hours."""
    learned_at: datetime

    @classmethod
    def learn(cls, posted: Sequence[datetime], now: datetime) -> Rhythm:
        """Learn from posting times in any order; times after ``now`` are ignored."""
        events = _events(posted, now)
        week, hourly = _profile(events, now.timestamp())
        return cls(hourly, week, _lately(events, now.timestamp(), hourly, week), now)

    def rate(self, at: float) -> float:
        """Expected events an hour at ``at`` (Unix seconds)."""
        fading = exp(-max(at - self.learned_at.timestamp(), 0.0) / _LATELY)
        return self.hourly * self.week[_hour_of_week(at)] * (1.0 + (self.lately - 1.0) * fading)

    def due(self, pace: float = PACE, sharpness: float = SHARPNESS) -> timedelta:
        """How long after ``learned_at`` the rhythm asks for a visit; between 5 minutes and 24 hours."""
        start = self.learned_at.timestamp()
        wanted, waited = 1.0, 0.0
        while wanted > 0.0 and waited < LONGEST.total_seconds():
            density = pace * self.rate(start + waited) ** sharpness * _STEP / _HOUR
            waited += _STEP * min(1.0, wanted / density)
            wanted -= density
        return min(max(timedelta(seconds=waited), SHORTEST), LONGEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What owner and publisher ask for; durations in seconds, None where nobody asks."""

    interval: timedelta | None = None
    """The owner's longest time between two visits."""
    ttl: float | None = None
    """The feed's ``ttl`` or ``sy:updatePeriod``."""
    max_age: float | None = None
    """``Cache-Control: max-age`` of the page the visit began with."""
    retry_after: float | None = None


def next_visit(
    posted: Sequence[datetime],
    now: datetime,
    *,
    outcome: Outcome = Outcome.OK,
    failures: int = 0,
    wishes: Wishes = Wishes(),
) -> datetime:
    """When to visit a source again whose visit ended at ``now``.

    ``posted`` are the latest posting times known (200 are plenty), in any order; ``failures`` counts the
    visits in a row that ended unreachable, this one included. The result is never before ``now`` plus what
    Retry-After asks for, and otherwise between 5 minutes and 24 hours away.
    """
    rhythm = Rhythm.learn(posted, now)
    wait = rhythm.due()

    newest = max((at for at in posted if at <= now), default=None)
    if newest is not None and newest < now - QUIET_AFTER:
        wait = max(wait, QUIET_SHORTEST)

    if wishes.interval is not None:  # the owner wants to hear sooner than the rhythm says
        wait = min(wait, wishes.interval)

    for asked in (wishes.ttl, wishes.max_age):  # the publisher's word counts for more than the owner's
        if asked is not None:
            wait = max(wait, timedelta(seconds=min(asked, LONGEST.total_seconds())))

    if outcome is Outcome.UNREACHABLE:
        wait = max(wait, FAILURE_FIRST * 2.0 ** min(max(failures, 1) - 1, 10))
    elif outcome in {Outcome.BLOCKED, Outcome.OPTED_OUT, Outcome.GONE}:
        wait = LONGEST  # whoever keeps the source pauses or retires it; if not, a look a day offends nobody

    wait = min(max(wait, SHORTEST), LONGEST)
    if wishes.retry_after is not None:
        wait = max(wait, timedelta(seconds=wishes.retry_after))
    return now + wait


def max_age(cache_control: str) -> float | None:
    """Seconds of ``max-age`` in a Cache-Control header; ``no-cache`` and ``no-store`` ask for nothing."""
    found: float | None = None
    for directive in cache_control.lower().split(","):
        name, _, value = directive.strip().partition("=")
        if name in {"no-cache", "no-store"}:
            return None
        digits = value.strip().strip('"')
        if name == "max-age" and digits.isascii() and digits.isdigit():
            found = float(digits[:12])
    return found


def _events(posted: Sequence[datetime], now: datetime) -> list[float]:
    """Unix times, oldest first, without those that follow another within five minutes."""
    events: list[float] = []
    for at in sorted(at.astimezone(UTC).timestamp() for at in posted if at <= now):
        if not events or at - events[-1] >= _STEP:
            events.append(at)
    return events


def _hour_of_week(at: float) -> int:
    # 1970-01-01 was a Thursday
    return int(at // _HOUR + 72) % 168


def _profile(events: Sequence[float], now: float) -> tuple[tuple[float, ...], float]:
    """Factors for the hours of the week, and events an hour: weighted by age, shrunk towards a flat week.

    Hour of the day and day of the week are learned apart, because few events suffice for that; what single
    hours of the week add to their product counts only with many.
    """
    half = HALF_LIFE.total_seconds()
    counts = [0.0] * 168
    for at in events:
        counts[_hour_of_week(at)] += 0.5 ** ((now - at) / half)
    total = sum(counts)
    exposure = [0.0] * 168
    oldest = events[0] if events else now
    hours = min(int((now - oldest) // _HOUR), 26 * 168)
    for back in range(hours):
        exposure[_hour_of_week(now - (back + 0.5) * _HOUR)] += 0.5 ** (back * _HOUR / half)
    watched = sum(exposure)
    hourly = (total + _PRIOR_EVENTS) / (watched + _PRIOR_HOURS)
    if not watched or not total:
        return (1.0,) * 168, hourly

    mean = total / watched
    of_hour = [
        (_around(counts, hour) + _SHRINK_HOUR) / (mean * _around(exposure, hour) + _SHRINK_HOUR)
        for hour in range(24)
    ]
    of_day = [
        (sum(counts[day * 24 : day * 24 + 24]) + _SHRINK_DAY)
        / (mean * sum(exposure[day * 24 : day * 24 + 24]) + _SHRINK_DAY)
        for day in range(7)
    ]
    week = []
    for cell in range(168):
        factor = of_hour[cell % 24] * of_day[cell // 24]
        expected = mean * factor * exposure[cell]
        week.append(factor * (counts[cell] + _SHRINK_CELL) / (expected + _SHRINK_CELL))
    level = sum(week) / 168
    return tuple(factor / level for factor in week), hourly


def _around(values: Sequence[float], hour: int) -> float:
    """Values of an hour of the day on all days, with half of those of its neighbours."""
    return sum(
        values[day * 24 + hour]
        + 0.5 * values[day * 24 + (hour - 1) % 24]
        + 0.5 * values[day * 24 + (hour + 1) % 24]
        for day in range(7)
    )


def _lately(events: Sequence[float], now: float, hourly: float, week: Sequence[float]) -> float:
    """How many events the last hours brought against what was expected, the latest counting most."""
    seen = sum(exp((at - now) / _LATELY) for at in events if at > now - 4 * _LATELY)
    expected = 0.0
    for step in range(16):
        back = (step + 0.5) * _LATELY / 4
        expected += hourly * week[_hour_of_week(now - back)] * exp(-back / _LATELY) * _LATELY / 4 / _HOUR
    low, high = _LATELY_BOUNDS
    return min(max((seen + _LATELY_PRIOR) / (expected + _LATELY_PRIOR), low), high)
