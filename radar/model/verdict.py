"""A verdict: what a classifier makes of a post."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Kind(StrEnum):
    """What an author asks for; a post may ask for several."""

    SUPPORT = "support"
    SOURCING = "sourcing"
    PROVIDER = "provider"
    RECOMMENDATION = "recommendation"
    TIPS = "tips"
    EXPERIENCE = "experience"
    COMPARISON = "comparison"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of characters: ``field[start:end]``, offsets in Python characters."""

    field: Literal["title", "text", "board", "author", "site", "quoted"]
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Probabilities in [0, 1], and the words that carried them."""

    request: float
    """Probability that the author asks the public for help."""
    kinds: Mapping[Kind, float]
    """Probability of each kind; every ``Kind`` is a key."""
    evidence: tuple[Span, ...] = ()
    """Where in ``title`` and ``text`` the verdict comes from, strongest first."""
    language: str = ""
    """Language judged from the text (ISO 639-1), "" where it cannot be told."""
    model: str
    """Name and version of the classifier, for example ``rules-1``."""
    confident: bool = True
    """False where the classifier does not know the language well: the figures are guesses."""
