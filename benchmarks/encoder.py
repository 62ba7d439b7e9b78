"""What the making of the encoder is worth: layers, epochs, learning rate, beside the fast model. Needs the extra `tune`.

    python benchmarks/encoder.py FILE... [--group 0] [--layers 6 12] [--epochs 1] [--rates 1.5e-4] [--every 1]

FILE as for `radar train`. The sets of one group are left out (0 to 3, dealt as by `radar train`); the fast model and
each encoder learn from the others, or from every so many of their posts, and judge it, each alone. An epoch takes half an hour with twelve layers.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from radar.classify import mixing, training, tuning
from radar.classify import model as fast_model
from radar.classify.evaluation import average_precision, best
from radar.classify.labelled import Example
from radar.model import Kind


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--group", type=int, default=0, choices=range(mixing.GROUPS))
    parser.add_argument("--layers", nargs="+", type=int, default=[6, tuning.Plan().layers])
    parser.add_argument("--epochs", nargs="+", type=int, default=[1])
    parser.add_argument("--rates", nargs="+", type=float, default=[tuning.Plan().rate])
    parser.add_argument("--every", type=int, default=1, help="2: encoders learn from every second post")
    given = parser.parse_args()
    lesson, analyses = tuning.prepare(given.files)
    dealt = mixing.groups(lesson.examples)
    judged = [at for at, one in enumerate(lesson.examples) if one.measured and dealt[one.set] == given.group]
    learned = mixing.learned_from(lesson.examples, analyses, given.group)[:: given.every]
    examples = [lesson.examples[at] for at in judged]
    print(
        f"{len(examples)} posts of {', '.join(sorted({one.set for one in examples}))}; {len(learned)} learned from"
    )
    print("| | F1 at the best threshold | AP | mean AP of kinds | minutes |")
    print("|---|---|---|---|---|")
    begun = time.monotonic()
    others = [one for one in lesson.examples if dealt.get(one.set) != given.group]
    tell("fast model", examples, by_fast_model(others, examples), begun)
    for layers, epochs, rate in itertools.product(given.layers, given.epochs, given.rates):
        begun = time.monotonic()
        plan = tuning.Plan(layers=layers, epochs=epochs, rate=rate)
        logits = tuning.opinions(lesson, plan, learned, judged, f"{layers} layers")
        tell(f"{layers} layers, {epochs} epochs, rate {rate:g}", examples, logits.astype(float), begun)


def by_fast_model(others: Sequence[Example], examples: Sequence[Example]) -> NDArray[np.float64]:
    """Return probabilities of the gate and, among requests, of the kinds."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.npz"
        training.train_once(others, path)
        verdicts = fast_model.load(path).classify([one.passage for one in examples])
    return np.array(
        [[one.request, *(one.kinds[kind] / max(one.request, 1e-9) for kind in Kind)] for one in verdicts]
    )


def tell(name: str, examples: Sequence[Example], scores: NDArray[np.float64], begun: float) -> None:
    truth, kinds = training.targets(examples)
    of_kinds = [
        average_precision(kinds[truth, at], scores[truth, 1 + at])
        for at in range(kinds.shape[1])
        if kinds[truth, at].any()
    ]
    print(
        f"| {name} | {best(truth, scores[:, 0])[1]:.3f} | {average_precision(truth, scores[:, 0]):.3f} "
        f"| {np.mean(of_kinds):.3f} | {(time.monotonic() - begun) / 60:.0f} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
