"""The careful second look: posts that the fast model is unsure of are read once more, by the encoder.

The log-odds of both are mixed, output by output; the mixture was chosen on sets left out. Where
the fast model is sure, nothing changes and nothing is spent: the encoder takes some twenty milliseconds a post.

File: see ``archive``; the arrays of ``encoder``, and in ``meta`` format and mixture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radar.classify import archive
from radar.classify.encoder import Encoder
from radar.classify.features import Analysis
from radar.errors import ModelError
from radar.model import Kind

FORMAT = 1

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """How two opinions become one."""

    base: str
    """Version of the fast model it was chosen for."""
    low: float
    high: float
    """Probabilities of the fast model between which a post is read again, both included."""
    weights: tuple[tuple[float, float, float], ...]
    """For each output: factor of the fast model's log-odds, factor of the encoder's, shift."""
    threshold: float
    kind_thresholds: Mapping[str, float]
    """As in the fast model's ``Meta``, but for the judgement of both."""


class SecondLook:
    """Revises the log-odds of posts that the fast model is unsure of."""

    def __init__(self, encoder: Encoder, mixture: Mixture) -> None:
        self.mixture = mixture
        self._encoder = encoder

    def revise(self, logits: Floats, analyses: Sequence[Analysis], known: Sequence[bool]) -> Floats:
        """Return ``logits`` (posts by outputs, calibrated) with those of unsure posts mixed with the encoder's.

        Posts whose language is not ``known`` stay as they are: the encoder's words are German and English.
        """
        unsure = [
            row
            for row in np.flatnonzero(is_unsure(self.mixture, logits)).tolist()
            if known[row] and analyses[row].sentences
        ]
        if not unsure:
            return logits
        revised = logits.copy()
        revised[unsure] = mixed(
            self.mixture, logits[unsure], self._encoder.logits([analyses[row] for row in unsure])
        )
        return revised


def is_unsure(mixture: Mixture, logits: Floats) -> NDArray[np.bool_]:
    """Return for each post whether the fast model's log-odds leave its gate in doubt."""
    gate = 1 / (1 + np.exp(-logits[:, 0]))
    unsure: NDArray[np.bool_] = (gate >= mixture.low) & (gate <= mixture.high)
    return unsure


def mixed(mixture: Mixture, fast: Floats, second: Floats) -> Floats:
    """Return the log-odds of both, posts by outputs."""
    of_fast, of_second, shift = np.array(mixture.weights, dtype=np.float32).T
    both: Floats = fast * of_fast + second * of_second + shift
    return both


def save(path: Path, arrays: Mapping[str, NDArray[np.generic]], mixture: Mixture) -> None:
    """Write a file for ``load``; see ``archive.write``."""
    archive.write(path, arrays, {"format": FORMAT, **asdict(mixture)})


def load(path: Path | None = None) -> SecondLook:
    """Return the second look of the package, or the one in ``path``.

    Raises:
        ModelError: the file is missing, damaged or of another version.
    """
    name = str(path) if path else "the package's encoder"
    try:
        content = (
            path.read_bytes() if path else (files("radar.classify") / "data" / "encoder.npz").read_bytes()
        )
        arrays, data = archive.read(content)
        if data.pop("format") != FORMAT:
            raise ModelError(f"{name} was made by another version of the program; train again.")
        if len(data["weights"]) != 1 + len(Kind):
            raise ValueError("a mixture for other outputs")
        low, high = float(data["low"]), float(data["high"])
        weights = tuple((float(fast), float(slow), float(shift)) for fast, slow, shift in data["weights"])
        mixture = Mixture(
            base=str(data["base"]),
            low=low,
            high=high,
            weights=weights,
            threshold=float(data["threshold"]),
            kind_thresholds={kind.value: float(data["kind_thresholds"][kind.value]) for kind in Kind},
        )
        return SecondLook(Encoder(arrays), mixture)
    except archive.DAMAGED as error:
        raise ModelError(f"{name} cannot be read: {error}") from error
