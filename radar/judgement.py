"""The owner's judgement as configured: which classifier, with what was learned, and which profiles.

Workers, ``radar rematch`` and ``radar reclassify`` all judge through here, so that they come to the same leads.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from radar import classify, match
from radar.classify import Classifier, Fit
from radar.classify.local import CorrectedClassifier, Correction
from radar.config import Config
from radar.errors import ModelError
from radar.match import Matcher
from radar.model import Kind, Lead, Post, Verdict

logger = logging.getLogger(__name__)

CORRECTION = "learned.json"


def correction_file(config: Config) -> Path:
    """Where ``radar learn`` keeps what it learned; without the file nothing is corrected."""
    return config.home / CORRECTION


def load_base(config: Config) -> Classifier:
    """The owner's model or the package's. Raises ``ModelError`` if it cannot be used."""
    return classify.load(config.classifier, second_look=config.second_look)


def load_classifier(config: Config) -> Classifier:
    """The owner's model or the package's, with what was learned from the owner's verdicts on top.

    A correction that cannot be used (of another model, damaged) is left aside with a warning: judging goes on.
    Raises ``ModelError`` if the model itself cannot be used.
    """
    base = load_base(config)
    file = correction_file(config)
    if not file.exists():
        return base
    try:
        return CorrectedClassifier(base, Correction.load(file))
    except ModelError as error:
        logger.warning("What was learned is not used: %s", error)
        return base


@dataclass(frozen=True, slots=True)
class Profiles:
    """All profiles of the owner, ready to be asked."""

    matchers: tuple[Matcher, ...]
    fits: tuple[Fit | None, ...]
    """For each: what compares posts with its description; None without one, or without the extra ``fit``."""
    threshold: float
    kind_threshold: Callable[[Kind], float]

    @classmethod
    def of(cls, config: Config, classifier: Classifier) -> Self:
        """Compile the profiles of ``radar.toml``, for verdicts of ``classifier``."""
        matchers = tuple(match.compile(profile) for profile in config.profiles)
        fits = tuple(classify.fit_for(profile.description) for profile in config.profiles)
        return cls(matchers, fits, classifier.threshold, classifier.kind_threshold)

    def leads(self, post: Post, verdict: Verdict, region: str = "") -> tuple[Lead, ...]:
        """The leads that the post is; ``region`` is its source's."""
        found = (
            matcher.match(
                post,
                verdict,
                threshold=self.threshold,
                kind_threshold=self.kind_threshold,
                region=region,
                fit=fit,
            )
            for matcher, fit in zip(self.matchers, self.fits, strict=True)
        )
        return tuple(lead for lead in found if lead is not None)
