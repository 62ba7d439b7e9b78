from __future__ import annotations

import pytest

from radar.classify import Passage, load
from radar.classify.rules import RuleClassifier
from radar.classify.sentences import MAX_SENTENCES, split
from radar.model import Kind


@pytest.fixture(scope="module")
def rules() -> RuleClassifier:
    return RuleClassifier()


def request(rules: RuleClassifier, text: str, title: str = "") -> float:
    return rules.classify([Passage(title, text)])[0].request


@pytest.mark.parametrize(
    ("asks", "does_not"),
    [
        (
            "Suche CRM für unseren kleinen Betrieb, wer kann etwas empfehlen?",
            "Biete CRM für kleine Betriebe.",
        ),
        ("Wer kennt einen guten Steuerberater in Kassel?", "Wer kennt das nicht!"),
        ("Can anyone recommend a good accountant?", "I can recommend a good accountant."),
    ],
)
def test_a_request_scores_higher_than_its_look_alike(rules: RuleClassifier, asks: str, does_not: str) -> None:
    assert request(rules, asks) > rules.threshold > request(rules, does_not)


def test_every_kind_has_a_probability_below_that_of_a_request(rules: RuleClassifier) -> None:
    verdict = rules.classify([Passage("", "Wo kann man gebrauchte Server kaufen?")])[0]
    assert set(verdict.kinds) == set(Kind)
    assert all(0 <= probability <= verdict.request for probability in verdict.kinds.values())


def test_evidence_is_the_sentence_that_asks(rules: RuleClassifier) -> None:
    text = "Wir sind ein Betrieb mit zehn Leuten. Wer kann uns ein gutes CRM empfehlen? Viele Grüße"
    verdict = rules.classify([Passage("", text)])[0]
    assert (
        text[verdict.evidence[0].start : verdict.evidence[0].end] == "Wer kann uns ein gutes CRM empfehlen?"
    )


def test_quotes_signature_and_code_are_not_the_authors_words() -> None:
    text = "Bernd schrieb am Montag:\n> Wer kann helfen?\nMeine Antwort.\n```\nprint('?')\n```\nSchluss.\n-- \nSignatur?"
    assert [sentence.text for sentence in split("", text)] == ["Meine Antwort.", "Schluss."]


def test_sentences_know_their_place_and_are_bounded() -> None:
    text = "Erste Frage? Zweiter Satz. " * 20_000
    sentences = split("Titel", text)
    assert len(sentences) <= MAX_SENTENCES
    assert all(text[s.start : s.end] == s.text for s in sentences if s.field == "text")


def test_load_gives_a_classifier() -> None:
    classifier = load()
    assert classifier.version
    assert 0 < classifier.threshold < 1
