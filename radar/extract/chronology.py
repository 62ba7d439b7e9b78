"""Questions, answers and comments, numbered by the time they were written.

Pages of questions show answers by votes or with the accepted one first, and comments below what they belong to: the
place on the page changes with every vote. What stays is the order of writing, and a post's position is its place in
that. Over several pages it is only told as far as it is certain: a late comment on the first page may be younger than
the answers of the second.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from radar.extract.fields import number
from radar.extract.reading import Reading


def carry_of(known: Mapping[str, Any]) -> dict[str, str]:
    """What another page of a question must be told of what is ``known`` of all its posts."""
    return {
        "title": known["title"],
        "board": known["board"],
        "solved": "yes" if known["solved"] else "",
    }


class Chronology:
    """The posts of one page of a thread whose pages follow each other by time."""

    def __init__(self, reading: Reading, *, later_page: bool = False) -> None:
        """``later_page``: another page was before this one, which told it what ``post_all`` returned."""
        self._reading = reading
        self._seen = number(reading.carried("seen")) if later_page else 0
        self._through = reading.dates.read(reading.carried("through")) if later_page else None
        self._posts: list[tuple[datetime | None, bool, dict[str, Any]]] = []
        self._doubted: list[datetime] = []

    def doubt_after(self, moment: datetime | None) -> None:
        """Posts that the page does not show were written after this moment."""
        if moment:
            self._doubted.append(moment)

    def doubt_all(self) -> None:
        """The page shows a part of the posts, whose places cannot be told."""
        self._seen = None

    def add(self, *, created_at: datetime | None, paged: bool, **fields: Any) -> None:
        """A post as ``Reading.post`` takes it; ``paged`` if its like fill the next page too, as answers do."""
        self._posts.append((created_at, paged, fields))

    def post_all(self, *, more: bool) -> dict[str, str]:
        """Hand all posts on; returns what the next page has to be told, if there is ``more``."""
        times = [created for created, _, _ in self._posts if created]
        told = self._seen is not None and len(times) == len(self._posts)
        if self._through and times and min(times) < self._through:
            told = False
        ordered = sorted(self._posts, key=lambda post: post[0]) if told else self._posts  # type: ignore[arg-type,return-value]
        paged = [created for created, paged, _ in self._posts if paged and created]
        last = min([*self._doubted, *(paged[-1:] if more else [])], default=None)
        position = self._seen or 0
        certain = told
        for created, _, fields in ordered:
            certain = certain and (last is None or created is None or created <= last)
            position += 1
            first = bool(fields.get("first"))
            with self._reading.entry("a post that cannot be read"):
                self._reading.post(
                    created_at=created,
                    **{**fields, "first": first, "position": 1 if first else position if certain else None},
                )
        if not (more and certain and times):
            return {}
        return {"seen": str(position), "through": max(times).isoformat()}
