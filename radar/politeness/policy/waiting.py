"""How long a host is left alone: Retry-After, and doubling back-off where a host does not say.

Times are aware UTC, durations seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 24 * 3600.0
"""No host is left alone for longer than this at a stretch, whatever it asks for."""
FIRST = 60.0
"""The first wait for a host that answers 429 or 503 without Retry-After; it doubles from there."""
FORGIVEN_AFTER = 30 * 60.0
"""Quiet seconds after the end of a wait with which a host starts anew."""


def retry_after(value: str | None, now: datetime, most: float = LONGEST) -> float | None:
    """Seconds that a ``Retry-After`` header asks for: a number or an HTTP date in any of its three forms.

    None if there is no header or it cannot be read; 0 for a date gone by; at most ``most``. A date is compared
    to ``now``: pass the time of the answer's own ``Date`` header if the server's clock may be off.
    """
    text = (value or "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), most)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    try:
        return min(max((when - now).total_seconds(), 0.0), most)
    except OverflowError:
        return None


def limit_reset(headers: Mapping[str, str], now: datetime, most: float = LONGEST) -> float | None:
    """Seconds until a spent rate limit is filled again, as ``X-RateLimit-Reset`` tells; None if it does not.

    GitHub tells seconds since 1970, Mastodon a time in ISO 8601, others seconds from now. ``headers`` have lower-case
    names; at most ``most`` seconds.
    """
    text = headers.get("x-ratelimit-reset", "").strip()
    if headers.get("x-ratelimit-remaining", "").strip() != "0" or not text:
        return None
    if text.isascii() and text.isdigit():
        seconds = float(text[:12])
        return min(max(seconds - now.timestamp() if seconds > 1e9 else seconds, 0.0), most)
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return min(max((when - now).total_seconds(), 0.0), most) if when.tzinfo else None


def clock_of(headers: Mapping[str, str], now: datetime) -> datetime:
    """The server's own time from its ``Date`` header (names in lower case), else ``now``."""
    try:
        date = parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, IndexError, TypeError, OverflowError):
        return now
    return date if date.tzinfo is not None else date.replace(tzinfo=UTC)


def backoff(refusals: int) -> float:
    """Seconds to leave a host alone that has refused ``refusals`` times in a row without saying for how long.

    A minute after the first, twice as long after each further one, a day at most.
    """
    return min(FIRST * 2.0 ** min(max(refusals, 1) - 1, 30), LONGEST)


def growing_delay(attempt: int, first: float = FIRST, most: float = 3600.0) -> float:
    """Seconds until a failed request is tried again: ``attempt`` counts from 1, each wait twice the last."""
    return min(first * 2.0 ** min(max(attempt, 1) - 1, 30), most)
