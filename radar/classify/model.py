"""The trained classifier: a linear model on hashed features, calibrated, with thresholds for gate and kinds.

File: see ``archive``; ``weights`` (features by outputs, float16; output 0 is the gate, the others
are the kinds in the order of ``Kind``) and ``meta`` (UTF-8 JSON as bytes: format, version, bits, bias, calibration
and thresholds).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from radar.classify import archive, careful, features, language
from radar.classify.careful import SecondLook
from radar.classify.features import Analysis, analyse
from radar.classify.passage import Passage
from radar.errors import ModelError
from radar.model import Kind, Span, Verdict

FORMAT = 1
OUTPUTS = 1 + len(Kind)
_BATCH = 128
_EVIDENCE = 3
_SPEAKS = 0.3
"""Log-odds that a sentence must add to count as evidence beside the strongest."""
_REMEMBERED = 50_000
_LEAST = 0.01
"""No post is given less or more than this short of certainty."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What a model file says besides its weights."""

    version: str
    threshold: float
    bias: tuple[float, ...]
    """One per output, in log-odds."""
    slope: tuple[float, ...]
    """Calibration: the log-odds of each output are ``slope * (features @ weights + bias) + shift``."""
    shift: tuple[float, ...]
    kind_thresholds: Mapping[str, float]


class TrainedClassifier:
    """Judges posts with trained weights; see the module."""

    def __init__(self, weights: Floats, meta: Meta, second_look: SecondLook | None = None) -> None:
        self._weights = np.ascontiguousarray(weights, dtype=np.float32)
        self._meta = meta
        self._second_look = second_look
        self._cue_weights: dict[tuple[int, ...], float] = {}
        self._bias = np.array(meta.bias, dtype=np.float32)
        self._slope = np.array(meta.slope, dtype=np.float32)
        self._shift = np.array(meta.shift, dtype=np.float32)
        decided = second_look.mixture if second_look else meta
        self._threshold = decided.threshold
        self._kind_thresholds = {Kind(kind): limit for kind, limit in decided.kind_thresholds.items()}

    @property
    def version(self) -> str:
        """As in ``Verdict.model``; with the second look it is another classifier, with thresholds of its own."""
        return (
            f"{self._meta.version}-{self._second_look.version}" if self._second_look else self._meta.version
        )

    @property
    def threshold(self) -> float:
        """From which probability on a post counts as a request."""
        return self._threshold

    def kind_threshold(self, kind: Kind) -> float:
        """From which probability on a request counts as being of ``kind``."""
        return self._kind_thresholds[kind]

    def classify(self, passages: Sequence[Passage]) -> list[Verdict]:
        """Return one verdict a passage, in order."""
        verdicts: list[Verdict] = []
        for start in range(0, len(passages), _BATCH):
            verdicts += self._judge(passages[start : start + _BATCH])
        return verdicts

    def looking_twice(self, second_look: SecondLook) -> TrainedClassifier:
        """Return this model with a second look that was made for it."""
        return TrainedClassifier(self._weights, self._meta, second_look)

    def logits(self, analyses: Sequence[Analysis]) -> Floats:
        """Return the calibrated log-odds of all outputs, posts by outputs."""
        rows, columns = features.word_features(analyses)
        counts = np.bincount(rows, minlength=len(analyses))
        sums = np.zeros((len(analyses), OUTPUTS), dtype=np.float32)
        worded = np.flatnonzero(counts)
        if len(worded):
            begins = np.concatenate([[0], np.cumsum(counts)[:-1]])[worded]
            of_words = np.add.reduceat(self._weights[columns], begins, axis=0)
            sums[worded] = of_words / np.sqrt(counts[worded, None]).astype(np.float32)
        columns, counts = features.cue_features(analyses)
        begins = np.concatenate([[0], np.cumsum(counts)[:-1]])
        sums += np.add.reduceat(self._weights[columns], begins, axis=0) * np.float32(features.CUE_VALUE)
        calibrated: Floats = (sums + self._bias) * self._slope + self._shift
        return calibrated

    def _judge(self, passages: Sequence[Passage]) -> list[Verdict]:
        analyses = [analyse(passage) for passage in passages]
        spoken = [language.guess(one.title, one.text, one.language) for one in passages]
        confident = [
            language.is_known(code, one.title, one.text) for code, one in zip(spoken, passages, strict=True)
        ]
        logits = self.logits(analyses)
        if self._second_look:
            logits = self._second_look.revise(logits, analyses, confident)
        logits[~np.array(confident), 0] /= 2
        probability = 1 / (1 + np.exp(-logits.astype(np.float64)))
        request = np.clip(probability[:, 0], _LEAST, 1 - _LEAST)
        request[[not one.sentences for one in analyses]] = _LEAST
        kinds = request[:, None] * probability[:, 1:]
        evidence = self._evidence(analyses, request >= self._threshold)
        return [
            Verdict(
                request=round(float(request[row]), 4),
                kinds={kind: round(value, 4) for kind, value in zip(Kind, kinds[row].tolist(), strict=True)},
                evidence=evidence[row],
                language=spoken[row],
                model=self.version,
                confident=confident[row],
            )
            for row in range(len(passages))
        ]

    def _evidence(self, analyses: Sequence[Analysis], passed: NDArray[np.bool_]) -> list[tuple[Span, ...]]:
        """Return the sentences of each passed post whose turns of phrase speak most for a request."""
        return [
            self._strongest(analysis) if has_passed else ()
            for analysis, has_passed in zip(analyses, passed.tolist(), strict=True)
        ]

    def _strongest(self, analysis: Analysis) -> tuple[Span, ...]:
        scored = sorted((-self._weight_of(found), number) for number, found in enumerate(analysis.cues))
        # the strongest is told in any case: something let the post pass
        kept = [
            number
            for place, (weight, number) in enumerate(scored[:_EVIDENCE])
            if place == 0 or weight < -_SPEAKS
        ]
        sentences = [analysis.sentences[number] for number in kept]
        return tuple(Span(one.field, one.start, one.end) for one in sentences)

    def _weight_of(self, found: tuple[int, ...]) -> float:
        """Return what the cues of one sentence add to the log-odds of a request."""
        weight = self._cue_weights.get(found)
        if weight is None:
            columns = sorted(features.sentence_columns(found))
            weight = float(self._weights[columns, 0].sum()) * features.CUE_VALUE
            if len(self._cue_weights) < _REMEMBERED:
                self._cue_weights[found] = weight
        return weight


def save(path: Path, weights: Floats, meta: Meta) -> None:
    """Write a model file; see ``archive.write``."""
    told = {"format": FORMAT, "bits": features.BITS, **asdict(meta)}
    archive.write(path, {"weights": weights.astype(np.float16)}, told)


def load(path: Path | None = None, *, second_look: bool = True) -> TrainedClassifier:
    """Return the model of the package, or the one in ``path``.

    ``second_look`` has the package's encoder read again what may be a request; a model in ``path`` judges alone.

    Raises:
        ModelError: the file is missing, damaged or of another version.
    """
    name = str(path) if path else "the package's model"
    try:
        content = path.read_bytes() if path else (files("radar.classify") / "data" / "model.npz").read_bytes()
        arrays, data = archive.read(content)
        weights = arrays["weights"].astype(np.float32)
        if data.pop("format") != FORMAT or data.pop("bits") != features.BITS:
            raise ModelError(f"{name} was made by another version of the program; train again.")
        if weights.shape != (1 << features.BITS, OUTPUTS) or not np.isfinite(weights).all():
            raise ModelError(f"{name} is damaged: its weights have the wrong shape or value.")
        meta = Meta(
            version=str(data["version"]),
            threshold=float(data["threshold"]),
            bias=_numbers(data["bias"]),
            slope=_numbers(data["slope"]),
            shift=_numbers(data["shift"]),
            kind_thresholds={kind.value: float(data["kind_thresholds"][kind.value]) for kind in Kind},
        )
    except archive.DAMAGED as error:
        raise ModelError(f"{name} cannot be read: {error}") from error
    alone = TrainedClassifier(weights, meta)
    if not second_look or path is not None:
        return alone
    look = careful.load()
    if look.mixture.base != meta.version:
        raise ModelError(
            f"The package's encoder belongs to {look.mixture.base}, not to {meta.version}; install again."
        )
    return alone.looking_twice(look)


def _numbers(values: Sequence[float]) -> tuple[float, ...]:
    numbers = tuple(float(value) for value in values)
    if len(numbers) != OUTPUTS:
        raise ValueError(f"{len(numbers)} numbers instead of {OUTPUTS}")
    return numbers
