from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from radar.classify import Passage, cues, features, load
from radar.classify.features import analyse, matrix
from radar.classify.model import OUTPUTS, Meta, save
from radar.classify.sentences import split
from radar.errors import ModelError
from radar.model import Kind

TEXTS = [
    "Hallo, wer kann einen guten Steuerberater empfehlen? Danke im Voraus!",
    "Biete CRM (m/w/d), jetzt testen: https://example.org",
    "i'm looking for a freelancer, any ideas? :-)",
    "@bahn warum steht der Zug? #bahn",
    "Ich wüsste gern, ob das 'ne Möglichkeit ist. Don't tell me it isn't!",
]


def meta() -> Meta:
    ones = (1.0,) * OUTPUTS
    kinds = {kind.value: 0.3 for kind in Kind}
    return Meta(version="test-1", threshold=0.4, bias=ones, slope=ones, shift=ones, kind_thresholds=kinds)


@pytest.mark.parametrize("text", TEXTS)
def test_trying_only_patterns_that_can_begin_changes_nothing(text: str) -> None:
    for sentence in split("", text):
        folded = cues.fold(sentence.text)
        every = tuple(
            number
            for number, name in enumerate(cues.NAMES)
            if cues.re.search(cues.SENTENCE_CUES[name], folded)
        )
        assert cues.find(folded) == every


def test_features_do_not_depend_on_the_batch() -> None:
    analyses = [analyse(Passage("Titel", text)) for text in [*TEXTS, ""]]
    columns, values, starts = matrix(analyses)
    for number, analysis in enumerate(analyses):
        alone = matrix([analysis])
        own = slice(starts[number], starts[number + 1])
        assert columns[own].tolist() == alone[0].tolist()
        assert values[own].tolist() == alone[1].tolist()


def test_a_saved_model_is_loaded_again_and_the_same_bytes(tmp_path: Path) -> None:
    weights = np.zeros((1 << features.BITS, OUTPUTS), dtype=np.float32)
    weights[5, 0] = 1.5
    first, second = tmp_path / "a.npz", tmp_path / "b.npz"
    save(first, weights, meta())
    save(second, weights, meta())
    assert first.read_bytes() == second.read_bytes()
    classifier = load(first)
    assert classifier.version == "test-1"
    assert classifier.kind_threshold(Kind.TIPS) == 0.3
    assert len(classifier.classify([Passage("", text) for text in TEXTS])) == len(TEXTS)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", b"x" * 1000])
def test_a_damaged_model_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="cannot be read"):
        load(path)


def test_a_missing_or_foreign_model_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        load(tmp_path / "none.npz")
    foreign = tmp_path / "foreign.npz"
    save(foreign, np.zeros((8, OUTPUTS), dtype=np.float32), meta())
    with pytest.raises(ModelError, match="damaged"):
        load(foreign)
