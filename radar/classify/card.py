"""The model card: what a model was made of, how, and how good it is."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from radar.classify.evaluation import Score

if TYPE_CHECKING:
    from radar.classify.training import Outcome, Trained


def write(trained: Trained, outcome: Outcome, files: Sequence[Path], seed: int) -> str:
    """Return the card as Markdown."""
    report = outcome.report
    low, high = report.gate_interval
    kinds_low, kinds_high = report.kinds_macro_interval
    gate = report.gate
    names = " ".join(file.name for file in files)
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
        f"    radar train {names} --out model.npz --seed {seed}",
        "",
        "The same files and seed give the same model, byte for byte, on the same versions of NumPy and scikit-learn.",
        "",
        "## Method",
        "",
        "Logistic regressions (one for the gate, one a kind) on hashed word and cue features; see docs/classifier.md.",
        "Every figure below is of posts judged by a model that saw no post of their set (sets of fewer than fifty posts",
        "are left out together). Calibration and thresholds were chosen on these same judgements.",
        "",
        "## Figures",
        "",
        "| | |",
        "|---|---|",
        f"| posts | {report.posts} |",
        f"| threshold | {report.threshold:.2f} |",
        f"| precision, recall | {gate.precision:.3f}, {gate.recall:.3f} |",
        f"| F1 | {gate.f1:.3f} (95 % {low:.3f} to {high:.3f}) |",
        f"| average precision | {report.average_precision:.3f} |",
        f"| expected calibration error | {report.calibration_error:.3f} |",
        f"| macro-F1 of kinds | {report.kinds_macro:.3f} (95 % {kinds_low:.3f} to {kinds_high:.3f}) |",
        *([] if report.sets_mean is None else [f"| mean F1 over sets | {report.sets_mean:.3f} |"]),
        "",
        *_table("kind", report.kinds),
        *_table("language", report.languages),
        *_table("set", report.sets),
    ]
    return "\n".join(lines)


def _table(heading: str, scores: dict[str, Score]) -> list[str]:
    rows = [
        f"| {name or '-'} | {one.positives} | {one.precision:.3f} | {one.recall:.3f} | {one.f1:.3f} |"
        for name, one in scores.items()
    ]
    return [f"| {heading} | requests | precision | recall | F1 |", "|---|---|---|---|---|", *rows, ""]
