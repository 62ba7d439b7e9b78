from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from radar.classify import Passage
from radar.classify.local import FEWEST, CorrectedClassifier, Correction, OwnerVerdict, learn
from radar.classify.rules import RuleClassifier
from radar.errors import ModelError
from radar.model import Kind


@pytest.fixture(scope="module")
def base() -> RuleClassifier:
    return RuleClassifier()


def not_for_me(count: int) -> list[OwnerVerdict]:
    """An owner whom requests about printers do not concern, all others do."""
    things = ["Server", "Netzwerk", "Telefon", "Backup", "Router"]
    said = []
    for number in range(count):
        thing = "Drucker" if number % 2 else things[number % len(things)]
        text = f"Hallo, wer kann mir bei Nummer {number} einen guten {thing} empfehlen?"
        said.append(OwnerVerdict(Passage("", text), request=thing != "Drucker"))
    return said


def test_learns_what_the_owner_does_not_want(base: RuleClassifier) -> None:
    correction, replay = learn(base, not_for_me(40))
    assert replay.better
    assert replay.corrected_errors < replay.base_errors
    corrected = CorrectedClassifier(base, correction)
    wanted, unwanted = corrected.classify(
        [Passage("", f"Wer kann mir einen guten {thing} empfehlen?") for thing in ("Server", "Drucker")]
    )
    assert wanted.request >= corrected.threshold > unwanted.request
    assert set(wanted.kinds) == set(Kind)
    assert wanted.model == f"{base.version}+40"


def test_an_owner_who_changes_his_mind_is_told_that_it_is_not_better(base: RuleClassifier) -> None:
    texts = ["Wer kann mir einen guten Zahnarzt empfehlen?", "Gestern war ich im Kino."]
    agreed = [OwnerVerdict(Passage("", texts[n % 2]), request=n % 2 == 0) for n in range(10)]
    opposed = [OwnerVerdict(Passage("", texts[n % 2]), request=n % 2 == 1) for n in range(10)]
    _, replay = learn(base, opposed + agreed)
    assert not replay.better
    assert "not better" in str(replay)


def test_too_few_verdicts_are_refused(base: RuleClassifier) -> None:
    with pytest.raises(ModelError, match="too few"):
        learn(base, not_for_me(FEWEST - 1))


def test_a_correction_survives_its_file_and_holds_no_text(base: RuleClassifier, tmp_path: Path) -> None:
    correction, _ = learn(base, not_for_me(30))
    path = tmp_path / "learned.json"
    correction.save(path)
    assert Correction.load(path) == correction
    assert "drucker" not in path.read_text("utf-8").lower()


@pytest.mark.parametrize(
    "content", ["", "{}", '{"format": 9}', "[1]", '{"format": 1, "base": "x", "words": []}']
)
def test_a_damaged_correction_is_an_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "learned.json"
    path.write_text(content, "utf-8")
    with pytest.raises(ModelError):
        Correction.load(path)


def test_a_correction_of_another_model_is_refused(base: RuleClassifier) -> None:
    foreign = Correction(base="other-1", verdicts=20, bias=0, slope=0, words={}, kinds={})
    with pytest.raises(ModelError, match="learn again"):
        CorrectedClassifier(base, foreign)


def test_kinds_follow_the_owner(base: RuleClassifier) -> None:
    text = "Wer kann mir einen guten Zahnarzt empfehlen?"
    said: Sequence[OwnerVerdict] = [
        OwnerVerdict(Passage("", f"{text} {number}"), request=True, kinds=frozenset({Kind.PROVIDER}))
        for number in range(30)
    ]
    correction, _ = learn(base, said)
    before = base.classify([Passage("", text)])[0]
    after = CorrectedClassifier(base, correction).classify([Passage("", text)])[0]
    assert after.kinds[Kind.PROVIDER] > before.kinds[Kind.PROVIDER]
