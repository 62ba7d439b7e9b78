"""The rule classifier: cues with weights, no learned text representation.

It needs nothing but the standard library, explains itself, and is what the trained model is measured against
and falls back to. The cues are in ``cues``; what each is worth stands in ``data/rules-1.json``: a logistic
regression on the presence of cues, rounded.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from importlib.resources import files

from radar.classify import cues, language
from radar.classify.passage import Passage
from radar.classify.sentences import Sentence, split
from radar.errors import ModelError
from radar.model import Kind, Span, Verdict

_EVIDENCE = 3


def feature_names() -> list[str]:
    """Return the names of all features that ``post_features`` can give."""
    shape = [
        "shape:title",
        "shape:no_text",
        "shape:short",
        "shape:long",
        "shape:questions",
        "shape:one_sentence",
    ]
    return [*cues.NAMES, *(f"?{name}" for name in cues.NAMES if name != "question_mark"), *shape]


def post_features(sentences: Sequence[Sequence[str]], has_title: bool, length: int) -> dict[str, float]:
    """Return the features of a post from its sentences' cues.

    ``name`` says that a sentence has the cue, ``?name`` that a sentence with a question mark has it.
    """
    features: dict[str, float] = {}
    questions = 0
    for found in sentences:
        asks = "question_mark" in found
        questions += asks
        for name in found:
            features[name] = 1.0
            if asks and name != "question_mark":
                features[f"?{name}"] = 1.0
    features["shape:title"] = float(has_title)
    features["shape:no_text"] = float(length == 0)
    features["shape:short"] = float(length < 100)
    features["shape:long"] = min(1.0, length / 2000)
    features["shape:questions"] = min(questions, 3) / 3
    features["shape:one_sentence"] = float(len(sentences) == 1)
    return features


class RuleClassifier:
    """Judges posts by turns of phrase; see the module."""

    def __init__(self) -> None:
        try:
            data = json.loads((files("radar.classify") / "data" / "rules-1.json").read_text("utf-8"))
            self._gate = _Weights(data["gate"])
            self._kinds = {kind: _Weights(data["kinds"][kind.value]) for kind in Kind}
            self.version: str = data["version"]
            self.threshold: float = data["threshold"]
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(f"The rule classifier's weights cannot be read: {error}") from error

    def kind_threshold(self, kind: Kind) -> float:
        """A third for every kind: the rules know little about kinds."""
        return 1 / 3

    def classify(self, passages: Sequence[Passage]) -> list[Verdict]:
        """Return one verdict a passage, in order."""
        return [self._judge(passage) for passage in passages]

    def _judge(self, passage: Passage) -> Verdict:
        title = "" if passage.first is False else passage.title
        sentences = split(title, passage.text)
        found = [
            [cues.NAMES[number] for number in cues.find(cues.fold(sentence.text))] for sentence in sentences
        ]
        spoken = language.guess(title, passage.text, passage.language)
        confident = language.is_known(spoken, title, passage.text)
        if not sentences:
            request, kinds = 0.01, dict.fromkeys(Kind, 0.0)
        else:
            features = post_features(found, bool(title), len(passage.text))
            logit = self._gate.of(features)
            request = _logistic(logit if confident else logit / 2)
            kinds = {kind: request * _logistic(weights.of(features)) for kind, weights in self._kinds.items()}
        return Verdict(
            request=round(request, 4),
            kinds={kind: round(probability, 4) for kind, probability in kinds.items()},
            evidence=self._evidence(sentences, found) if request >= self.threshold else (),
            language=spoken,
            model=self.version,
            confident=confident,
        )

    def _evidence(self, sentences: Sequence[Sentence], found: Sequence[Sequence[str]]) -> tuple[Span, ...]:
        scored: list[tuple[float, int]] = []
        for position, names in enumerate(found):
            asks = "question_mark" in names
            score = sum(
                self._gate.weight(name) + (self._gate.weight(f"?{name}") if asks else 0) for name in names
            )
            if score > 0.3:
                scored.append((-score, position))
        strongest = [sentences[position] for _, position in sorted(scored)[:_EVIDENCE]]
        return tuple(Span(sentence.field, sentence.start, sentence.end) for sentence in strongest)


class _Weights:
    def __init__(self, data: Mapping[str, object]) -> None:
        bias, weights = data["bias"], data["weights"]
        if not isinstance(bias, int | float) or not isinstance(weights, dict):
            raise ValueError("weights are not numbers")
        self._bias = float(bias)
        self._weights: dict[str, float] = weights

    def weight(self, name: str) -> float:
        return self._weights.get(name, 0.0)

    def of(self, features: Mapping[str, float]) -> float:
        return self._bias + sum(self._weights.get(name, 0.0) * value for name, value in features.items())


def _logistic(logit: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
