"""How well a post fits what the owner says he does, beyond shared words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Fitness:
    """How well a post fits a description."""

    score: float
    """0 (nothing in common) to 1 (exactly this)."""
    reason: str
    """One short English sentence for people; "" where there is nothing to say."""


class Fit(Protocol):
    """Compares posts with one description; made once a profile, used for every post."""

    def fit(self, title: str, text: str) -> Fitness:
        """Return how well a post fits the description."""
        ...
