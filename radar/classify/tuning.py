"""Train the encoder of the second look, and choose how it is mixed with the fast model; needs the extra ``tune``.

The first layers of a multilingual encoder (see ``base``) are trained on with labelled posts: cross-entropy of the gate,
and of the kinds among requests. The sets of real posts are dealt to five groups; for each group an encoder and a fast
model are trained without it and judge it. On these judgements a logistic regression for each output chooses the mixture.
The encoder that is written has seen all posts. It takes hours on two cores, most of it for the groups.

Word vectors stay as they are: a few thousand posts would only spoil those of words that are not in them.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from radar.classify import base, careful, encoder, labelled
from radar.classify.careful import Mixture
from radar.classify.encoder import HEAD_SIZE, MOST_PIECES, reading
from radar.classify.features import analyse
from radar.classify.labelled import Example
from radar.classify.model import OUTPUTS
from radar.classify.pieces import UNKNOWN, Pieces
from radar.classify.training import Outcome, Trained, decide, targets

LAYERS = 6
GROUPS = 5
EPOCHS = 2
LOW, HIGH = 0.05, 0.75
"""Probabilities of the fast model between which it counts as unsure."""
_BATCH = 32
_SORTED = 40
"""Batches sorted by length together, so that little is padded."""
_RATE = 6e-5
_DECAY = 0.9
"""Each layer learns slower than the one above by this factor."""
_WARM_UP = 0.08
_DROPOUT = 0.1
_BLANKED = 0.05
"""Share of pieces made unknown, so that no single word decides."""
_KINDS = 4.0
_FULL_SET = 600
_COMPOSED = 1500
"""Composed posts taken; they teach the fast model more than an encoder, which knows the language already."""
log = logging.getLogger(__name__)

Floats = NDArray[np.float32]


class _Layer(nn.Module):
    def __init__(self, source: base.Base, number: int) -> None:
        super().__init__()

        def linear(*names: str) -> nn.Linear:
            weight = np.concatenate([source.matrix(f"l{number}.{name}.w") for name in names])
            bias = np.concatenate([source.floats(f"l{number}.{name}.b") for name in names])
            made = nn.Linear(weight.shape[1], weight.shape[0])
            made.weight.data, made.bias.data = torch.from_numpy(weight), torch.from_numpy(bias)
            return made

        self.attend, self.gather = linear("q", "k", "v"), linear("ao")
        self.widen, self.narrow = linear("fi"), linear("fo")
        self.gather_norm = _norm(source, f"l{number}.aln")
        self.narrow_norm = _norm(source, f"l{number}.oln")

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        posts, length, width = x.shape
        mixed = self.attend(x).view(posts, length, 3, width // HEAD_SIZE, HEAD_SIZE).permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(*mixed, attn_mask=mask)
        gathered = self.gather(seen.transpose(1, 2).reshape(posts, length, width))
        x = self.gather_norm(x + functional.dropout(gathered, _DROPOUT, self.training))
        wide = self.narrow(functional.gelu(self.widen(x), approximate="tanh"))
        normed: Tensor = self.narrow_norm(x + functional.dropout(wide, _DROPOUT, self.training))
        return normed


class _Network(nn.Module):
    def __init__(self, source: base.Base, rows: Sequence[int]) -> None:
        super().__init__()
        self.words = nn.Embedding.from_pretrained(torch.from_numpy(source.matrix("emb.word")[list(rows)]))
        places = (
            source.floats("emb.pos").reshape(-1, source.width) + source.floats("emb.type")[: source.width]
        )
        self.places = nn.Parameter(torch.from_numpy(places[:MOST_PIECES].copy()))
        self.norm = _norm(source, "emb.ln")
        self.layers = nn.ModuleList(_Layer(source, number) for number in range(LAYERS))
        self.head = nn.Linear(2 * source.width, OUTPUTS)

    def forward(self, numbers: Tensor, there: Tensor) -> Tensor:
        x = self.norm(self.words(numbers) + self.places[: numbers.shape[1]])
        x = functional.dropout(x, _DROPOUT, self.training)
        for layer in self.layers:
            x = layer(x, there[:, None, None, :])
        own = there[..., None]
        mean = (x * own).sum(1) / own.sum(1)
        logits: Tensor = self.head(torch.cat([mean, x.masked_fill(~own, -1e4).max(1).values], 1))
        return logits


def tune(paths: Sequence[Path], trained: Trained, out: Path, seed: int = 0) -> Outcome:
    """Train a second look for the fast model ``trained`` on the labelled posts in ``paths``, and write it to ``out``.

    Returns how good both together are on posts of sets that neither had seen. The same files and seed give the same
    file on the same processor and library versions.

    Raises:
        ModelError: the files cannot be read, or the extra is not installed.
    """
    source = base.load()
    examples = _few_composed(labelled.read(paths))
    rows, texts, scores = source.vocabulary(labelled.texts(paths))
    pieces = Pieces(texts, scores)
    readings = [reading(analyse(example.passage), pieces) for example in examples]
    groups = _groups(examples)
    group_of = np.array([groups.get(example.set, -1) for example in examples])
    measured = np.array([example.measured for example in examples], dtype=bool)
    slow = np.zeros((len(examples), OUTPUTS))
    for group in range(GROUPS):
        log.info("leave out group %d of %d", group + 1, GROUPS)
        judged = np.flatnonzero((group_of == group) & measured)
        network = _trained(source, rows, readings, examples, np.flatnonzero(group_of != group), seed)
        slow[judged] = _judged(network, [readings[at] for at in judged])
    judged = np.flatnonzero(measured)
    real = [examples[at] for at in judged]
    fast = np.array([trained.logits[example.id] for example in real])
    mixture, outcome = mix(trained.version, real, fast, slow[judged])
    network = _trained(source, rows, readings, examples, np.arange(len(examples)), seed)
    careful.save(out, _arrays(network, source, rows, texts, scores), mixture)
    return outcome


def mix(
    version: str, examples: Sequence[Example], fast: NDArray[np.float64], slow: NDArray[np.float64]
) -> tuple[Mixture, Outcome]:
    """Choose the mixture on judgements of posts that neither the fast model nor the encoder had seen."""
    from sklearn.linear_model import LogisticRegression

    truth, kinds = targets(examples)
    blank = Mixture(base=version, low=LOW, high=HIGH, weights=(), threshold=0.5, kind_thresholds={})
    unsure = careful.is_unsure(blank, fast)
    weights = []
    for output in range(OUTPUTS):
        # kinds are a matter among requests, wherever the fast model put them
        among, target = (unsure, truth) if output == 0 else (truth, kinds[:, output - 1])
        opinions = np.column_stack([fast[among, output], slow[among, output]])
        if target[among].all() or not target[among].any():
            weights.append((1.0, 0.0, 0.0))
            continue
        fitted = LogisticRegression(C=10.0).fit(opinions, target[among])
        first, second = (round(float(factor), 4) for factor in fitted.coef_[0])
        weights.append((first, second, round(float(fitted.intercept_[0]), 4)))
    mixture = replace(blank, weights=tuple(weights))
    both = fast.copy()
    both[unsure] = careful.mixed(mixture, fast[unsure], slow[unsure])
    outcome = decide(examples, both, version)
    decided = replace(mixture, threshold=outcome.threshold, kind_thresholds=outcome.kind_thresholds)
    return decided, outcome


def _few_composed(examples: Sequence[Example]) -> list[Example]:
    composed = 0
    kept = []
    for example in examples:
        composed += example.set == "composed"
        if example.set != "composed" or composed <= _COMPOSED:
            kept.append(example)
    return kept


def _groups(examples: Sequence[Example]) -> dict[str, int]:
    """Deal the sets of real posts to groups: the largest first, each to the group with the fewest posts."""
    sizes = Counter(example.set for example in examples if example.measured)
    filled = [0] * GROUPS
    groups: dict[str, int] = {}
    for name, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        groups[name] = filled.index(min(filled))
        filled[groups[name]] += size
    return groups


def _importance(examples: Sequence[Example]) -> Floats:
    sizes = Counter(example.set for example in examples)
    own = {"composed": 0.4, "written": 1.0}
    return np.array(
        [own.get(example.set, min(1.0, (_FULL_SET / sizes[example.set]) ** 0.5)) for example in examples],
        dtype=np.float32,
    )


def _trained(
    source: base.Base,
    rows: Sequence[int],
    readings: Sequence[Sequence[int]],
    examples: Sequence[Example],
    kept: NDArray[np.int64],
    seed: int,
) -> _Network:
    torch.manual_seed(seed)
    chance = np.random.default_rng(seed)
    network = _Network(source, rows)
    truth, kinds = (torch.from_numpy(each).float() for each in targets(examples))
    importance = torch.from_numpy(_importance(examples))
    lower = [*network.norm.parameters(), network.places]
    groups: list[dict[str, Any]] = [{"params": lower, "lr": _RATE / 2}]
    groups += [
        {"params": list(layer.parameters()), "lr": _RATE * _DECAY ** (LAYERS - 1 - number)}
        for number, layer in enumerate(network.layers)
    ]
    groups.append({"params": list(network.head.parameters()), "lr": 10 * _RATE})
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, betas=(0.9, 0.98))
    rates = [group["lr"] for group in optimiser.param_groups]
    steps = [batch for _ in range(EPOCHS) for batch in _batches(kept, readings, chance)]
    network.train()
    for step, batch in enumerate(steps):
        share = min(1.0, (step + 1) / (_WARM_UP * len(steps))) * (1 - step / len(steps))
        for group, rate in zip(optimiser.param_groups, rates, strict=True):
            group["lr"] = rate * share
        numbers, there = _padded([readings[at] for at in batch])
        blanked = (torch.rand(numbers.shape) < _BLANKED) & (numbers > UNKNOWN)
        with torch.autocast("cpu", torch.bfloat16):
            logits = network(numbers.masked_fill(blanked, UNKNOWN), there)
        logits = logits.float()
        cross = functional.binary_cross_entropy_with_logits
        of_gate = cross(logits[:, 0], truth[batch], reduction="none")
        of_kinds = cross(logits[:, 1:], kinds[batch], reduction="none").mean(1) * truth[batch]
        loss = ((of_gate + _KINDS * of_kinds) * importance[batch]).mean()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        if step % 100 == 99:
            log.info("step %d of %d, loss %.3f", step + 1, len(steps), float(loss.detach()))
    network.train(mode=False)
    return network


def _batches(
    kept: NDArray[np.int64], readings: Sequence[Sequence[int]], chance: np.random.Generator
) -> list[NDArray[np.int64]]:
    mixed = kept[chance.permutation(len(kept))]
    batches = []
    for start in range(0, len(mixed), _BATCH * _SORTED):
        part = mixed[start : start + _BATCH * _SORTED]
        part = part[np.argsort([len(readings[at]) for at in part], kind="stable")]
        batches += [part[at : at + _BATCH] for at in range(0, len(part), _BATCH)]
    return [batches[at] for at in chance.permutation(len(batches))]


def _padded(readings: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    length = max(map(len, readings))
    numbers = torch.tensor([[*one, *[0] * (length - len(one))] for one in readings])
    there = torch.arange(length)[None, :] < torch.tensor([[len(one)] for one in readings])
    return numbers, there


def _judged(network: _Network, readings: Sequence[Sequence[int]]) -> Floats:
    with torch.no_grad():
        logits = [network(*_padded([one]))[0].numpy() for one in readings]
    return np.array(logits, dtype=np.float32)


def _arrays(
    network: _Network, source: base.Base, rows: Sequence[int], texts: list[str], scores: Sequence[float]
) -> dict[str, NDArray[Any]]:
    """Return what ``Encoder`` reads."""
    words, word_scales = source.blocks("emb.word")
    arrays: dict[str, NDArray[Any]] = {
        "pieces": np.frombuffer(json.dumps(texts, ensure_ascii=False).encode(), np.uint8),
        "scores": np.array(scores, np.float16),
        "words": words[list(rows)],
        "word_scales": word_scales[list(rows)],
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
            arrays[f"{number}.{name}"], arrays[f"{number}.{name}.scale"] = eight, scale
            arrays[f"{number}.{name}_bias"] = _half(linear.bias)
        for name in ("gather_norm", "narrow_norm"):
            arrays[f"{number}.{name}"] = _both(getattr(layer, name))
    return arrays


def _norm(source: base.Base, name: str) -> nn.LayerNorm:
    made = nn.LayerNorm(source.width, eps=encoder.EPSILON)
    made.weight.data = torch.from_numpy(source.floats(f"{name}.w"))
    made.bias.data = torch.from_numpy(source.floats(f"{name}.b"))
    return made


def _both(norm: nn.LayerNorm) -> NDArray[np.float16]:
    return np.stack([_half(norm.weight), _half(norm.bias)])


def _half(values: Tensor) -> NDArray[np.float16]:
    half: NDArray[np.float16] = values.detach().numpy().astype(np.float16)
    return half
