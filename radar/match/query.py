"""What a query is once it is read: a small tree over word patterns, and how it is answered for a post.

A *leaf* is a pattern that words of a text are compared with; its hits are given by number. ``Find`` puts hits of
leaves in a row (a phrase) or near to each other; ``All``, ``Any`` and ``Not`` combine answers. Every answer is
computed in time linear in the number of hits (sorting of at most a few lists aside).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Field = Literal["title", "text", "board", "author", "site"]
FIELDS: tuple[Field, ...] = ("title", "text", "board", "author", "site")
DEFAULT_FIELDS: tuple[Field, ...] = ("title", "text")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A word of a query, folded; ``*`` stands for any letters, also none."""

    folded: str

    @property
    def joker(self) -> bool:
        """Whether the pattern fits several words."""
        return "*" in self.folded

    def fits(self, word: str) -> bool:
        """Whether the pattern fits all of a folded word.

        The parts between the stars are looked for from left to right, each at its earliest place. That is
        enough: an earlier place never takes room from a later part. So nothing is tried twice.
        """
        parts = self.folded.split("*")
        if len(parts) == 1:
            return word == self.folded
        head, *middle, tail = parts
        if len(word) < len(head) + len(tail) or not (word.startswith(head) and word.endswith(tail)):
            return False
        place, end = len(head), len(word) - len(tail)
        for part in middle:
            place = word.find(part, place, end)
            if place < 0:
                return False
            place += len(part)
        return True


class Hit(NamedTuple):
    """Words ``first`` to ``last`` (exclusive) of a field, and their characters ``start`` to ``end``."""

    first: int
    last: int
    start: int
    end: int


Hits = Mapping[Field, Mapping[int, Sequence[Hit]]]
"""By field and leaf number, in the order of the text."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """Places where one of these leaves hits."""

    numbers: tuple[int, ...]

    def hits(self, field: Field, hits: Hits) -> list[Hit]:
        """Where it hits, in the order of the text."""
        found = hits.get(field, {})
        if len(self.numbers) == 1:
            return list(found.get(self.numbers[0], ()))
        return sorted({hit for number in self.numbers for hit in found.get(number, ())})


@dataclass(frozen=True, slots=True)
class AnyWord:
    """A lone ``*`` inside a phrase: whichever word stands there."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that follow each other."""

    words: tuple[Leaf | AnyWord, ...]
    """The first one is a ``Leaf``."""

    def hits(self, field: Field, hits: Hits) -> list[Hit]:
        """Where the whole row stands; of several beginnings of one end the nearest is told."""
        first = self.words[0]
        assert isinstance(first, Leaf)
        open_rows = {hit.last: hit for hit in first.hits(field, hits)}
        for word in self.words[1:]:
            if not open_rows:
                return []
            if isinstance(word, AnyWord):
                open_rows = {last + 1: row._replace(last=last + 1) for last, row in open_rows.items()}
                continue
            longer: dict[int, Hit] = {}
            for hit in word.hits(field, hits):
                row = open_rows.get(hit.first)
                if row is not None and (hit.last not in longer or longer[hit.last].first < row.first):
                    longer[hit.last] = Hit(row.first, hit.last, row.start, hit.end)
            open_rows = longer
        return sorted(open_rows.values())


@dataclass(frozen=True, slots=True)
class Either:
    """Places where any of several stands; inside NEAR."""

    choices: tuple[Place, ...]

    def hits(self, field: Field, hits: Hits) -> list[Hit]:
        """All of them, in the order of the text."""
        return sorted({hit for choice in self.choices for hit in choice.hits(field, hits)})


@dataclass(frozen=True, slots=True)
class Near:
    """Two places with at most ``distance`` words between them, in either order."""

    left: Place
    right: Place
    distance: int

    def hits(self, field: Field, hits: Hits) -> list[Hit]:
        """From the one to the other, each paired with the nearest."""
        left, right = self.left.hits(field, hits), self.right.hits(field, hits)
        if not left or not right:
            return []
        return sorted({*_followed(left, right, self.distance), *_followed(right, left, self.distance)})


def _followed(before: Sequence[Hit], after: Sequence[Hit], distance: int) -> list[Hit]:
    """For each hit of ``before`` the next hit of ``after`` that does not overlap it, if it is near enough."""
    found = []
    starts = [hit.first for hit in after]
    for hit in before:
        place = bisect_left(starts, hit.last)
        if place < len(after) and starts[place] - hit.last <= distance:
            other = after[place]
            found.append(Hit(hit.first, other.last, hit.start, other.end))
    return found


Place = Leaf | Phrase | Either | Near
"""What has places in a text."""


@dataclass(frozen=True, slots=True)
class Find:
    """A place in any of some fields."""

    place: Place
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class All:
    """Every part is answered yes."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part is answered yes."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part is answered no."""

    part: Node


Node = Find | All | Any | Not
Found = dict[Field, list[Hit]]


def answer(node: Node, hits: Hits) -> Found | None:
    """None for no; for yes where the words stand that made it so (nowhere under NOT)."""
    match node:
        case Find(place, fields):
            found = {field: list(there) for field in fields if (there := place.hits(field, hits))}
            return found or None
        case Not(part):
            return None if answer(part, hits) is not None else {}
        case All(parts):
            together: Found = {}
            for part in parts:
                each = answer(part, hits)
                if each is None:
                    return None
                _add(together, each)
            return together
        case Any(parts):
            answers = [each for part in parts if (each := answer(part, hits)) is not None]
            if not answers:
                return None
            together = {}
            for each in answers:
                _add(together, each)
            return together


def _add(together: Found, more: Found) -> None:
    for field, hits in more.items():
        together.setdefault(field, []).extend(hits)


def fits_without_words(node: Node) -> bool:
    """Whether the query says yes to a post without any words: it asks only for what must not occur."""
    return answer(node, {}) is not None


def fields_of(node: Node) -> set[Field]:
    """The fields the query looks into."""
    match node:
        case Find(_, fields):
            return set(fields)
        case Not(part):
            return fields_of(part)
        case All(parts) | Any(parts):
            return {field for part in parts for field in fields_of(part)}


def merged(hits: Sequence[Hit]) -> list[tuple[int, int]]:
    """Characters covered by hits: in order, without overlaps."""
    spans: list[tuple[int, int]] = []
    for hit in sorted(hits, key=lambda hit: hit.start):
        if spans and hit.start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], hit.end))
        else:
            spans.append((hit.start, hit.end))
    return spans
