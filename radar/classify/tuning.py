"""Train the encoder of the second look; needs the extra ``tune``.

The first layers of a multilingual encoder (see ``base``, ``network``) are trained on with labelled posts: cross-entropy
of the gate, and of the kinds among requests. The sets of real posts are dealt to groups; for each group an encoder and
a fast model are trained without it and judge it. On these judgements the mixture of both is chosen (see ``mixing``).
The encoder that is written has seen all posts. It takes hours on two cores, most of it for the groups.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from radar.classify import base, careful, labelled, mixing, network
from radar.classify.encoder import Encoder, reading
from radar.classify.features import analyse
from radar.classify.labelled import Example
from radar.classify.network import LAYERS, Network
from radar.classify.pieces import UNKNOWN, Pieces
from radar.classify.training import Outcome, Trained, targets

EPOCHS = 2
_BATCH = 32
_SORTED = 40
"""Batches sorted by length together, so that little is padded."""
_RATE = 6e-5
_DECAY = 0.9
"""Each layer learns slower than the one above by this factor."""
_WARM_UP = 0.08
_BLANKED = 0.05
"""Share of pieces made unknown, so that no single word decides."""
_KINDS = 4.0
_FULL_SET = 600
_COMPOSED = 1500
"""Composed posts taken; they teach the fast model more than an encoder, which knows the language already."""
log = logging.getLogger(__name__)

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class _Lesson:
    """All that is learned from, in a form that goes to another process."""

    examples: list[Example]
    readings: list[list[int]]
    rows: list[int]
    texts: list[str]
    scores: list[float]
    seed: int


def tune(paths: Sequence[Path], trained: Trained, out: Path, seed: int = 0) -> Outcome:
    """Train a second look for the fast model ``trained`` on the labelled posts in ``paths``, and write it to ``out``.

    Returns how good both together are on posts of sets that neither had seen; the encoder judges them in the form in
    which it is written. One training runs on each core. The same files and seed give the same file on the same
    processor and library versions.

    Raises:
        ModelError: the files cannot be read, or the extra is not installed.
    """
    examples = _few_composed(labelled.read(paths))
    rows, texts, scores = base.load().vocabulary(labelled.texts(paths))
    # as the file will hold them, or words might be cut in other ways than were learned
    scores = np.array(scores, np.float16).astype(float).tolist()
    pieces = Pieces(texts, scores)
    readings = [reading(analyse(example.passage), pieces) for example in examples]
    lesson = _Lesson(examples, readings, rows, texts, scores, seed)
    slow: dict[str, NDArray[np.float32]] = {}
    workers = min(len(os.sched_getaffinity(0)), 1 + mixing.GROUPS)
    # forked processes would share the state of PyTorch's threads
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, spawn, _begin, (logging.getLogger().level,)) as pool:
        whole = pool.submit(_learned, lesson, None)
        parts = [pool.submit(_opinions, lesson, group) for group in range(mixing.GROUPS)]
        for group, part in enumerate(parts):
            slow |= part.result()
            log.info("group %d of %d is judged", group + 1, mixing.GROUPS)
        arrays = whole.result()
    real = [example for example in examples if example.measured]
    mixture, outcome = mixing.mix(
        trained.version,
        real,
        np.array([trained.logits[example.id] for example in real]),
        np.array([slow[example.id] for example in real]),
    )
    careful.save(out, arrays, mixture)
    return outcome


def _few_composed(examples: Sequence[Example]) -> list[Example]:
    composed = 0
    kept = []
    for example in examples:
        composed += example.set == "composed"
        if example.set != "composed" or composed <= _COMPOSED:
            kept.append(example)
    return kept


def _begin(level: int) -> None:
    # one core each: PyTorch's and NumPy's threads would fight for them
    torch.set_num_threads(1)
    logging.basicConfig(level=level, format="%(message)s")


def _opinions(lesson: _Lesson, group: int) -> dict[str, NDArray[np.float32]]:
    """Return the log-odds, by example id, that an encoder gives the posts of a group it has not seen."""
    dealt = mixing.groups(lesson.examples)
    judged = [one for one in lesson.examples if one.measured and dealt[one.set] == group]
    if not judged:
        return {}
    logits = Encoder(_learned(lesson, group)).logits([analyse(example.passage) for example in judged])
    return {example.id: row for example, row in zip(judged, logits, strict=True)}


def _learned(lesson: _Lesson, without: int | None) -> Arrays:
    """Return an encoder that has learned from all posts but those of the sets of one group."""
    torch.manual_seed(lesson.seed)
    chance = np.random.default_rng(lesson.seed)
    dealt = mixing.groups(lesson.examples)
    kept = np.array(
        [at for at, one in enumerate(lesson.examples) if without is None or dealt.get(one.set) != without]
    )
    source = base.load()
    net = Network(source, lesson.rows)
    truth, kinds = (torch.from_numpy(each).float() for each in targets(lesson.examples))
    importance = torch.from_numpy(_importance(lesson.examples))
    optimiser = torch.optim.AdamW(_rates(net), weight_decay=0.01, betas=(0.9, 0.98))
    rates = [group["lr"] for group in optimiser.param_groups]
    steps = [batch for _ in range(EPOCHS) for batch in _batches(kept, lesson.readings, chance)]
    name = "all posts" if without is None else f"all but group {without + 1}"
    net.train()
    for step, batch in enumerate(steps):
        share = min(1.0, (step + 1) / (_WARM_UP * len(steps))) * (1 - step / len(steps))
        for group, rate in zip(optimiser.param_groups, rates, strict=True):
            group["lr"] = rate * share
        numbers, there = network.padded([lesson.readings[at] for at in batch])
        blanked = (torch.rand(numbers.shape) < _BLANKED) & (numbers > UNKNOWN)
        with torch.autocast("cpu", torch.bfloat16):
            logits = net(numbers.masked_fill(blanked, UNKNOWN), there)
        loss = _loss(logits.float(), truth[batch], kinds[batch], importance[batch])
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        if step % 100 == 99:
            log.info("%s: step %d of %d, loss %.3f", name, step + 1, len(steps), float(loss.detach()))
    net.train(mode=False)
    return network.arrays(net, source, lesson.rows, lesson.texts, lesson.scores)


def _loss(logits: Tensor, truth: Tensor, kinds: Tensor, importance: Tensor) -> Tensor:
    cross = functional.binary_cross_entropy_with_logits
    of_gate = cross(logits[:, 0], truth, reduction="none")
    of_kinds = cross(logits[:, 1:], kinds, reduction="none").mean(1) * truth
    return ((of_gate + _KINDS * of_kinds) * importance).mean()


def _rates(net: Network) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = [{"params": [*net.norm.parameters(), net.places], "lr": _RATE / 2}]
    groups += [
        {"params": list(layer.parameters()), "lr": _RATE * _DECAY ** (LAYERS - 1 - number)}
        for number, layer in enumerate(net.layers)
    ]
    return [*groups, {"params": list(net.head.parameters()), "lr": 10 * _RATE}]


def _importance(examples: Sequence[Example]) -> NDArray[np.float32]:
    sizes = Counter(example.set for example in examples)
    own = {"composed": 0.4, "written": 1.0}
    return np.array(
        [own.get(example.set, min(1.0, (_FULL_SET / sizes[example.set]) ** 0.5)) for example in examples],
        dtype=np.float32,
    )


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
