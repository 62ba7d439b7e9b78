"""The zone that a page's times are in, where the page tells more than the source's settings do.

Boards of the old school print times without a zone. Some print their own clock as well, which tells the offset of the
moment; some have a fixed offset, set by hand, that knows no summer time whatever the country.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo

from radar.extract import html
from radar.extract.dates import Dates, zone

_STEP = timedelta(minutes=15)
"""Offsets of the world are multiples of it."""
_LATE = timedelta(seconds=100)
"""How far a clock that shows minutes may be behind: its seconds, and the way to us."""
_EARLY = timedelta(seconds=40)
_FARTHEST = timedelta(hours=14)
_LIKELY = "Europe/Berlin"
"""The zone of a seasonal clock that shows its offset where the source's settings name none."""


def standard(configured: str, at: datetime) -> tzinfo:
    """The offset of a zone without summer time."""
    return timezone(min(_offsets(zone(configured), at)))


def told(node: html.Node, dates: Dates, configured: str, *, seasons: bool) -> tzinfo | None:
    """The zone by the clock in ``node``; None if it fits the settings, or is no clock of this moment.

    ``seasons``: whether the board knows summer time, so that the offset of now is not that of every post. A
    ``datetime`` attribute tells when the page was made, else the time of the fetch counts. A clock that fits no offset of
    a configured zone is not trusted: the page may come from a cache.
    """
    stamp = html.attr(node, "time[datetime]", "datetime") or (node.get("datetime") or "")
    now = dates.read(stamp) if stamp else dates.fetched_at
    offset = _offset(html.line(node).rpartition(": ")[2], now, dates) if now else None
    if now is None or offset is None:
        return None
    home = zone(configured)
    if configured in {"", "UTC"}:
        likely = zone(_LIKELY)
        if seasons:
            return (
                None
                if not offset
                else likely
                if now.astimezone(likely).utcoffset() == offset
                else timezone(offset)
            )
        return timezone(offset)
    if offset not in _offsets(home, now):
        return None
    return None if seasons else timezone(offset)


def _offset(text: str, now: datetime, dates: Dates) -> timedelta | None:
    """How far a clock is ahead of UTC, whatever the order of day and month."""
    for day_first in (dates.day_first, not dates.day_first):
        shown = Dates(dates.url, dates.fetched_at, "UTC", day_first=day_first).read(text)
        if shown is None:
            continue
        offset = round((shown - now + _LATE / 2) / _STEP) * _STEP
        if abs(offset) <= _FARTHEST and -_LATE <= shown - now - offset <= _EARLY:
            return offset
    return None


def _offsets(home: tzinfo, at: datetime) -> set[timedelta]:
    days = (datetime(at.year, month, 1, tzinfo=UTC).astimezone(home).utcoffset() for month in (1, 7))
    return {each for each in days if each is not None}
