"""Train a second look on with posts that were labelled since it was made; needs the extra ``tune``.

Part of what it learned before is gone over once more, or it would forget it: half as many posts as there are fresh
ones, drawn by how much they count. Whether that helps is measured beside it: the sets of fresh posts are dealt to two
halves, and each half is judged by the encoder as it was, and by one trained on without fresh posts of that half. The
mixture with the fast model and the thresholds stay as they are.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections.abc import Collection, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from radar.classify import careful, evaluation, labelled, mixing, model, tuning
from radar.classify.careful import Mixture, SecondLook
from radar.classify.encoder import Encoder, depth, reading, vocabulary
from radar.classify.evaluation import Report
from radar.classify.features import analyse
from radar.classify.labelled import MADE, Example
from radar.classify.network import Arrays
from radar.classify.tuning import Lesson, Plan
from radar.errors import ModelError
from radar.model import Verdict

_HALVES = 2
_GONE_OVER = 0.5
"""How many known posts are learned from once more, for each fresh one."""
_PLAN = Plan(epochs=1, rate=8e-5)
"""It knows most already: once, and half as fast as when it was made."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What training on is worth, on fresh posts of sets of which it had learned from no fresh post."""

    before: Report
    after: Report


def train_on(
    paths: Sequence[Path],
    fresh_paths: Sequence[Path],
    out: Path,
    second_look: Path | None = None,
    seed: int = 0,
) -> Comparison:
    """Train the second look of the package, or the one in ``second_look``, on, and write it to ``out``.

    ``paths`` are the files that it was made from, ``fresh_paths`` hold what it has not learned from: posts with labels, or
    labels for posts in ``paths``. The same files and seed give the same file on the same processor, number of cores,
    and library versions.

    Raises:
        ModelError: a file cannot be read, nothing in it is new, it belongs to another fast model than the package's, the
            extra is not installed, or there is too little memory.
    """
    arrays, mixture, _ = careful.read(second_look)
    alone = model.load(second_look=False)
    if alone.version != mixture.base:
        raise ModelError(f"The second look belongs to {mixture.base}, not to the package's {alone.version}.")
    lesson, learned, fresh = prepare(paths, fresh_paths, arrays)
    half_of = mixing.deal((lesson.examples[at].set for at in fresh if _real(lesson.examples[at])), _HALVES)
    if len(half_of) < _HALVES:
        raise ModelError(
            "The fresh posts must be of two sets at least, besides written ones: nothing else tells whether they help."
        )
    plan = replace(_PLAN, seed=seed, layers=depth(arrays))
    kept = with_known(lesson, learned, fresh, (), seed)
    log.info("%d fresh posts, %d with those gone over", len(fresh), len(kept))
    careful.save(out, tuning.learn(lesson, plan, kept, "all posts"), mixture)
    examples: list[Example] = []
    before: list[Verdict] = []
    after: list[Verdict] = []
    spawn = multiprocessing.get_context("spawn")
    workers = min(os.cpu_count() or 1, _HALVES)
    pool = ProcessPoolExecutor(workers, spawn, tuning.start_worker, (logging.getLogger().level,))
    try:
        opinions = []
        for half in range(_HALVES):
            sets = {name for name, its_half in half_of.items() if its_half == half}
            judged = [at for at in fresh if lesson.examples[at].set in sets]
            kept = with_known(lesson, learned, fresh, sets, seed)
            name = f"all but half {half + 1} of the sets"
            opinions.append(pool.submit(_opinions, lesson, plan, kept, judged, mixture, name))
            examples += [replace(lesson.examples[at], measured=True) for at in judged]
        for opinion in opinions:
            earlier, later = opinion.result()
            before += earlier
            after += later
    except BrokenProcessPool as error:
        raise ModelError(
            f"{out} is written, but a process that compared it was ended, perhaps for want of memory."
        ) from error
    except BaseException:
        for process in multiprocessing.active_children():
            process.terminate()  # or they would first train to the end
        raise
    finally:
        pool.shutdown(cancel_futures=True)
    return Comparison(*(_report(examples, verdicts, mixture) for verdicts in (before, after)))


def prepare(
    paths: Sequence[Path], fresh_paths: Sequence[Path], begin: Arrays
) -> tuple[Lesson, list[int], list[int]]:
    """Return all posts as the encoder ``begin`` learns from them, and the places of those it may learn from, and of the fresh.

    Raises:
        ModelError: a file cannot be read, nothing is new, or everything.
    """
    known = {example.id for example in labelled.read(paths)}
    examples = tuning.few_composed(labelled.read([*paths, *fresh_paths]))
    fresh = [at for at, example in enumerate(examples) if example.id not in known]
    if not fresh:
        raise ModelError(f"Nothing is new in {', '.join(map(str, fresh_paths))}.")
    analyses = [analyse(example.passage) for example in examples]
    pieces = vocabulary(begin)
    readings = [reading(analysis, pieces) for analysis in analyses]
    learned = mixing.learned_from(examples, analyses, None)
    if set(learned) <= set(fresh):
        raise ModelError(
            "Give the files that it was made from besides the fresh ones, or it would forget them."
        )
    return Lesson(examples, readings, np.ones(len(examples)), begin), learned, fresh


def with_known(
    lesson: Lesson, learned: Sequence[int], fresh: Sequence[int], without: Collection[str], seed: int
) -> list[int]:
    """Return those of the ``learned`` places to learn from: fresh ones but those of the sets ``without``, some known ones.

    The known ones are drawn by how much they count.
    """
    new = set(fresh)
    chosen = [at for at in learned if at in new and lesson.examples[at].set not in without]
    known = np.array([at for at in learned if at not in new])
    counts = tuning.weights(lesson.examples)[known]
    drawn = np.random.default_rng(seed).choice(
        known, min(len(known), round(_GONE_OVER * len(chosen))), replace=False, p=counts / counts.sum()
    )
    return [*chosen, *drawn.tolist()]


def _opinions(
    lesson: Lesson, plan: Plan, learned: Sequence[int], judged: Sequence[int], mixture: Mixture, name: str
) -> tuple[list[Verdict], list[Verdict]]:
    """Return the whole judgement of some posts with the encoder as it was, and with one that was trained on."""
    passages = [lesson.examples[at].passage for at in judged]
    alone = model.load(second_look=False)
    earlier, later = (
        alone.looking_twice(SecondLook(Encoder(arrays), mixture, when)).classify(passages)
        for arrays, when in ((lesson.begin, "before"), (tuning.learn(lesson, plan, learned, name), "after"))
    )
    return earlier, later


def _report(examples: Sequence[Example], verdicts: Sequence[Verdict], mixture: Mixture) -> Report:
    return evaluation.evaluate(
        examples, verdicts, mixture.threshold, lambda kind: mixture.kind_thresholds[kind.value]
    )


def _real(example: Example) -> bool:
    return example.set not in MADE
