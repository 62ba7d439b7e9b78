"""The careful second look: posts that may be requests are read once more, by the encoder.

The log-odds of both are mixed, output by output; the mixture was chosen on sets left out. Of posts that are surely no
request, most of all posts, nothing changes and nothing is spent: the encoder takes some seventy milliseconds a post.

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

FORMAT = 2

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """How two opinions become one."""

    base: str
    """Version of the fast model it was chosen for."""
    floor: float
    """Probability of the fast model from which on a post is read again."""
    weights: tuple[tuple[float, float, float], ...]
    """For each output: factor of the fast model's log-odds, factor of the encoder's, shift."""
    threshold: float
    kind_thresholds: Mapping[str, float]
    """As in the fast model's ``Meta``, but for the judgement of both."""


class SecondLook:
    """Revises the log-odds of posts that may be requests."""

    def __init__(self, encoder: Encoder, mixture: Mixture, version: str) -> None:
        """Take an encoder, how to mix it in, and what tells both from other second looks."""
        self.mixture = mixture
        self.version = version
        self._encoder = encoder

    def revise(self, logits: Floats, analyses: Sequence[Analysis], known: Sequence[bool]) -> Floats:
        """Return ``logits`` (posts by outputs, calibrated) with those of posts that may be requests mixed with the encoder's.

        Posts whose language is not ``known`` stay as they are: the encoder's words are German and English.
        """
        read = [
            row
            for row in np.flatnonzero(may_be_request(self.mixture.floor, logits)).tolist()
            if known[row] and analyses[row].sentences
        ]
        if not read:
            return logits
        revised = logits.copy()
        second = self._encoder.logits([analyses[row] for row in read])
        revised[read] = mixed(self.mixture.weights, logits[read], second)
        return revised


def may_be_request(floor: float, logits: Floats) -> NDArray[np.bool_]:
    """Return for each post whether the fast model's log-odds give it at least ``floor``."""
    enough: NDArray[np.bool_] = logits[:, 0] >= np.log(floor / (1 - floor))
    return enough


def mixed(weights: Sequence[tuple[float, float, float]], fast: Floats, second: Floats) -> Floats:
    """Return the log-odds of both, posts by outputs; ``weights`` as in ``Mixture``."""
    of_fast, of_second, shift = np.array(weights, dtype=np.float32).T
    both: Floats = fast * of_fast + second * of_second + shift
    return both


def save(path: Path, arrays: Mapping[str, NDArray[np.generic]], mixture: Mixture) -> None:
    """Write a file for ``load``; see ``archive.write``."""
    version = archive.fingerprint(*(arrays[name] for name in sorted(arrays)), np.array(mixture.weights))
    archive.write(path, arrays, {"format": FORMAT, "version": version, **asdict(mixture)})


def load(path: Path | None = None) -> SecondLook:
    """Return the second look of the package, or the one in ``path``.

    Raises:
        ModelError: the file is missing, damaged or of another version.
    """
    arrays, mixture, version = read(path)
    try:
        return SecondLook(Encoder(arrays), mixture, version)
    except archive.DAMAGED as error:
        raise ModelError(f"{_named(path)} cannot be read: {error}") from error


def read(path: Path | None = None) -> tuple[dict[str, NDArray[Any]], Mixture, str]:
    """Return arrays, mixture and version of the second look of the package, or of the one in ``path``.

    Raises:
        ModelError: the file is missing, damaged or of another version.
    """
    name = _named(path)
    try:
        content = (
            path.read_bytes() if path else (files("radar.classify") / "data" / "encoder.npz").read_bytes()
        )
        arrays, data = archive.read(content)
        if data.pop("format") != FORMAT:
            raise ModelError(f"{name} was made by another version of the program; train again.")
        if len(data["weights"]) != 1 + len(Kind):
            raise ValueError("a mixture for other outputs")
        floor = float(data["floor"])
        if not 0 < floor < 1:
            raise ValueError("the floor is no probability")
        weights = tuple((float(fast), float(slow), float(shift)) for fast, slow, shift in data["weights"])
        mixture = Mixture(
            base=str(data["base"]),
            floor=floor,
            weights=weights,
            threshold=float(data["threshold"]),
            kind_thresholds={kind.value: float(data["kind_thresholds"][kind.value]) for kind in Kind},
        )
        return arrays, mixture, str(data["version"])
    except archive.DAMAGED as error:
        raise ModelError(f"{name} cannot be read: {error}") from error


def _named(path: Path | None) -> str:
    return str(path) if path else "the package's encoder"
