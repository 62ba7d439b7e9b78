"""A profile made ready to be asked about thousands of posts a second."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol
from urllib.parse import urlsplit

from radar.errors import QueryError
from radar.match.grammar import parse
from radar.match.query import (
    DEFAULT_FIELDS,
    Field,
    Found,
    Hit,
    Node,
    Pattern,
    answer,
    fields_of,
    merged,
)
from radar.match.score import ELSEWHERE, IN_TITLE, score
from radar.match.words import CHAIN, words_of
from radar.model import Kind, Lead, Post, Profile, Span, TermHit, Verdict


class Fitness(Protocol):
    """How near a post is in meaning to the profile's description."""

    @property
    def score(self) -> float:
        """0 to 1, where 0.5 is the border of "fits"."""

    @property
    def reason(self) -> str:
        """One short sentence for people, or ""."""


class Fit(Protocol):
    """Compares posts with a profile's description; ``radar.classify`` makes them."""

    def fit(self, title: str, text: str) -> Fitness:
        """How near they are."""


PASSING_KIND = 0.5
"""Share of the request's probability from which a kind passes, if the classifier has no threshold of its own."""
PASSING_FIT = 0.5
MOST_SPANS = 20
"""Places of a term that are told of one post."""
_REMEMBERED = 50_000
"""Spellings whose patterns are remembered; a language has few that come often."""
_LONGEST_REMEMBERED = 48


class Terms:
    """Queries that are answered together, in one pass over the text."""

    def __init__(self, terms: Sequence[str]) -> None:
        """Raise ``QueryError`` for the first term that cannot be read."""
        self._words: dict[str, int] = {}
        self._jokers: list[tuple[Pattern, int]] = []
        self._numbers: dict[Pattern, int] = {}
        self._chains: dict[str, tuple[int, tuple[tuple[int, int, int, int, int], ...]]] = {}
        self.nodes: tuple[tuple[str, Node], ...] = tuple((term, self._read(term)) for term in terms)
        asked = {field for _, node in self.nodes for field in fields_of(node)}
        self._others = tuple(sorted(asked.difference(DEFAULT_FIELDS)))

    def _read(self, term: str) -> Node:
        try:
            return parse(term, self._number)
        except QueryError as error:
            raise QueryError(f"term “{term}”: {error}", error.position) from None

    def _number(self, pattern: Pattern) -> int:
        number = self._numbers.get(pattern)
        if number is None:
            number = self._numbers[pattern] = len(self._numbers)
            if pattern.joker:
                self._jokers.append((pattern, number))
            else:
                self._words[pattern.folded] = number
        return number

    def hits(self, post: Post) -> dict[Field, dict[int, list[Hit]]]:
        """Where each pattern fits a word of the post."""
        found: dict[Field, dict[int, list[Hit]]] = {}
        for field, text in self._texts(post):
            here: dict[int, list[Hit]] = {}
            position = 0
            for match in CHAIN.finditer(text):
                chain = match[0]
                known = self._chains.get(chain)
                if known is None:
                    known = self._look_up(chain)
                count, leaves = known
                if leaves:
                    at = match.start()
                    for leaf, first, last, start, end in leaves:
                        hit = Hit(position + first, position + last, at + start, at + end)
                        here.setdefault(leaf, []).append(hit)
                position += count
            if here:
                found[field] = here
        return found

    def _texts(self, post: Post) -> Iterator[tuple[Field, str]]:
        yield "title", post.title
        yield "text", post.text
        for field in self._others:
            yield field, field_text(post, field)

    def _look_up(self, chain: str) -> tuple[int, tuple[tuple[int, int, int, int, int], ...]]:
        """How many words a chain has, and (pattern, first, last, start, end) for each that fits one."""
        words = words_of(chain)
        leaves = [
            (number, word.first, word.first + word.count, word.start, word.end)
            for word in words
            for number in self._fitting(word.folded)
        ]
        known = (len(words) - (1 if len(words) > 1 else 0), tuple(sorted(leaves, key=lambda leaf: leaf[1:])))
        if len(chain) <= _LONGEST_REMEMBERED:
            if len(self._chains) >= _REMEMBERED:
                self._chains.clear()
            self._chains[chain] = known
        return known

    def _fitting(self, folded: str) -> Iterator[int]:
        if folded in self._words:
            yield self._words[folded]
        for pattern, number in self._jokers:
            if pattern.fits(folded):
                yield number


def field_text(post: Post, field: Field) -> str:
    """The text that a field of the query language, and a ``Span``, speaks of.

    ``site`` is the host of the post's address and the name of its source, with a blank between.
    """
    match field:
        case "title":
            return post.title
        case "text":
            return post.text
        case "board":
            return post.board
        case "author":
            return post.author
        case "site":
            try:
                host = urlsplit(post.url).hostname or ""
            except ValueError:
                host = ""
            return f"{host} {post.source}"


class Matcher:
    """One profile's view on posts. Pure: the same post and verdict always give the same lead."""

    def __init__(self, profile: Profile) -> None:
        """Raise ``QueryError`` for a term that cannot be read."""
        self.profile = profile
        self._terms = Terms((*profile.any, *profile.all, *profile.none))
        cut = len(profile.any)
        self._any = self._terms.nodes[:cut]
        self._all = self._terms.nodes[cut : cut + len(profile.all)]
        self._none = self._terms.nodes[cut + len(profile.all) :]
        self._languages = {_primary(language) for language in profile.languages}
        self._regions = {region.casefold() for region in profile.regions}

    def match(
        self,
        post: Post,
        verdict: Verdict,
        *,
        threshold: float,
        kind_threshold: Callable[[Kind], float] | None = None,
        region: str = "",
        fit: Fit | None = None,
    ) -> Lead | None:
        """The lead that the post is for this profile, or None.

        ``threshold`` is the classifier's own on ``verdict.request`` (the profile's ``min_request`` goes before it),
        ``kind_threshold`` its own on ``verdict.kinds``. ``region`` is the source's. A ``fit`` of 0.5 and more
        stands in for the words of ``any``.
        """
        wanted = self.profile.min_request if self.profile.min_request is not None else threshold
        if verdict.request < wanted or not self._wants(post, verdict, region):
            return None
        kinds = self._kinds(verdict, kind_threshold)
        if not kinds:
            return None
        hits = self._terms.hits(post) if self._terms.nodes else {}
        if any(answer(node, hits) is not None for _, node in self._none):
            return None
        found: list[tuple[str, Found]] = []
        for term, node in self._all:
            where = answer(node, hits)
            if where is None:
                return None
            found.append((term, where))
        of_any = [(term, where) for term, node in self._any if (where := answer(node, hits)) is not None]
        meaning = fit.fit(post.title, post.text) if fit is not None else None
        if self._any and not of_any and (meaning is None or meaning.score < PASSING_FIT):
            return None
        found = [*of_any, *found]
        hints = [IN_TITLE if "title" in where else ELSEWHERE for _, where in found]
        subject = bool(hints) or meaning is not None
        points = score(
            verdict.request,
            verdict.kinds[kinds[0]],
            [*hints, meaning.score if meaning else 0.0] if subject else None,
            solved=post.solved is True,
        )
        if points < self.profile.min_score:
            return None
        term_hits = tuple(TermHit(term, _spans(where)) for term, where in found)
        return Lead(
            profile=self.profile.name,
            score=points,
            kinds=kinds,
            hits=term_hits,
            reasons=tuple(_reasons(post, verdict, kinds, term_hits, meaning)),
        )

    def _wants(self, post: Post, verdict: Verdict, region: str) -> bool:
        """Whether position, language and region are wanted; what is not known is not held against a post."""
        if post.first is False and not self.profile.replies:
            return False
        language = _primary(verdict.language or post.language)
        if self._languages and language and language not in self._languages:
            return False
        return not (self._regions and region and region.casefold() not in self._regions)

    def _kinds(self, verdict: Verdict, least: Callable[[Kind], float] | None) -> tuple[Kind, ...]:
        """Wanted kinds that reach their threshold, or are the most probable of all; most probable first."""
        ranked = sorted(verdict.kinds, key=lambda kind: -verdict.kinds[kind])
        passed = [
            kind
            for place, kind in enumerate(ranked)
            if place == 0 or verdict.kinds[kind] >= (least(kind) if least else PASSING_KIND * verdict.request)
        ]
        return tuple(kind for kind in passed if not self.profile.kinds or kind in self.profile.kinds)


def _primary(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].lower()


def _spans(found: Found) -> tuple[Span, ...]:
    spans = [Span(field, start, end) for field, hits in sorted(found.items()) for start, end in merged(hits)]
    return tuple(sorted(spans, key=lambda span: (span.field != "title", span.field, span.start))[:MOST_SPANS])


def _reasons(
    post: Post, verdict: Verdict, kinds: Sequence[Kind], hits: Sequence[TermHit], meaning: Fitness | None
) -> Iterator[str]:
    unsure = "" if verdict.confident else ", in a language the classifier does not know well"
    yield f"Asks for help ({verdict.request:.0%}{unsure})."
    named = ", ".join(f"{kind.value} ({verdict.kinds[kind]:.0%})" for kind in kinds)
    yield f"{'Kinds' if len(kinds) > 1 else 'Kind'}: {named}."
    for hit in hits:
        if hit.spans:
            span = hit.spans[0]
            words = field_text(post, span.field)[span.start : span.end] if span.field != "quoted" else ""
            more = f" and {len(hit.spans) - 1} more" if len(hit.spans) > 1 else ""
            yield f"{hit.term} is in the {span.field}: “{_short(words)}”{more}."
    if meaning is not None and meaning.score >= PASSING_FIT:
        yield meaning.reason or f"Its meaning is near to the profile's description ({meaning.score:.0%})."
    if post.solved:
        yield "The thread is marked as solved."


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= 80 else words[:79] + "…"


def compile(profile: Profile) -> Matcher:  # noqa: A001 (as re.compile)
    """Make a profile ready. Raises ``QueryError``, whose message names the term."""
    return Matcher(profile)


def check(term: str) -> None:
    """Raise ``QueryError`` if the term cannot be read."""
    parse(term, lambda pattern: 0)
