"""What encoders learn from and judge, and how their judgement is mixed with the fast model's; needs the extra ``train``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from radar.classify import careful
from radar.classify.careful import Mixture
from radar.classify.features import Analysis, may_ask
from radar.classify.labelled import Example
from radar.classify.model import OUTPUTS
from radar.classify.training import Outcome, decide, targets

GROUPS = 4
FLOOR = 0.08
"""Probability of the fast model from which on a post is read again."""
_EASY = 3


def groups(examples: Sequence[Example]) -> dict[str, int]:
    """Deal the sets of measured posts to groups; see ``deal``."""
    return deal((example.set for example in examples if example.measured), GROUPS)


def deal(sets: Iterable[str], groups: int) -> dict[str, int]:
    """Deal sets, named once for each post, to groups: the largest first, each to the group with the fewest posts."""
    filled = [0] * groups
    dealt: dict[str, int] = {}
    for name, size in sorted(Counter(sets).items(), key=lambda item: (-item[1], item[0])):
        dealt[name] = filled.index(min(filled))
        filled[dealt[name]] += size
    return dealt


def learned_from(examples: Sequence[Example], analyses: Sequence[Analysis], without: int | None) -> list[int]:
    """Return the places of the posts from which an encoder learns that judges group ``without``, or all (None).

    No post of the group's sets is among them, whoever labelled it. Of posts that are no request and in which no
    sentence may ask, every third is taken: few of them reach the encoder.
    """
    dealt = groups(examples)
    kept = []
    easy = 0
    for at, (example, analysis) in enumerate(zip(examples, analyses, strict=True)):
        if not example.request and not any(may_ask(found) for found in analysis.cues):
            easy += 1
            if easy % _EASY:
                continue
        if without is None or dealt.get(example.set) != without:
            kept.append(at)
    return kept


def mix(
    version: str, examples: Sequence[Example], fast: NDArray[np.float64], slow: NDArray[np.float64]
) -> tuple[Mixture, Outcome]:
    """Choose the mixture on judgements of posts that neither the fast model nor the encoder had seen."""
    from sklearn.linear_model import LogisticRegression

    truth, kinds = targets(examples)
    read = careful.may_be_request(FLOOR, fast)
    weights = []
    for output in range(OUTPUTS):
        # kinds are a matter among requests, wherever the fast model put them
        among, target = (read, truth) if output == 0 else (truth, kinds[:, output - 1])
        opinions = np.column_stack([fast[among, output], slow[among, output]])
        if target[among].all() or not target[among].any():
            weights.append((1.0, 0.0, 0.0))
            continue
        fitted = LogisticRegression(C=10.0).fit(opinions, target[among])
        first, second = (round(float(factor), 4) for factor in fitted.coef_[0])
        weights.append((first, second, round(float(fitted.intercept_[0]), 4)))
    both = fast.copy()
    both[read] = careful.mixed(weights, fast[read], slow[read])
    outcome = decide(examples, both, version)
    mixture = Mixture(
        base=version,
        floor=FLOOR,
        weights=tuple(weights),
        threshold=outcome.threshold,
        kind_thresholds=outcome.kind_thresholds,
    )
    return mixture, outcome
