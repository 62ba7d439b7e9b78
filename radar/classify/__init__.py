"""Text in, verdict out: is it a request for help, and of which kind. Pure, offline, batched.

classifier = radar.classify.load()
verdicts = classifier.classify([Passage(title="Suche CRM", text="Wer kennt ein gutes?")])
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

from radar.classify.fit import Fit, Fitness, fit_for
from radar.classify.passage import Passage
from radar.model import Kind, Verdict

__all__ = ["Classifier", "Fit", "Fitness", "Passage", "fit_for", "load"]


class Classifier(Protocol):
    """Judges posts. Deterministic: a verdict depends on its passage alone, not on batch or order."""

    @property
    def version(self) -> str:
        """Name and version, as in ``Verdict.model``."""
        ...

    @property
    def threshold(self) -> float:
        """From which ``Verdict.request`` on a post counts as a request, unless a profile says otherwise."""
        ...

    def kind_threshold(self, kind: Kind) -> float:
        """From which ``Verdict.kinds[kind]`` on a request counts as being of that kind."""
        ...

    def classify(self, passages: Sequence[Passage]) -> list[Verdict]:
        """Return one verdict a passage, in order."""
        ...


def load(path: Path | None = None, *, second_look: bool = True) -> Classifier:
    """Return the classifier of the package, or the one stored at ``path``.

    With ``second_look`` the package's classifier has its encoder read the posts that may be requests once more:
    more are judged right, and such a post takes some seventy milliseconds.

    Raises:
        ModelError: the file is missing, damaged or of another version.
    """
    if path is None:
        return _of_package(second_look)
    from radar.classify.model import load as load_trained

    return load_trained(path)


@cache
def _of_package(second_look: bool) -> Classifier:
    """Load it once: with the encoder it takes a hundred megabytes, and several parts of a worker ask for it."""
    from radar.classify.model import load as load_trained

    return load_trained(second_look=second_look)
