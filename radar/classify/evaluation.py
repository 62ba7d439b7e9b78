"""How good a classifier is on labelled posts, in figures; and the reliability diagram."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from radar.classify.labelled import Example
from radar.model import Kind, Verdict

BINS = 10
_RESAMPLES = 400
_FEWEST = 5
"""Requests that a set must have for its F1 to enter the mean over sets."""

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 of one decision; 0 where nothing was or should have been found."""

    precision: float
    recall: float
    f1: float
    positives: int
    """How many there were to find."""


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of the reliability diagram."""

    low: float
    high: float
    predicted: float
    """Mean probability the classifier gave."""
    observed: float
    """Share that were requests."""
    posts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All figures of one evaluation."""

    model: str
    threshold: float
    posts: int
    gate: Score
    gate_interval: tuple[float, float]
    """95 % of resampled gate F1 (posts drawn with replacement within each set)."""
    best_f1: float
    """F1 at the threshold that would have been best on these very posts: an upper bound, not a result."""
    best_threshold: float
    average_precision: float
    calibration_error: float
    """Expected calibration error over ten equal bins of probability."""
    bins: list[Bin]
    kinds: dict[str, Score]
    kinds_macro: float
    """Mean F1 of the kinds that occur."""
    kinds_macro_interval: tuple[float, float]
    languages: dict[str, Score]
    sets: dict[str, Score]
    sets_mean: float | None
    """Mean gate F1 of the sets with at least five requests; None if there are none."""
    mistaken: list[dict[str, object]] = field(default_factory=list)
    """The surest mistakes, for reading: id, set, label, probability."""

    def as_dict(self) -> dict[str, object]:
        """Return everything as plain values, for JSON."""
        return asdict(self)


def evaluate(
    examples: Sequence[Example],
    verdicts: Sequence[Verdict],
    threshold: float,
    kind_threshold: Callable[[Kind], float] | None = None,
    *,
    model: str = "",
    mistakes: int = 10,
) -> Report:
    """Compare verdicts with labels.

    A kind counts as found where the post passes the gate and the kind's probability reaches ``kind_threshold``
    (0.5 of the gate's probability if None). Posts that are no measure (``Example.measured``) are left out.
    """
    kept = [index for index, example in enumerate(examples) if example.measured]
    examples = [examples[index] for index in kept]
    verdicts = [verdicts[index] for index in kept]
    truth = np.array([example.request for example in examples], dtype=bool)
    probability = np.array([verdict.request for verdict in verdicts], dtype=float)
    found = probability >= threshold
    groups = (
        np.unique(np.array([example.set for example in examples]), return_inverse=True)[1]
        if examples
        else None
    )
    truths, founds = kind_matrices(examples, verdicts, found, kind_threshold)
    best_threshold, best_f1 = best(truth, probability)
    sets = _by(examples, lambda example: example.set, truth, found)
    counted = [score.f1 for score in sets.values() if score.positives >= _FEWEST]
    bins = reliability(truth, probability)
    return Report(
        model=model or (verdicts[0].model if verdicts else ""),
        threshold=threshold,
        posts=len(examples),
        gate=score(truth, found),
        gate_interval=_interval(groups, lambda rows: score(truth[rows], found[rows]).f1),
        best_f1=best_f1,
        best_threshold=best_threshold,
        average_precision=average_precision(truth, probability),
        calibration_error=calibration_error(bins),
        bins=bins,
        kinds={kind.value: score(truths[:, index], founds[:, index]) for index, kind in enumerate(Kind)},
        kinds_macro=_macro(truths, founds),
        kinds_macro_interval=_interval(groups, lambda rows: _macro(truths[rows], founds[rows])),
        languages=_by(examples, lambda example: example.language, truth, found),
        sets=sets,
        sets_mean=float(np.mean(counted)) if counted else None,
        mistaken=_mistaken(examples, truth, probability, threshold, mistakes),
    )


def kind_matrices(
    examples: Sequence[Example],
    verdicts: Sequence[Verdict],
    found: Flags,
    kind_threshold: Callable[[Kind], float] | None,
) -> tuple[Flags, Flags]:
    """Return which kinds each post has and which were found, posts by kinds."""
    truths = np.array([[kind in example.kinds for kind in Kind] for example in examples], dtype=bool)
    founds = np.zeros_like(truths)
    for row, verdict in enumerate(verdicts):
        if found[row]:
            for column, kind in enumerate(Kind):
                limit = kind_threshold(kind) if kind_threshold else verdict.request / 2
                founds[row, column] = verdict.kinds[kind] >= limit
    return truths.reshape(-1, len(Kind)), founds.reshape(-1, len(Kind))


def score(truth: Flags, found: Flags) -> Score:
    """Return precision, recall and F1."""
    hits = int((truth & found).sum())
    positives, claimed = int(truth.sum()), int(found.sum())
    precision = hits / claimed if claimed else 0.0
    recall = hits / positives if positives else 0.0
    f1 = 2 * hits / (positives + claimed) if positives + claimed else 0.0
    return Score(precision, recall, f1, positives)


def best(truth: Flags, probability: Numbers) -> tuple[float, float]:
    """Return the threshold with the highest F1 on these posts, and that F1."""
    if not truth.any():
        return 0.5, 0.0
    order = np.argsort(-probability, kind="stable")
    hits = np.cumsum(truth[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + truth.sum())
    # only places where the probability changes are thresholds
    last = np.append(np.diff(probability[order]) != 0, True)
    f1 = np.where(last, f1, 0.0)
    at = int(np.argmax(f1))
    return float(probability[order][at]), float(f1[at])


def average_precision(truth: Flags, probability: Numbers) -> float:
    """Return the area under the precision-recall steps (as scikit-learn's ``average_precision_score``)."""
    if not truth.any():
        return 0.0
    order = np.argsort(-probability, kind="stable")
    hits = np.cumsum(truth[order])
    last = np.flatnonzero(np.append(np.diff(probability[order]) != 0, True))
    precision = hits[last] / (last + 1)
    recall = hits[last] / truth.sum()
    return float(np.sum(np.diff(recall, prepend=0.0) * precision))


def reliability(truth: Flags, probability: Numbers) -> list[Bin]:
    """Return the bars of the reliability diagram: equal bins of probability, empty ones left out."""
    number = np.minimum((probability * BINS).astype(int), BINS - 1)
    return [
        Bin(
            bin_ / BINS,
            (bin_ + 1) / BINS,
            float(probability[number == bin_].mean()),
            float(truth[number == bin_].mean()),
            int((number == bin_).sum()),
        )
        for bin_ in range(BINS)
        if (number == bin_).any()
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error: the mean gap between said and seen, weighted by posts."""
    posts = sum(bin_.posts for bin_ in bins)
    return sum(abs(bin_.predicted - bin_.observed) * bin_.posts for bin_ in bins) / posts if posts else 0.0


def draw_reliability(report: Report, path: Path) -> None:
    """Write the reliability diagram as a PNG; needs the extra ``train`` (matplotlib)."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 5), dpi=120)
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], linestyle="--", color="grey", linewidth=1)
    axes.bar(
        [(bin_.low + bin_.high) / 2 for bin_ in report.bins],
        [bin_.observed for bin_ in report.bins],
        width=0.9 / BINS,
        color="#9ecae1",
    )
    axes.plot(
        [b.predicted for b in report.bins], [b.observed for b in report.bins], marker="o", color="#08519c"
    )
    for bin_ in report.bins:
        axes.annotate(
            str(bin_.posts), (bin_.predicted, bin_.observed), textcoords="offset points", xytext=(4, -9)
        )
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="probability given", ylabel="share that were requests")
    axes.set_title(f"{report.model}: calibration error {report.calibration_error:.3f}")
    figure.savefig(path)


def _macro(truths: Flags, founds: Flags) -> float:
    scores = [score(truths[:, column], founds[:, column]) for column in range(truths.shape[1])]
    occurring = [one.f1 for one in scores if one.positives]
    return float(np.mean(occurring)) if occurring else 0.0


def _by(
    examples: Sequence[Example], key: Callable[[Example], str], truth: Flags, found: Flags
) -> dict[str, Score]:
    keys = np.array([key(example) for example in examples])
    return {str(one): score(truth[keys == one], found[keys == one]) for one in sorted(set(keys.tolist()))}


def _interval(
    groups: NDArray[np.intp] | None, figure: Callable[[NDArray[np.intp]], float]
) -> tuple[float, float]:
    if groups is None or len(groups) == 0:
        return 0.0, 0.0
    draw = np.random.default_rng(0)
    members = [np.flatnonzero(groups == group) for group in range(int(groups.max()) + 1)]
    drawn = [
        figure(np.concatenate([draw.choice(rows, len(rows)) for rows in members])) for _ in range(_RESAMPLES)
    ]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def _mistaken(
    examples: Sequence[Example], truth: Flags, probability: Numbers, threshold: float, count: int
) -> list[dict[str, object]]:
    surest: list[dict[str, object]] = []
    for wrong, sign in ((truth & (probability < threshold), 1), (~truth & (probability >= threshold), -1)):
        rows = np.flatnonzero(wrong)
        for row in rows[np.argsort(sign * probability[rows], kind="stable")][:count]:
            example = examples[int(row)]
            surest.append(
                {
                    "id": example.id,
                    "set": example.set,
                    "label": example.label,
                    "request": round(float(probability[row]), 3),
                    "excerpt": " ".join(f"{example.passage.title} {example.passage.text}".split())[:160],
                }
            )
    return surest


def table(report: Report) -> str:
    """Return the figures as text for people."""

    def line(name: str, one: Score) -> str:
        return f"  {name:28} {one.positives:6d}  {one.precision:.3f}  {one.recall:.3f}  {one.f1:.3f}"

    def block(heading: str, scores: Mapping[str, Score]) -> list[str]:
        return [heading, *(line(name or "-", one) for name, one in scores.items())]

    low, high = report.gate_interval
    kinds_low, kinds_high = report.kinds_macro_interval
    gate = report.gate
    lines = [
        f"{report.model} on {report.posts} posts, threshold {report.threshold:.2f}",
        f"request or not   precision {gate.precision:.3f}  recall {gate.recall:.3f}  F1 {gate.f1:.3f} (95 % {low:.3f} to {high:.3f})",
        f"                 average precision {report.average_precision:.3f}, calibration error {report.calibration_error:.3f}",
        f"                 best F1 on these very posts {report.best_f1:.3f} at {report.best_threshold:.2f}",
        f"kinds            macro F1 {report.kinds_macro:.3f} (95 % {kinds_low:.3f} to {kinds_high:.3f})",
        *([] if report.sets_mean is None else [f"mean over sets   F1 {report.sets_mean:.3f}"]),
        f"  {'':28} {'number':>6}  prec.  recall F1",
        *block("kinds", report.kinds),
        *block("languages", report.languages),
        *block("sets", report.sets),
        *(["surest mistakes"] if report.mistaken else []),
        *(
            f"  {one['request']:.2f} {one['label']:8} {one['set']}: {one['excerpt']}"
            for one in report.mistaken
        ),
    ]
    return "\n".join(lines)
