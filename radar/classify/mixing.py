"""Deal sets to groups, and choose how the encoder's judgement is mixed with the fast model's; needs the extra ``train``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from radar.classify import careful
from radar.classify.careful import Mixture
from radar.classify.labelled import Example
from radar.classify.model import OUTPUTS
from radar.classify.training import Outcome, decide, targets

GROUPS = 5
LOW, HIGH = 0.05, 0.75
"""Probabilities of the fast model between which it counts as unsure."""


def groups(examples: Sequence[Example]) -> dict[str, int]:
    """Deal the sets of real posts to groups: the largest first, each to the group with the fewest posts."""
    sizes = Counter(example.set for example in examples if example.measured)
    filled = [0] * GROUPS
    dealt: dict[str, int] = {}
    for name, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        dealt[name] = filled.index(min(filled))
        filled[dealt[name]] += size
    return dealt


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
