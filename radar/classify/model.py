"""The trained classifier: a linear model on hashed features, calibrated, with thresholds for gate and kinds.

File: a NumPy ``.npz`` without pickles: ``weights`` (features by outputs, float16; output 0 is the gate, the others
are the kinds in the order of ``Kind``) and ``meta`` (UTF-8 JSON as bytes: format, version, bits, bias, calibration
and thresholds).
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from radar.classify import features, language
from radar.classify.features import Analysis, analyse
from radar.classify.passage import Passage
from radar.errors import ModelError
from radar.model import Kind, Span, Verdict

FORMAT = 1
OUTPUTS = 1 + len(Kind)
_BATCH = 128
_EVIDENCE = 3
_CANDIDATES = 12
"""Sentences of a post that are weighed as evidence."""
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

    def __init__(self, weights: Floats, meta: Meta) -> None:
        self._weights = np.ascontiguousarray(weights, dtype=np.float32)
        self._meta = meta
        self._bias = np.array(meta.bias, dtype=np.float32)
        self._slope = np.array(meta.slope, dtype=np.float32)
        self._shift = np.array(meta.shift, dtype=np.float32)
        self._kind_thresholds = {Kind(kind): limit for kind, limit in meta.kind_thresholds.items()}

    @property
    def version(self) -> str:
        """As in ``Verdict.model``."""
        return self._meta.version

    @property
    def threshold(self) -> float:
        """From which probability on a post counts as a request."""
        return self._meta.threshold

    def kind_threshold(self, kind: Kind) -> float:
        """From which probability on a request counts as being of ``kind``."""
        return self._kind_thresholds[kind]

    def classify(self, passages: Sequence[Passage]) -> list[Verdict]:
        """Return one verdict a passage, in order."""
        verdicts: list[Verdict] = []
        for start in range(0, len(passages), _BATCH):
            verdicts += self._judge(passages[start : start + _BATCH])
        return verdicts

    def logits(self, analyses: Sequence[Analysis]) -> Floats:
        """Return the calibrated log-odds of all outputs, posts by outputs."""
        columns, values, starts = features.matrix(analyses)
        return self._outputs(self._weights[columns] * values[:, None], starts)

    def _outputs(self, weighed: Floats, starts: NDArray[np.int64]) -> Floats:
        # every post has at least the features of its shape, so no segment is empty
        sums = np.add.reduceat(weighed, starts[:-1], axis=0)
        calibrated: Floats = (sums + self._bias) * self._slope + self._shift
        return calibrated

    def _judge(self, passages: Sequence[Passage]) -> list[Verdict]:
        analyses = [analyse(passage) for passage in passages]
        spoken = [language.guess(one.title, one.text, one.language) for one in passages]
        confident = [
            language.is_known(code, one.title, one.text) for code, one in zip(spoken, passages, strict=True)
        ]
        logits = self.logits(analyses)
        logits[~np.array(confident), 0] /= 2
        probability = 1 / (1 + np.exp(-logits.astype(np.float64)))
        request = np.clip(probability[:, 0], _LEAST, 1 - _LEAST)
        request[[not one.sentences for one in analyses]] = _LEAST
        kinds = request[:, None] * probability[:, 1:]
        evidence = self._evidence(analyses, request >= self._meta.threshold)
        return [
            Verdict(
                request=round(float(request[row]), 4),
                kinds={kind: round(value, 4) for kind, value in zip(Kind, kinds[row].tolist(), strict=True)},
                evidence=evidence[row],
                language=spoken[row],
                model=self._meta.version,
                confident=confident[row],
            )
            for row in range(len(passages))
        ]

    def _evidence(self, analyses: Sequence[Analysis], passed: NDArray[np.bool_]) -> list[tuple[Span, ...]]:
        """Return the sentences of each passed post that would best pass alone."""
        alone: list[Analysis] = []
        owners: list[tuple[int, int]] = []
        for row in np.flatnonzero(passed).tolist():
            for number in _promising(analyses[row]):
                alone.append(_only(analyses[row], number))
                owners.append((row, number))
        spans: list[tuple[Span, ...]] = [()] * len(analyses)
        if not alone:
            return spans
        gate = self.logits(alone)[:, 0]
        best: dict[int, list[tuple[float, int]]] = {}
        for (row, number), logit in zip(owners, gate.tolist(), strict=True):
            best.setdefault(row, []).append((-logit, number))
        for row, scored in best.items():
            scored.sort()
            kept = [number for position, (logit, number) in enumerate(scored) if position == 0 or logit < 0]
            sentences = [analyses[row].sentences[number] for number in kept[:_EVIDENCE]]
            spans[row] = tuple(Span(one.field, one.start, one.end) for one in sentences)
        return spans


def _promising(analysis: Analysis) -> list[int]:
    """Return the numbers of the sentences with the most cues, at most ``_CANDIDATES``."""
    order = sorted(range(len(analysis.sentences)), key=lambda number: -len(analysis.cues[number]))
    return sorted(order[:_CANDIDATES])


def _only(analysis: Analysis, number: int) -> Analysis:
    """Return one sentence as if it were a post of its own."""
    first = next((at for at, place in enumerate(analysis.places) if place == number), 0)
    tokens = [
        token
        for token, place in zip(analysis.tokens[first:], analysis.places[first:], strict=True)
        if place == number
    ]
    return Analysis(
        [analysis.sentences[number]], tokens, [0] * len(tokens), [analysis.cues[number]], analysis.shape
    )


def save(path: Path, weights: Floats, meta: Meta) -> None:
    """Write a model file, whole or not at all; the same model gives the same bytes."""
    content = {
        "weights": weights.astype(np.float16),
        "meta": np.frombuffer(
            json.dumps({"format": FORMAT, "bits": features.BITS, **asdict(meta)}, sort_keys=True).encode(),
            np.uint8,
        ),
    }
    part = path.with_name(path.name + ".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in content.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            archive.writestr(entry, buffer.getvalue(), zipfile.ZIP_DEFLATED, 9)
    part.replace(path)


def load(path: Path | None = None) -> TrainedClassifier:
    """Return the model of the package, or the one in ``path``.

    Raises:
        ModelError: the file is missing, damaged or of another version.
    """
    name = str(path) if path else "the package's model"
    try:
        content = path.read_bytes() if path else (files("radar.classify") / "data" / "model.npz").read_bytes()
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            weights = archive["weights"].astype(np.float32)
            data = json.loads(archive["meta"].tobytes())
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
    except (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile, EOFError) as error:
        raise ModelError(f"{name} cannot be read: {error}") from error
    return TrainedClassifier(weights, meta)


def _numbers(values: Sequence[float]) -> tuple[float, ...]:
    numbers = tuple(float(value) for value in values)
    if len(numbers) != OUTPUTS:
        raise ValueError(f"{len(numbers)} numbers instead of {OUTPUTS}")
    return numbers
