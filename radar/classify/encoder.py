"""The careful look: a small transformer that reads a post word by word, in NumPy.

An encoder of the BERT family (Devlin et al., 2019, with the layer norm after each block) whose layers and word vectors
come from multilingual-e5-small (Wang et al., 2024, MIT licence) and were trained on with labelled posts.
It reads what ``reading`` picks of a post: all of a short one, of a long one the sentences that may ask.

Each post is computed by itself, so that a verdict depends on nothing but the post.

File: see ``archive``. Matrices are stored in eight bits with a scale for each output, word vectors in
four bits with a scale for each block of thirty-two numbers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from radar.classify import features
from radar.classify.features import Analysis
from radar.classify.pieces import BEGIN, END, Pieces

MOST_PIECES = 112
"""Pieces of a post that are read, beginning and end included."""
BLOCK = 32
"""Numbers of a word vector that share a scale."""
HEAD_SIZE = 32
EPSILON = 1e-12

Floats = NDArray[np.float32]


class Layer(NamedTuple):
    """Weights of one layer; matrices are inputs by outputs."""

    attend: Floats
    """Queries, keys and values side by side."""
    attend_bias: Floats
    gather: Floats
    gather_bias: Floats
    gather_norm: Floats
    """Two rows: factor and shift."""
    widen: Floats
    widen_bias: Floats
    narrow: Floats
    narrow_bias: Floats
    narrow_norm: Floats


class Encoder:
    """Reads posts and gives the log-odds of the gate and of each kind, uncalibrated."""

    def __init__(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Take the arrays of a model file; raises KeyError or ValueError if they do not fit together."""
        self._threads = ThreadpoolController()
        self.pieces = vocabulary(arrays)
        self._words = np.asarray(arrays["words"], dtype=np.uint8)
        self._word_scales = np.asarray(arrays["word_scales"], dtype=np.float16)
        self._places = np.asarray(arrays["places"], dtype=np.float32)
        self._norm = np.asarray(arrays["norm"], dtype=np.float32)
        self._layers: list[Layer] = []
        for number in range(depth(arrays)):
            self._layers.append(Layer(*(matrix(arrays, f"{number}.{field}") for field in Layer._fields)))
        self._head = matrix(arrays, "head")
        self._head_bias = np.asarray(arrays["head_bias"], dtype=np.float32)
        if len(self._places) < MOST_PIECES:
            raise ValueError("the encoder has too few places")

    def logits(self, analyses: Sequence[Analysis]) -> Floats:
        """Return log-odds, posts by outputs."""
        # NumPy would spread each small product over all cores, where other workers are busy: several times slower
        with self._threads.limit(limits=1):
            read = [self._read(reading(one, self.pieces)) for one in analyses]
        return np.array(read, dtype=np.float32).reshape(len(analyses), -1)

    def _read(self, numbers: Sequence[int]) -> Floats:
        x = _normed(self._vectors(numbers) + self._places[: len(numbers)], self._norm)
        for layer in self._layers:
            x = _normed(x + _attended(x, layer) @ layer.gather + layer.gather_bias, layer.gather_norm)
            wide = _gelu(x @ layer.widen + layer.widen_bias)
            x = _normed(x + wide @ layer.narrow + layer.narrow_bias, layer.narrow_norm)
        pooled = np.concatenate([x.mean(axis=0), x.max(axis=0)])
        logits: Floats = pooled @ self._head + self._head_bias
        return logits

    def _vectors(self, numbers: Sequence[int]) -> Floats:
        return unpacked(self._words[list(numbers)], self._word_scales[list(numbers)])


def reading(analysis: Analysis, pieces: Pieces) -> list[int]:
    """Return the pieces of a post to read, at most ``MOST_PIECES``.

    Of a post that is too long: sentences that may ask first, then the first, then the others in their order.
    """
    cut = [pieces.cut(sentence.text) for sentence in analysis.sentences]
    room = MOST_PIECES - 2
    if sum(map(len, cut)) > room:
        order = sorted(range(len(cut)), key=lambda at: (not features.may_ask(analysis.cues[at]), at > 0, at))
        kept: dict[int, list[int]] = {}
        for at in order:
            kept[at] = cut[at][:room]
            room -= len(kept[at])
            if room <= 0:
                break
        cut = [kept[at] for at in sorted(kept)]
    return [BEGIN, *(number for one in cut for number in one), END]


def unpacked(packed: NDArray[np.uint8], scales: NDArray[np.float16]) -> Floats:
    """Return the rows of a matrix of four-bit numbers, two a byte, with a scale for each block of a row."""
    blocks = packed.reshape(*scales.shape, BLOCK // 2)
    # a byte holds number i of its block in the low and number i + 16 in the high half, both less 8
    values = np.concatenate([blocks & 15, blocks >> 4], axis=2).astype(np.float32) - 8
    rows: Floats = (values * scales.astype(np.float32)[:, :, None]).reshape(len(packed), -1)
    return rows


def vocabulary(arrays: Mapping[str, NDArray[np.generic]]) -> Pieces:
    """Return the pieces that an encoder knows."""
    texts = json.loads(np.asarray(arrays["pieces"]).tobytes())
    scores = np.asarray(arrays["scores"], dtype=np.float32).tolist()
    if not len(texts) == len(scores) == len(arrays["words"]):
        raise ValueError("the encoder's pieces do not fit its word vectors")
    return Pieces(texts, scores)


def encoded(texts: Sequence[str]) -> NDArray[np.uint8]:
    """Return pieces in the form in which a file holds them."""
    return np.frombuffer(json.dumps(texts, ensure_ascii=False).encode(), np.uint8)


def depth(arrays: Mapping[str, NDArray[np.generic]]) -> int:
    """Return how many layers an encoder has."""
    return next(number for number in count() if f"{number}.attend" not in arrays)


def matrix(arrays: Mapping[str, NDArray[np.generic]], name: str) -> Floats:
    """Return an array as it is, or an eight-bit matrix times the scales of its columns."""
    values = np.asarray(arrays[name])
    if values.dtype != np.int8:
        return values.astype(np.float32)
    scales = np.asarray(arrays[f"{name}.scale"]).astype(np.float32)
    return np.ascontiguousarray(values.astype(np.float32) * scales)


def _attended(x: Floats, layer: Layer) -> Floats:
    length, width = x.shape
    heads = width // HEAD_SIZE
    mixed = (x @ layer.attend + layer.attend_bias).reshape(length, 3, heads, HEAD_SIZE)
    query, key, value = mixed.transpose(1, 2, 0, 3)
    scores = query @ key.transpose(0, 2, 1) * np.float32(HEAD_SIZE**-0.5)
    scores = np.exp(scores - scores.max(axis=2, keepdims=True))
    scores /= scores.sum(axis=2, keepdims=True)
    seen: Floats = (scores @ value).transpose(1, 0, 2).reshape(length, width)
    return seen


def _normed(x: Floats, norm: Floats) -> Floats:
    centred = x - x.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=1, keepdims=True) + np.float32(EPSILON))
    normed: Floats = centred / spread * norm[0] + norm[1]
    return normed


def _gelu(x: Floats) -> Floats:
    """Hendrycks and Gimpel (2016), in its form with tanh."""
    inner = x * (np.float32(0.7978845608) + np.float32(0.0356774081) * x * x)
    bent: Floats = np.float32(0.5) * x * (1 + np.tanh(inner))
    return bent
