"""Train the classifier from labelled posts; needs the extra ``train`` (scikit-learn).

The gate and each kind are logistic regressions on the features of ``features``. Sets count less than in proportion
to their size, so that no single site decides. Then every set of real posts is left out once (several small ones
together, see ``folds``) and judged by a model that never saw it: on these judgements the probabilities are calibrated
(Platt) and the thresholds are chosen. Posts written for training are learned from, but never judged.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radar.classify import archive, evaluation, features, labelled, model
from radar.classify.evaluation import Report
from radar.classify.features import analyse
from radar.classify.labelled import Example
from radar.errors import ModelError
from radar.model import Kind, Verdict

VERSION = "radar-3"
"""Of the features and the method; each training adds a hash of what came out."""
_STRENGTH = 15.0
"""Inverse of the regularisation of the gate (scikit-learn's C)."""
_KIND_STRENGTH = 8.0
_FULL_SET = 300
"""A set with more posts than this counts by the root of its size."""
_COMPOSED_WEIGHT = 0.4
_FEWEST_POSTS = 2
_TOLERANCE = 5e-5
_BATCH = 256
log = logging.getLogger(__name__)

Matrix = Any
"""A scipy.sparse.csr_matrix."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Thresholds, and how good judgements of posts whose set was left out are at them."""

    threshold: float
    kind_thresholds: dict[str, float]
    report: Report


@dataclass(frozen=True, slots=True)
class Trained:
    """What training gave: where the model lies, and how good models of its making are on posts of unseen sets."""

    path: Path
    version: str
    sources: list[tuple[int, int]]
    """Of each file: how many posts were learned from, and how many of them are no measure."""
    outcome: Outcome
    """Left-one-set-out."""
    logits: Floats
    """Calibrated log-odds of the measured posts in the order of the files, by models that never saw the post's set."""


def train(paths: Sequence[Path], out: Path, seed: int = 0) -> Trained:
    """Train on the labelled posts in ``paths`` and write the model to ``out``.

    The same files give the same model; ``seed`` orders the examples and is part of that.

    Raises:
        ModelError: the files cannot be read, or hold too few posts or sets to learn from.
    """
    examples = labelled.read(paths)
    sources = [
        (len(own), sum(not example.measured for example in own))
        for own in ([example for example in examples if example.source == path] for path in paths)
    ]
    real = np.array([example.measured for example in examples], dtype=bool)
    sets = np.array([example.set for example in examples])
    if len(set(sets[real].tolist())) < 2 or sum(example.request for example in examples) < 20:
        raise ModelError("Training needs at least two sets of real posts and twenty requests.")
    measured = real
    order = np.random.default_rng(seed).permutation(len(examples))
    examples = [examples[index] for index in order]
    real, sets = real[order], sets[order]
    x = encode(examples)
    truth, kinds = targets(examples)
    weight = importance(sets, real)
    raw = np.zeros((len(examples), model.OUTPUTS))
    for held_out in folds(sets[real].tolist()):
        held = np.isin(sets, held_out)
        test = held & real
        log.info("leave out %s (%d posts)", ", ".join(held_out), int(test.sum()))
        weights, bias = _fit(x[~held], truth[~held], kinds[~held], weight[~held])
        raw[test] = x[test] @ weights + bias
    slope, shift = _calibrate(raw, truth, kinds, real)
    judged = np.flatnonzero(real)
    logits = raw[judged] * slope + shift
    weights, bias = _fit(x, truth, kinds, weight)
    version = f"{VERSION}.{archive.fingerprint(weights.astype(np.float16), bias, slope, shift)}"
    outcome = decide([examples[index] for index in judged], logits, version)
    meta = model.Meta(
        version=version,
        threshold=outcome.threshold,
        bias=tuple(bias.tolist()),
        slope=tuple(slope.tolist()),
        shift=tuple(shift.tolist()),
        kind_thresholds=outcome.kind_thresholds,
    )
    model.save(out, weights.astype(np.float32), meta)
    in_files = np.zeros_like(raw)
    in_files[order[judged]] = logits
    return Trained(out, version, sources, outcome, in_files[measured])


def targets(examples: Sequence[Example]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return whether each post is a request, and (posts by kinds) of which kinds."""
    truth = np.array([example.request for example in examples], dtype=bool)
    kinds = np.array([[kind in example.kinds for kind in Kind] for example in examples], dtype=bool)
    return truth, kinds


def decide(examples: Sequence[Example], logits: Floats, version: str) -> Outcome:
    """Choose thresholds on judgements of posts whose set was left out, and say how good they are."""
    truth, kinds = targets(examples)
    probability = _logistic(logits)
    request = np.clip(probability[:, 0], 0.01, 0.99)
    joint = request[:, None] * probability[:, 1:]
    threshold = round(evaluation.best(truth, request)[0], 2)
    passed = request >= threshold
    limits = {
        kind.value: max(
            0.01, round(evaluation.best(kinds[:, column], np.where(passed, joint[:, column], 0))[0], 2)
        )
        for column, kind in enumerate(Kind)
    }
    verdicts = [
        Verdict(
            request=float(request[row]),
            kinds=dict(zip(Kind, joint[row].tolist(), strict=True)),
            model=f"{version}, set left out",
        )
        for row in range(len(examples))
    ]
    report = evaluation.evaluate(examples, verdicts, threshold, lambda kind: limits[kind.value])
    return Outcome(threshold, limits, report)


def train_once(examples: Sequence[Example], out: Path) -> None:
    """Train on ``examples`` without judging sets left out: uncalibrated, with fixed thresholds. For experiments."""
    x = encode(examples)
    truth, kinds = targets(examples)
    real = np.array([example.measured for example in examples], dtype=bool)
    weights, bias = _fit(x, truth, kinds, importance(np.array([example.set for example in examples]), real))
    even = (1.0,) * model.OUTPUTS
    meta = model.Meta(
        version="experiment",
        threshold=0.4,
        bias=tuple(bias.tolist()),
        slope=even,
        shift=(0.0,) * model.OUTPUTS,
        kind_thresholds={kind.value: 0.3 for kind in Kind},
    )
    model.save(out, weights.astype(np.float32), meta)


def encode(examples: Sequence[Example]) -> Matrix:
    """Return the features of all examples as one sparse matrix."""
    from scipy.sparse import csr_matrix

    columns: list[NDArray[np.int64]] = []
    values: list[NDArray[np.float32]] = []
    starts: list[NDArray[np.int64]] = [np.zeros(1, np.int64)]
    for begin in range(0, len(examples), _BATCH):
        part = features.matrix([analyse(example.passage) for example in examples[begin : begin + _BATCH]])
        columns.append(part[0])
        values.append(part[1])
        starts.append(part[2][1:] + starts[-1][-1])
    shape = (len(examples), 1 << features.BITS)
    return csr_matrix((np.concatenate(values), np.concatenate(columns), np.concatenate(starts)), shape=shape)


def importance(sets: NDArray[np.str_], real: NDArray[np.bool_], full: int = _FULL_SET) -> Floats:
    """Return how much each example counts; a set with more than ``full`` ``real`` posts counts by the root of its size."""
    sizes = Counter(sets[real].tolist())
    of_set = {name: min(1.0, (full / size) ** 0.5) for name, size in sizes.items()}
    return np.array(
        [_COMPOSED_WEIGHT if name == "composed" else of_set.get(name, 1.0) for name in sets.tolist()]
    )


def folds(sets: Sequence[str]) -> list[list[str]]:
    """Return which sets to leave out together: each alone, but sets of fewer than fifty posts beside larger ones in one go."""
    sizes = Counter(sets)
    alone = [[name] for name in sorted(sizes) if sizes[name] >= 50]
    small = sorted(name for name in sizes if sizes[name] < 50)
    if not alone:
        return [[name] for name in small]
    return [*alone, small] if small else alone


def _fit(
    x: Matrix, truth: NDArray[np.bool_], kinds: NDArray[np.bool_], weight: Floats
) -> tuple[Floats, Floats]:
    """Return weights (features by outputs) and bias of gate and kinds; kinds are learned among requests only."""
    weights = np.zeros((x.shape[1], model.OUTPUTS))
    bias = np.zeros(model.OUTPUTS)
    weights[:, 0], bias[0] = _logistic_regression(x, truth, weight, _STRENGTH)
    requests = x[truth]
    for column in range(len(Kind)):
        weights[:, column + 1], bias[column + 1] = _logistic_regression(
            requests, kinds[truth, column], weight[truth], _KIND_STRENGTH
        )
    return weights, bias


def _logistic_regression(
    x: Matrix, truth: NDArray[np.bool_], weight: Floats, strength: float
) -> tuple[Floats, float]:
    from sklearn.linear_model import LogisticRegression

    if truth.all() or not truth.any():
        return np.zeros(x.shape[1]), 6.0 if truth.all() else -6.0
    # features of a single post teach nothing about others; without them the fit takes a fraction of the time
    shared = np.flatnonzero(np.bincount(x.indices, minlength=x.shape[1]) >= _FEWEST_POSTS)
    classifier = LogisticRegression(C=strength, max_iter=200, tol=_TOLERANCE)
    classifier.fit(x[:, shared], truth, sample_weight=weight.astype(np.float32))
    weights = np.zeros(x.shape[1])
    weights[shared] = classifier.coef_[0]
    return weights, float(classifier.intercept_[0])


def _calibrate(
    raw: Floats, truth: NDArray[np.bool_], kinds: NDArray[np.bool_], real: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Return slope and shift of each output (Platt), from judgements of posts whose set was left out."""
    slope, shift = np.ones(model.OUTPUTS), np.zeros(model.OUTPUTS)
    asked = real & truth
    outputs = [(raw[real, 0], truth[real])]
    outputs += [(raw[asked, column + 1], kinds[asked, column]) for column in range(len(Kind))]
    for output, (logit, seen) in enumerate(outputs):
        if seen.any() and not seen.all():
            slope[output], shift[output] = _platt(logit, seen)
    return slope, shift


def _platt(logit: Floats, seen: NDArray[np.bool_]) -> tuple[float, float]:
    from scipy.optimize import minimize

    # Platt, "Probabilistic outputs for support vector machines" (1999): targets short of 0 and 1
    hits = int(seen.sum())
    target = np.where(seen, (hits + 1) / (hits + 2), 1 / (len(seen) - hits + 2))

    def loss(parameters: Floats) -> float:
        z = logit * parameters[0] + parameters[1]
        return float(np.mean(np.logaddexp(0, z) - target * z)) + 1e-3 * float(parameters[0] - 1) ** 2

    found = minimize(loss, np.array([1.0, 0.0]), method="L-BFGS-B").x
    return float(found[0]), float(found[1])


def _logistic(logit: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(logit, -30, 30)))
