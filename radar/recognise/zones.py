"""The zone of a site that shows local times, learned from its feed, which says when that was in UTC.

A post that stands in the feed and on a page has two times; their difference is the site's offset at that moment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from radar.extract.dates import zone
from radar.model import Post

_STEP = timedelta(minutes=15)
_SLACK = timedelta(minutes=1)
"""Pages show minutes, feeds seconds."""


def learn_zone(feed: Iterable[Post], pages: Iterable[Post], guess: str = "") -> str:
    """Name of the zone, "" if it cannot be told.

    ``pages``: posts whose local times were read as if they were UTC. ``guess`` is taken if it has the offset found
    at all those moments; else the fixed zone of that offset (``Etc/GMT-1`` is an hour ahead of UTC).
    """
    true_times = {_key(post): post.created_at for post in feed if post.created_at}
    offsets: Counter[timedelta] = Counter()
    moments: dict[timedelta, list[datetime]] = {}
    for post in pages:
        moment = true_times.get(_key(post))
        if moment is None or post.created_at is None:
            continue
        difference = post.created_at - moment
        offset = _STEP * round(difference / _STEP)
        if abs(difference - offset) <= _SLACK and timedelta(hours=-12) <= offset <= timedelta(hours=14):
            offsets[offset] += 1
            moments.setdefault(offset, []).append(moment)
    if not offsets:
        return ""
    seen = [(moment, offset) for offset, times in moments.items() for moment in times]
    for name in filter(None, (guess, "UTC", "Europe/Berlin", "Europe/London", "America/New_York")):
        if all(moment.astimezone(zone(name)).utcoffset() == offset for moment, offset in seen):
            return name
    offset, count = offsets.most_common(1)[0]
    hours, rest = divmod(offset, timedelta(hours=1))
    return f"Etc/GMT{-hours:+d}" if not rest and count * 2 > len(seen) else ""


def _key(post: Post) -> str:
    """What feed and page agree on: who said what; titles and addresses differ between them."""
    return f"{post.author.casefold()}\n{''.join(post.text.split())[:60].casefold()}"
