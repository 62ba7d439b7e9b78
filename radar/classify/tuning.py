"""Train the encoder of the second look; needs the extra ``tune``.

A multilingual encoder (see ``base``, ``network``) is trained on with labelled posts: cross-entropy
of the gate, and of the kinds among requests. The sets of real posts are dealt to groups; for each group an encoder and
a fast model are trained without it and judge it. On these judgements the mixture of both is chosen (see ``mixing``).
The encoder that is written has seen all posts. It takes more than four hours on two cores, most of it for the groups.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from radar.classify import base, careful, labelled, mixing, network
from radar.classify.encoder import Encoder, reading, vocabulary
from radar.classify.features import Analysis, analyse
from radar.classify.labelled import Example
from radar.classify.model import OUTPUTS
from radar.classify.network import Arrays, Network
from radar.classify.pieces import UNKNOWN
from radar.classify.training import Outcome, Trained, importance, targets
from radar.errors import ModelError

_BATCH = 32
_SORTED = 40
"""Batches sorted by length together, so that little is padded."""
_DECAY = 0.9
"""Each layer learns slower than the one above by this factor."""
_WARM_UP = 0.08
_BLANKED = 0.05
"""Share of pieces made unknown, so that no single word decides."""
_KINDS = 4.0
"""How much the mean over the kinds counts beside the gate."""
_FULL_SET = 600
"""A set with more posts than this counts by the root of its size, second labels included."""
_COMPOSED = 1500
"""Composed posts taken; they teach the fast model more than an encoder, which knows the language already."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """How an encoder is made."""

    layers: int = base.LAYERS
    """How many layers it has, of those that it begins with."""
    epochs: int = 2
    rate: float = 1.5e-4
    """Greatest learning rate of its last layer."""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Lesson:
    """All posts, in a form that goes to another process."""

    examples: list[Example]
    readings: list[list[int]]
    weights: NDArray[np.float64]
    """How much each post counts."""
    begin: Arrays
    """The encoder that learning begins with."""


def tune(
    paths: Sequence[Path], fast: Callable[[], Trained], out: Path, seed: int = 0
) -> tuple[Trained, Outcome]:
    """Train a second look for a fast model on the labelled posts in ``paths``, and write it to ``out``.

    ``fast`` trains the fast model from the same posts, which it does while encoders are trained on the cores.
    Returns what it gave, and how good both together are on posts of sets that neither had seen; the encoder judges
    them in the form in which it is written. The same files and seed give the same file on the same processor and
    library versions.

    Raises:
        ModelError: the files cannot be read, the extra is not installed, or there is too little memory.
    """
    lesson, analyses = prepare(paths)
    examples, plan = lesson.examples, Plan(seed=seed)
    dealt = mixing.groups(examples)
    measured = [at for at, example in enumerate(examples) if example.measured]
    slow = np.zeros((len(examples), OUTPUTS), dtype=np.float32)
    # forked processes would share the state of PyTorch's threads
    spawn = multiprocessing.get_context("spawn")
    workers = min(os.cpu_count() or 1, 1 + mixing.GROUPS)
    pool = ProcessPoolExecutor(workers, spawn, start_worker, (logging.getLogger().level,))
    try:
        whole = pool.submit(learn, lesson, plan, mixing.learned_from(examples, analyses, None), "all posts")
        parts = {}
        for group in sorted(set(dealt.values())):
            judged = [at for at in measured if dealt[examples[at].set] == group]
            learned = mixing.learned_from(examples, analyses, group)
            name = f"all but group {group + 1}"
            parts[pool.submit(opinions, lesson, plan, learned, judged, name)] = judged
        trained = fast()
        for part in as_completed(parts):
            slow[parts[part]] = part.result()
        arrays = whole.result()
    except BrokenProcessPool as error:
        raise ModelError(
            "A process that trained an encoder was ended, perhaps for want of memory (each takes two gigabytes)."
        ) from error
    except BaseException:
        for process in multiprocessing.active_children():
            process.terminate()  # or they would first train to the end
        raise
    finally:
        pool.shutdown(cancel_futures=True)
    real = [examples[at] for at in measured]
    mixture, outcome = mixing.mix(trained.version, real, trained.logits, slow[measured].astype(float))
    careful.save(out, arrays, mixture)
    return trained, outcome


def prepare(paths: Sequence[Path]) -> tuple[Lesson, list[Analysis]]:
    """Return the labelled posts in ``paths`` as encoders learn from them, and what was found in each."""
    examples = few_composed(labelled.read(paths))
    begin = base.load().encoder(labelled.texts(paths))
    analyses = [analyse(example.passage) for example in examples]
    pieces = vocabulary(begin)
    readings = [reading(analysis, pieces) for analysis in analyses]
    return Lesson(examples, readings, weights(examples), begin), analyses


def weights(examples: Sequence[Example]) -> NDArray[np.float64]:
    """Return how much each post counts, so that no single site decides."""
    sets = np.array([example.set for example in examples])
    return importance(sets, ~np.isin(sets, labelled.MADE), _FULL_SET)


def few_composed(examples: Sequence[Example]) -> list[Example]:
    """Return the posts that an encoder may learn from, in their order."""
    composed = 0
    kept = []
    for example in examples:
        composed += example.set == "composed"
        if example.set != "composed" or composed <= _COMPOSED:
            kept.append(example)
    return kept


def start_worker(level: int) -> None:
    """Prepare a process in which an encoder is trained."""
    torch.set_num_threads(1)  # one core each: threads would fight for them
    logging.basicConfig(level=level, format="%(message)s")


def opinions(
    lesson: Lesson, plan: Plan, learned: Sequence[int], judged: Sequence[int], name: str
) -> NDArray[np.float32]:
    """Return the log-odds that an encoder made of some posts gives others."""
    analyses = [analyse(lesson.examples[at].passage) for at in judged]
    return Encoder(learn(lesson, plan, learned, name)).logits(analyses)


def learn(lesson: Lesson, plan: Plan, learned: Sequence[int], name: str) -> Arrays:
    """Return an encoder that has learned from the posts at these places; ``name`` is for the log."""
    torch.manual_seed(plan.seed)
    chance = np.random.default_rng(plan.seed)
    net = Network(lesson.begin, plan.layers)
    truth, kinds = (torch.from_numpy(each).float() for each in targets(lesson.examples))
    counts = torch.from_numpy(lesson.weights).float()
    optimiser = torch.optim.AdamW(_rates(net, plan.rate), weight_decay=0.01, betas=(0.9, 0.98))
    rates = [group["lr"] for group in optimiser.param_groups]
    steps = [
        batch for _ in range(plan.epochs) for batch in _batches(np.array(learned), lesson.readings, chance)
    ]
    # on a processor without instructions for them, products of short numbers take many times as long as of long ones
    able = torch.cpu.get_capabilities()
    short = any(able.get(name) for name in ("avx512_bf16", "bf16"))
    net.train()
    for step, batch in enumerate(steps):
        share = min(1.0, (step + 1) / (_WARM_UP * len(steps))) * (1 - step / len(steps))
        for group, rate in zip(optimiser.param_groups, rates, strict=True):
            group["lr"] = rate * share
        numbers, there = network.padded([lesson.readings[at] for at in batch])
        blanked = (torch.rand(numbers.shape) < _BLANKED) & (numbers > UNKNOWN)
        with torch.autocast("cpu", torch.bfloat16, enabled=short):
            logits = net(numbers.masked_fill(blanked, UNKNOWN), there)
        loss = _loss(logits.float(), truth[batch], kinds[batch], counts[batch])
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        if step % 100 == 99:
            log.info("%s: step %d of %d, loss %.3f", name, step + 1, len(steps), float(loss.detach()))
    net.train(mode=False)
    return network.arrays(net, lesson.begin)


def _loss(logits: Tensor, truth: Tensor, kinds: Tensor, weights: Tensor) -> Tensor:
    cross = functional.binary_cross_entropy_with_logits
    of_gate = cross(logits[:, 0], truth, reduction="none")
    of_kinds = cross(logits[:, 1:], kinds, reduction="none").mean(1) * truth
    return ((of_gate + _KINDS * of_kinds) * weights).mean()


def _rates(net: Network, rate: float) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = [{"params": [*net.norm.parameters(), net.places], "lr": rate / 2}]
    groups += [
        {"params": list(layer.parameters()), "lr": rate * _DECAY**above}
        for above, layer in enumerate(reversed(net.layers))
    ]
    return [*groups, {"params": list(net.head.parameters()), "lr": 10 * rate}]


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
