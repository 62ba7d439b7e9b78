"""The encoder as PyTorch trains it; needs the extra ``tune``.

The same network as ``encoder`` computes in NumPy, with what training needs besides: dropout, and posts side by side.
It begins with what ``base`` holds, or with an encoder that has learned already. Word vectors stay as they are: a few
thousand posts would only spoil those of words that are not in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from radar.classify import encoder
from radar.classify.encoder import HEAD_SIZE
from radar.classify.model import OUTPUTS

_DROPOUT = 0.1
_NEVER = -1e4
"""Stands for minus infinity where a piece is none."""

Arrays = dict[str, NDArray[Any]]
"""As ``Encoder`` takes them."""


class _Layer(nn.Module):
    def __init__(self, given: Arrays, number: int) -> None:
        super().__init__()

        def linear(name: str) -> nn.Linear:
            weight = encoder.matrix(given, f"{number}.{name}")
            made = nn.Linear(*weight.shape)
            made.weight.data = torch.from_numpy(weight.T.copy())
            made.bias.data = _long(given, f"{number}.{name}_bias")
            return made

        self.attend, self.gather = linear("attend"), linear("gather")
        self.widen, self.narrow = linear("widen"), linear("narrow")
        self.gather_norm = _norm(given, f"{number}.gather_norm")
        self.narrow_norm = _norm(given, f"{number}.narrow_norm")

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        posts, length, width = x.shape
        mixed = self.attend(x).view(posts, length, 3, width // HEAD_SIZE, HEAD_SIZE).permute(2, 0, 3, 1, 4)
        query, key, value = mixed
        # by hand: PyTorch's fused attention is slower on a CPU for so few pieces
        scores = (query @ key.transpose(-1, -2)).float() * HEAD_SIZE**-0.5
        seen = scores.masked_fill(~mask, _NEVER).softmax(-1).to(value.dtype) @ value
        gathered = self.gather(seen.transpose(1, 2).reshape(posts, length, width))
        x = self.gather_norm(x + functional.dropout(gathered, _DROPOUT, self.training))
        wide = self.narrow(functional.gelu(self.widen(x), approximate="tanh"))
        normed: Tensor = self.narrow_norm(x + functional.dropout(wide, _DROPOUT, self.training))
        return normed


class Network(nn.Module):
    """Gives the log-odds of gate and kinds of posts side by side."""

    def __init__(self, given: Arrays, layers: int) -> None:
        """Take the first ``layers`` layers of an ``Encoder``; one that has no head yet gets one that knows nothing."""
        super().__init__()
        words = encoder.unpacked(given["words"], given["word_scales"])
        self.words = nn.Embedding.from_pretrained(torch.from_numpy(words))
        self.places = nn.Parameter(_long(given, "places"))
        self.norm = _norm(given, "norm")
        self.layers = nn.ModuleList(_Layer(given, number) for number in range(layers))
        self.head = nn.Linear(2 * words.shape[1], OUTPUTS)
        if "head" in given:
            self.head.weight.data = torch.from_numpy(encoder.matrix(given, "head").T.copy())
            self.head.bias.data = _long(given, "head_bias")

    def forward(self, numbers: Tensor, there: Tensor) -> Tensor:
        """Return log-odds, posts by outputs, of what ``padded`` returns."""
        x = self.norm(self.words(numbers) + self.places[: numbers.shape[1]])
        x = functional.dropout(x, _DROPOUT, self.training)
        for layer in self.layers:
            x = layer(x, there[:, None, None, :])
        own = there[..., None]
        mean = (x * own).sum(1) / own.sum(1)
        logits: Tensor = self.head(torch.cat([mean, x.masked_fill(~own, _NEVER).max(1).values], 1))
        return logits


def padded(readings: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Return numbers of pieces and whether a piece is there, posts by places."""
    length = max(map(len, readings))
    numbers = torch.tensor([[*one, *[0] * (length - len(one))] for one in readings])
    there = torch.arange(length)[None, :] < torch.tensor([[len(one)] for one in readings])
    return numbers, there


def arrays(network: Network, given: Arrays) -> Arrays:
    """Return what ``Encoder`` reads; ``given`` is what the network was made of."""
    made = {
        **{name: given[name] for name in ("pieces", "scores", "words", "word_scales")},
        "places": _half(network.places),
        "norm": _both(network.norm),
        "head": network.head.weight.detach().numpy().T.copy(),
        "head_bias": _half(network.head.bias),
    }
    for number, layer in enumerate(network.layers):
        for name in ("attend", "gather", "widen", "narrow"):
            linear = getattr(layer, name)
            weight = linear.weight.detach().numpy().T
            scale = np.maximum(np.abs(weight).max(axis=0) / 127, 1e-8).astype(np.float16)
            eight = np.clip(np.round(weight / scale.astype(np.float32)), -127, 127).astype(np.int8)
            made[f"{number}.{name}"], made[f"{number}.{name}.scale"] = eight, scale
            made[f"{number}.{name}_bias"] = _half(linear.bias)
        for name in ("gather_norm", "narrow_norm"):
            made[f"{number}.{name}"] = _both(getattr(layer, name))
    return made


def _norm(given: Arrays, name: str) -> nn.LayerNorm:
    factor, shift = _long(given, name)
    made = nn.LayerNorm(len(factor), eps=encoder.EPSILON)
    made.weight.data, made.bias.data = factor, shift
    return made


def _long(given: Arrays, name: str) -> Tensor:
    return torch.from_numpy(np.array(given[name], dtype=np.float32))


def _both(norm: nn.LayerNorm) -> NDArray[np.float16]:
    return np.stack([_half(norm.weight), _half(norm.bias)])


def _half(values: Tensor) -> NDArray[np.float16]:
    half: NDArray[np.float16] = values.detach().numpy().astype(np.float16)
    return half
