"""Speed and memory of the classifier, and what fifty of the owner's verdicts are worth.

    python benchmarks/classify.py [FILE...]            posts a second, load time, memory
    python benchmarks/classify.py --learn FILE...      learning from the owner (takes a while; needs the extra `train`)

FILE holds posts as JSON lines (also .gz); without one the written training posts are taken. `--learn` leaves each set
of labelled posts out in turn, trains on the others, and lets the owner judge fifty posts of the set left out.
"""

from __future__ import annotations

import gzip
import json
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
MOST = 6000
"""Posts that are taken of the files."""
WRITTEN = HERE.parent / "training" / "written.jsonl"


def speed(files: list[Path]) -> None:
    begun = time.perf_counter()
    from radar.classify import Passage, load

    imported = time.perf_counter() - begun
    rows = [json.loads(line) for file in files for line in read(file)]
    random.Random(0).shuffle(rows)
    passages = [Passage(row.get("title") or "", row.get("text") or "") for row in rows[:MOST]]
    half = len(passages) // 2
    known, measured = passages[:half], passages[half:]
    length = sum(len(passage.title) + len(passage.text) for passage in measured) / len(measured)
    print(f"{len(measured)} posts of {length:.0f} characters on average; import {imported:.2f} s")
    print("| | load | posts a CPU second | posts a second | a post of a megabyte | requests | peak memory |")
    print("|---|---|---|---|---|---|---|")
    fast: list[float] = []
    for name, second_look in (("fast model alone", False), ("with the second look", True)):
        begun = time.perf_counter()
        classifier = load(second_look=second_look)
        loaded = time.perf_counter() - begun
        classifier.classify(known)  # words and turns of phrase of the source become known
        times = []
        for _ in range(1 if second_look else 3):
            wall, cpu = time.perf_counter(), time.process_time()
            verdicts = classifier.classify(measured)
            times.append((time.process_time() - cpu, time.perf_counter() - wall))
        cpu, wall = min(times)
        long = [Passage("", passage.text * 2000) for passage in passages[:20]]
        begun = time.perf_counter()
        classifier.classify(long)
        of_long = (time.perf_counter() - begun) / len(long)
        requests = sum(verdict.request >= classifier.threshold for verdict in verdicts)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"| {name} ({classifier.version}) | {loaded:.2f} s | {len(measured) / cpu:.0f} | {len(measured) / wall:.0f} "
            f"| {of_long * 1000:.1f} ms | {requests} | {peak:.0f} MB |"
        )
        if second_look:
            again = sum(one.request != before for one, before in zip(verdicts, fast, strict=True))
            print(f"read again: {again} of {len(measured)} ({again / len(measured):.0%})")
        fast = [verdict.request for verdict in verdicts]


def learn(files: list[Path]) -> None:
    import numpy as np

    from radar.classify import labelled, training
    from radar.classify.evaluation import average_precision, best, score
    from radar.classify.local import CorrectedClassifier, OwnerVerdict
    from radar.classify.local import learn as learn_from
    from radar.classify.model import load as load_model

    examples = labelled.read(files)
    sets = sorted({one.set for one in examples if one.measured})
    print(f"{'set left out':28} rest   F1 without  with 50   gain   AP without  with   switched on")
    gains = []
    for name in sets:
        own = [one for one in examples if one.set == name and one.measured]
        if len(own) < 120 or sum(one.request for one in own) < 10 or all(one.request for one in own):
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.npz"
            training.train_once([one for one in examples if one.set != name], path)
            base = load_model(path)
        order = np.random.default_rng(0).permutation(len(own))
        judged, rest = [own[i] for i in order[:50]], [own[i] for i in order[50:]]
        correction, replay = learn_from(base, [OwnerVerdict(one.passage, one.request) for one in judged])
        truth = np.array([one.request for one in rest])
        before, after = (
            np.array([verdict.request for verdict in one.classify([e.passage for e in rest])])
            for one in (base, CorrectedClassifier(base, correction))
        )
        f_before, f_after = (score(truth, p >= base.threshold).f1 for p in (before, after))
        gains.append(f_after - f_before)
        print(
            f"{name:28} {len(rest):5d}  {f_before:.3f}       {f_after:.3f}    {f_after - f_before:+.3f}  "
            f"{average_precision(truth, before):.3f}       {average_precision(truth, after):.3f}  "
            f"{'yes' if replay.better else 'no'}  best F1 {best(truth, before)[1]:.3f} {best(truth, after)[1]:.3f}"
        )
    print(f"mean gain in F1 over {len(gains)} sets: {np.mean(gains):+.3f}")


def read(file: Path) -> list[str]:
    with (
        gzip.open(file, "rt", encoding="utf-8")
        if file.suffix == ".gz"
        else file.open(encoding="utf-8") as lines
    ):
        return [line for line in lines if line.strip()]


if __name__ == "__main__":
    arguments = [Path(argument) for argument in sys.argv[1:] if argument != "--learn"]
    if "--learn" in sys.argv:
        learn(arguments)
    else:
        speed(arguments or [WRITTEN])
