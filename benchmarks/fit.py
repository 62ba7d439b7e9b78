"""How well semantic fit tells posts that fit a description from posts that fit another one: `python benchmarks/fit.py`.

`fit.jsonl` holds 30 descriptions with two posts each, written for this measurement (CC0-1.0). Every post is compared
with every description; it should fit its own only.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np

from radar.classify.fit import fit_for


def main() -> None:
    rows = [
        json.loads(line) for line in (Path(__file__).parent / "fit.jsonl").read_text("utf-8").splitlines()
    ]
    fits = [fit_for(row["describe"]) for row in rows]
    if any(fit is None for fit in fits):
        sys.exit("Install the extra first: pip install 'my-business-radar[fit]'")
    posts = [(own, text) for own, row in enumerate(rows) for text in row["posts"]]
    begun = time.perf_counter()
    scores = np.array([[fit.fit("", text).score for fit in fits] for _, text in posts])
    took = (time.perf_counter() - begun) / scores.size
    own = np.array([own for own, _ in posts])
    right = np.zeros_like(scores, dtype=bool)
    right[np.arange(len(posts)), own] = True
    found = scores >= 0.5
    hits = int((found & right).sum())
    precision, recall = hits / max(1, found.sum()), hits / right.sum()
    shared = [
        bool(
            set(text.lower().split())
            & {word for word in rows[o]["describe"].lower().split() if len(word) > 4}
        )
        for o, text in posts
    ]
    no_words = ~np.array(shared)
    positive, negative = scores[right], scores[~right]
    auc = (positive[:, None] > negative[None, :]).mean() + 0.5 * (
        positive[:, None] == negative[None, :]
    ).mean()
    print(f"{len(posts)} posts x {len(rows)} descriptions")
    print(f"own description ranked first   {(scores.argmax(axis=1) == own).mean():.3f}")
    print(f"area under the ROC curve       {auc:.3f}")
    print(
        f"at 0.5: precision {precision:.3f}  recall {recall:.3f}  F1 {2 * hits / (found.sum() + right.sum()):.3f}"
    )
    print(
        f"recall of posts that share no longer word ({no_words.sum()})  {found[right][no_words].mean():.3f}"
    )
    print(f"{took * 1000:.1f} ms a comparison")


if __name__ == "__main__":
    main()
