"""A small correction on top of a classifier, learned from the owner's own verdicts.

The base model stays as it is. The correction adds to its log-odds of "request": an intercept, a slope, and one
weight for each word of the posts that were judged, all drawn towards "no change" by a Gaussian prior (a logistic
regression in its dual form, solved by Newton's method; Rasmussen and Williams, Gaussian Processes for Machine
Learning, 2006, section 3.4, with a linear kernel). Twenty verdicts are enough to begin; each is weighed by what the
base model did not know already. Kinds are moved by one offset each.

Before a correction is used it is replayed: for every verdict in the order given, what would a correction learned
from those before it have said? Only if that beats the base model is it worth switching on; ``Replay`` says so.
A correction is one JSON file without any text: words are stored as hashes. Deleting the file undoes it.
"""

from __future__ import annotations

import itertools
import json
import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from radar.classify.passage import Passage
from radar.classify.sentences import split
from radar.classify.words import read
from radar.errors import ModelError
from radar.model import Kind, Verdict

if TYPE_CHECKING:
    from radar.classify import Classifier

FEWEST = 20
"""Verdicts needed before anything is learned."""
_FORMAT = 1
_BUCKETS = 1 << 18
_WORDS_VARIANCE = 3.0
"""Prior variance of what words may add to the log-odds; a post's words together have length 1."""
_BIAS_VARIANCE = 1.0
_SLOPE_VARIANCE = 0.1
_KIND_STRENGTH = 10.0
"""Pseudo-count that holds a kind's offset at 0."""
_REFIT = 5
_BURN_IN = 10
_GAIN = 0.01
"""Nats a verdict by which the replay must beat the base model."""


@dataclass(frozen=True, slots=True)
class OwnerVerdict:
    """What the owner said about a post."""

    passage: Passage
    request: bool
    kinds: frozenset[Kind] | None = None
    """The kinds the owner named; None where only request or not was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """Progressive validation: every verdict judged by what had been learned before it."""

    verdicts: int
    """How many were judged (the first ten only teach)."""
    base_errors: int
    corrected_errors: int
    base_loss: float
    """Mean negative log-likelihood, in nats; lower is better."""
    corrected_loss: float

    @property
    def better(self) -> bool:
        """Whether the correction earned being switched on."""
        return self.corrected_loss < self.base_loss - _GAIN and self.corrected_errors <= self.base_errors

    def __str__(self) -> str:
        said = "better, worth switching on" if self.better else "not better, leave it off"
        return (
            f"Replay of {self.verdicts} verdicts: {self.base_errors} wrong without, {self.corrected_errors} wrong with "
            f"the correction; log-loss {self.base_loss:.3f} without, {self.corrected_loss:.3f} with: {said}."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What was learned; see the module."""

    base: str
    """Version of the classifier it corrects."""
    verdicts: int
    bias: float
    slope: float
    words: Mapping[int, float]
    """Hash bucket of a word to its weight."""
    kinds: Mapping[Kind, float]
    """Added to the log-odds of each kind."""

    def save(self, path: Path) -> None:
        """Write to ``path``, whole or not at all."""
        data = {
            "format": _FORMAT,
            "base": self.base,
            "verdicts": self.verdicts,
            "bias": self.bias,
            "slope": self.slope,
            "words": {str(bucket): weight for bucket, weight in sorted(self.words.items())},
            "kinds": {kind.value: offset for kind, offset in self.kinds.items()},
        }
        part = path.with_name(path.name + ".part")
        part.write_text(json.dumps(data, indent=1) + "\n", "utf-8")
        part.replace(path)

    @classmethod
    def load(cls, path: Path) -> Correction:
        """Read what ``save`` wrote.

        Raises:
            ModelError: the file is missing, damaged or of another version.
        """
        try:
            data = json.loads(path.read_text("utf-8"))
            if data["format"] != _FORMAT:
                raise ModelError(f"{path} was written by another version; learn again.")
            return cls(
                base=str(data["base"]),
                verdicts=int(data["verdicts"]),
                bias=float(data["bias"]),
                slope=float(data["slope"]),
                words={int(bucket): float(weight) for bucket, weight in data["words"].items()},
                kinds={Kind(kind): float(offset) for kind, offset in data["kinds"].items()},
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(f"The learned correction in {path} cannot be read: {error}") from error


class CorrectedClassifier:
    """A classifier with a correction on top; the verdict's model says so."""

    def __init__(self, base: Classifier, correction: Correction) -> None:
        if correction.base != base.version:
            raise ModelError(
                f"The correction was learned on {correction.base}, but the classifier is {base.version}; learn again."
            )
        self._base = base
        self._correction = correction

    @property
    def version(self) -> str:
        """The base's version and how many verdicts were learned from."""
        return f"{self._base.version}+{self._correction.verdicts}"

    @property
    def threshold(self) -> float:
        """The base's threshold."""
        return self._base.threshold

    def kind_threshold(self, kind: Kind) -> float:
        """The base's threshold for ``kind``."""
        return self._base.kind_threshold(kind)

    def classify(self, passages: Sequence[Passage]) -> list[Verdict]:
        """Return the base's verdicts, corrected."""
        verdicts = self._base.classify(passages)
        return [self._corrected(one, verdict) for one, verdict in zip(passages, verdicts, strict=True)]

    def _corrected(self, passage: Passage, verdict: Verdict) -> Verdict:
        if not verdict.confident:
            return replace(verdict, model=self.version)
        learned = self._correction
        logit = _logit(verdict.request)
        buckets = _buckets(passage)
        added = sum(learned.words.get(bucket, 0.0) for bucket in buckets) / math.sqrt(max(1, len(buckets)))
        request = _logistic(logit * (1 + learned.slope) + learned.bias + added)
        kinds = {
            kind: request
            * _logistic(_logit(_ratio(probability, verdict.request)) + learned.kinds.get(kind, 0.0))
            for kind, probability in verdict.kinds.items()
        }
        return replace(
            verdict,
            request=round(request, 4),
            kinds={kind: round(probability, 4) for kind, probability in kinds.items()},
            model=self.version,
        )


def learn(base: Classifier, verdicts: Sequence[OwnerVerdict]) -> tuple[Correction, Replay]:
    """Learn a correction of ``base`` from ``verdicts`` (oldest first) and replay them.

    Raises:
        ModelError: fewer than ``FEWEST`` verdicts.
    """
    if len(verdicts) < FEWEST:
        raise ModelError(f"{len(verdicts)} verdicts are too few to learn from; {FEWEST} are needed.")
    said = base.classify([verdict.passage for verdict in verdicts])
    logits = np.array([_logit(verdict.request) for verdict in said])
    truth = np.array([verdict.request for verdict in verdicts], dtype=float)
    words = [_buckets(verdict.passage) for verdict in verdicts]
    kernel = _kernel(words, logits)
    dual = _fit(kernel, logits, truth)
    weights: dict[int, float] = {}
    for alpha, buckets in zip(dual, words, strict=True):
        for bucket in buckets:
            step = _WORDS_VARIANCE * alpha / math.sqrt(len(buckets))
            weights[bucket] = weights.get(bucket, 0.0) + step
    correction = Correction(
        base=base.version,
        verdicts=len(verdicts),
        bias=_BIAS_VARIANCE * float(dual.sum()),
        slope=_SLOPE_VARIANCE * float(dual @ logits),
        words={bucket: round(weight, 5) for bucket, weight in weights.items()},
        kinds=_kind_offsets(verdicts, said),
    )
    return correction, _replay(kernel, logits, truth, base.threshold)


def _kernel(words: Sequence[frozenset[int]], logits: NDArray[np.float64]) -> NDArray[np.float64]:
    count = len(words)
    shared = np.zeros((count, count))
    for row in range(count):
        for column in range(row + 1):
            common = len(words[row] & words[column])
            if common:
                shared[row, column] = common / math.sqrt(len(words[row]) * len(words[column]))
                shared[column, row] = shared[row, column]
    return _WORDS_VARIANCE * shared + _BIAS_VARIANCE + _SLOPE_VARIANCE * np.outer(logits, logits)


def _fit(
    kernel: NDArray[np.float64], logits: NDArray[np.float64], truth: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the dual weights: the mode of the posterior is ``kernel @ dual``. Newton's steps, halved if too long."""
    sign = 2 * truth - 1

    def objective(dual: NDArray[np.float64]) -> float:
        change = kernel @ dual
        return float(-0.5 * dual @ change - np.logaddexp(0, -sign * (logits + change)).sum())

    dual = np.zeros(len(truth))
    reached = objective(dual)
    for _ in range(50):
        change = kernel @ dual
        probability = 1 / (1 + np.exp(-(logits + change)))
        root = np.sqrt(probability * (1 - probability))
        wanted = root**2 * change + truth - probability
        inner = np.eye(len(truth)) + root[:, None] * kernel * root[None, :]
        step = wanted - root * np.linalg.solve(inner, root * (kernel @ wanted)) - dual
        length = 1.0
        while length > 1e-4 and objective(dual + length * step) < reached:
            length /= 2
        dual = dual + length * step
        following = objective(dual)
        if following - reached < 1e-7:
            break
        reached = following
    return dual


def _replay(
    kernel: NDArray[np.float64], logits: NDArray[np.float64], truth: NDArray[np.float64], threshold: float
) -> Replay:
    corrected = logits.copy()
    for start in range(_BURN_IN, len(truth), _REFIT):
        dual = _fit(kernel[:start, :start], logits[:start], truth[:start])
        stop = min(start + _REFIT, len(truth))
        corrected[start:stop] += kernel[start:stop, :start] @ dual
    judged = slice(_BURN_IN, None)
    before, after, seen = (
        (1 / (1 + np.exp(-logits)))[judged],
        (1 / (1 + np.exp(-corrected)))[judged],
        truth[judged],
    )

    def loss(probability: NDArray[np.float64]) -> float:
        return float(-np.mean(np.log(np.where(seen > 0, probability, 1 - probability).clip(1e-9))))

    return Replay(
        verdicts=len(seen),
        base_errors=int(((before >= threshold) != (seen > 0)).sum()),
        corrected_errors=int(((after >= threshold) != (seen > 0)).sum()),
        base_loss=loss(before),
        corrected_loss=loss(after),
    )


def _kind_offsets(verdicts: Sequence[OwnerVerdict], said: Sequence[Verdict]) -> dict[Kind, float]:
    """Return per kind the log-odds offset that makes predicted and named counts meet, held back by a prior."""
    told = [
        (one.kinds, verdict) for one, verdict in zip(verdicts, said, strict=True) if one.request and one.kinds
    ]
    offsets: dict[Kind, float] = {}
    for kind in Kind:
        named = sum(kind in kinds for kinds, _ in told)
        expected = sum(_ratio(verdict.kinds[kind], verdict.request) for _, verdict in told)
        prior = _KIND_STRENGTH * 0.15
        offsets[kind] = round(math.log((named + prior) / (expected + prior)), 4)
    return offsets


def _buckets(passage: Passage) -> frozenset[int]:
    tokens = read(split("" if passage.first is False else passage.title, passage.text)).tokens
    pairs = (f"{left} {right}" for left, right in itertools.pairwise(tokens))
    return frozenset(zlib.crc32(term.encode()) % _BUCKETS for term in (*tokens, *pairs))


def _ratio(part: float, whole: float) -> float:
    return min(1.0, part / whole) if whole > 0 else 0.0


def _logit(probability: float) -> float:
    bounded = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(bounded / (1 - bounded))


def _logistic(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
