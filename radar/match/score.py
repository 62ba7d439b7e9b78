"""How well a post fits a profile, as one number that can be explained.

``score = 0.5 · request + 0.2 · kind + 0.3 · fit``

- *request*: the probability that the author asks for help;
- *kind*: the probability of the likeliest kind that the profile wants (of all kinds, if it names none);
- *fit*: how well the subject fits. A term found in the title counts 0.8, elsewhere 0.6, the semantic fit counts
  itself; they add up like independent hints, ``1 - (1 - a)(1 - b)...``, so each makes it better and none more
  than 1. A profile without terms and without semantic fit has no subject: the other two share its weight.

A thread that is marked as solved gets half: somebody has answered already. The age of a post plays no part;
the same post always gets the same score.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

REQUEST, KIND, FIT = 0.5, 0.2, 0.3
IN_TITLE, ELSEWHERE = 0.8, 0.6
SOLVED = 0.5


def score(request: float, kind: float, hints: Sequence[float] | None, *, solved: bool) -> float:
    """The score, 0 to 1. ``hints`` is None for a profile without a subject."""
    if hints is None:
        value = (REQUEST * request + KIND * kind) / (REQUEST + KIND)
    else:
        value = REQUEST * request + KIND * kind + FIT * (1 - prod(1 - hint for hint in hints))
    return round(min(1.0, max(0.0, value * (SOLVED if solved else 1))), 4)
