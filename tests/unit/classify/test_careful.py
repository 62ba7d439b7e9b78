from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from radar.classify import Passage, careful, load
from radar.classify.careful import Mixture
from radar.classify.encoder import MOST_PIECES, reading
from radar.classify.features import analyse
from radar.classify.model import OUTPUTS
from radar.classify.pieces import BEGIN, END, UNKNOWN, Pieces
from radar.config import load as load_config
from radar.config.loading import check_text
from radar.errors import ModelError
from radar.judgement import load_classifier
from radar.model import Kind

LONG = "Vor drei Jahren haben wir angefangen, die Scheune auszubauen. " * 40
DOUBTFUL = Passage(
    "", "Mein Vermieter will die Kaution nicht zahlen. Ob das so richtig ist, weiss ich nicht."
)


@pytest.fixture(scope="module")
def look() -> careful.SecondLook:
    return careful.load()


def mixture(**changed: object) -> Mixture:
    values: dict[str, object] = {
        "base": "test",
        "floor": 0.01,
        "weights": ((0.0, 1.0, 0.0),) * OUTPUTS,
        "threshold": 0.5,
        "kind_thresholds": {kind.value: 0.3 for kind in Kind},
    }
    return Mixture(**(values | changed))  # type: ignore[arg-type]


def test_words_are_cut_into_the_most_probable_pieces() -> None:
    pieces = Pieces(["<s>", "</s>", "<unk>", "▁haus", "▁ha", "us", "boot"], [0, 0, 0, -4.0, -3.0, -2.0, -5.0])
    assert pieces.cut("haus  hausboot") == [3, 3, 6]
    assert pieces.cut("haus\u00e9") == [3, UNKNOWN]
    assert pieces.cut("") == []
    assert len(pieces.cut("q" * 100_000)) <= 61


def test_the_package_knows_the_pieces_of_german_and_english(look: careful.SecondLook) -> None:
    numbers = look._encoder.pieces.cut("Wer kann eine gute Buchhaltungssoftware für Übersetzer empfehlen?")
    assert UNKNOWN not in numbers
    assert len(numbers) < 20


def test_of_a_long_post_the_sentences_that_may_ask_are_read(look: careful.SecondLook) -> None:
    pieces = look._encoder.pieces
    asked = "Wer kennt einen Zimmermann in Celle?"
    numbers = reading(analyse(Passage("", LONG + asked + " " + LONG)), pieces)
    assert len(numbers) <= MOST_PIECES
    assert numbers[0] == BEGIN
    assert numbers[-1] == END
    wanted = pieces.cut(asked)
    assert any(numbers[at : at + len(wanted)] == wanted for at in range(len(numbers)))


@pytest.mark.parametrize(
    "text", ["?", "🤣" * 500, "\u202e\u202dabc?", "a\0b?", "x" * 1_000_000 + "?", "Wer? " * 50_000]
)
def test_hostile_text_is_read_in_bounds(look: careful.SecondLook, text: str) -> None:
    numbers = reading(analyse(Passage("", text)), look._encoder.pieces)
    assert 2 <= len(numbers) <= MOST_PIECES
    assert np.isfinite(look._encoder.logits([analyse(Passage("", text))])).all()


def test_a_verdict_depends_on_its_post_alone() -> None:
    classifier = load()
    others = [Passage("Suche CRM", "Wer kennt ein gutes?"), Passage("", LONG), Passage("", "")]
    [alone] = classifier.classify([DOUBTFUL])
    assert classifier.classify([*others, DOUBTFUL, *others])[3] == alone


def test_posts_that_are_surely_no_request_are_not_read_again() -> None:
    fast, both = load(second_look=False), load()
    sure = Passage("", "Danke, das ist ein schöner Bericht.")
    [before], [after] = fast.classify([sure]), both.classify([sure])
    assert before.request == after.request
    assert before.kinds == after.kinds
    for asked in (
        DOUBTFUL,
        Passage("Suche CRM", "Hallo, wer kann uns ein gutes CRM empfehlen? Danke im Voraus!"),
    ):
        [before], [after] = fast.classify([asked]), both.classify([asked])
        assert before.kinds != after.kinds


@pytest.mark.parametrize(
    "text",
    [
        "¿Alguien me puede recomendar un buen dentista en Madrid?",
        "Qualcuno conosce un buon idraulico a Roma?",
    ],
)
def test_other_languages_are_not_read_again(text: str) -> None:
    [alone] = load(second_look=False).classify([Passage("", text)])
    [both] = load().classify([Passage("", text)])
    assert not both.confident
    assert both.request == alone.request


def test_with_the_second_look_it_is_another_classifier() -> None:
    fast, both = load(second_look=False), load()
    assert fast.version != both.version
    assert both.classify([DOUBTFUL])[0].model == both.version
    assert load() is both


def test_the_owner_may_switch_it_off(tmp_path: Path) -> None:
    environment = {"RADAR_HOME": str(tmp_path), "RADAR_SECOND_LOOK": "false"}
    assert load_classifier(load_config(environment)) is load(second_look=False)
    asked = check_text("second_look = true\n", environ={"RADAR_HOME": str(tmp_path)})
    assert load_classifier(asked) is load()


def test_from_the_floor_on_posts_may_be_requests() -> None:
    logits = np.array([[-9.0, *[9.0] * 8], [-2.0, *[0.0] * 8], [9.0, *[0.0] * 8]])
    assert careful.may_be_request(0.1, logits).tolist() == [False, True, True]
    assert careful.may_be_request(0.2, logits).tolist() == [False, False, True]
    assert careful.may_be_request(0.5, np.zeros((1, 9))).tolist() == [True]


def test_a_mixture_weighs_both_opinions() -> None:
    weights = ((0.5, 2.0, -1.0), *((1.0, 0.0, 0.0),) * 8)
    both = careful.mixed(weights, np.full((1, 9), 4.0), np.full((1, 9), 3.0))
    assert both[0].tolist() == [7.0, *[4.0] * 8]


def test_a_second_look_is_saved_and_loaded_and_the_same_bytes(tmp_path: Path) -> None:
    arrays = {
        "pieces": np.frombuffer('["<s>", "</s>", "<unk>", "▁wer", "?"]'.encode(), np.uint8),
        "scores": np.array([0, 0, 0, -1, -1], np.float16),
        "words": np.full((5, 16), 0x9A, np.uint8),
        "word_scales": np.ones((5, 1), np.float16),
        "places": np.zeros((MOST_PIECES, 32), np.float16),
        "norm": np.stack([np.ones(32), np.zeros(32)]).astype(np.float16),
        "head": np.ones((64, OUTPUTS), np.float32),
        "head_bias": np.zeros(OUTPUTS, np.float16),
    }
    first, second = tmp_path / "a.npz", tmp_path / "b.npz"
    careful.save(first, arrays, mixture())
    careful.save(second, arrays, mixture())
    assert first.read_bytes() == second.read_bytes()
    again = careful.load(first)
    assert again.mixture == mixture()
    logits = np.zeros((1, OUTPUTS))
    assert again.revise(logits, [analyse(Passage("", "Wer?"))], [True]).shape == (1, OUTPUTS)
    careful.save(second, arrays, mixture(floor=1.5))
    with pytest.raises(ModelError, match="no probability"):
        careful.load(second)
    first.write_bytes(first.read_bytes()[:-200])
    with pytest.raises(ModelError, match="cannot be read"):
        careful.load(first)
    careful.save(second, {**arrays, "words": arrays["words"][:3]}, mixture())
    with pytest.raises(ModelError, match="do not fit"):
        careful.load(second)
