from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radar.match.words import CHAIN, LONGEST_WORD, fold, words_of


def words(text: str) -> list[str]:
    return [word.folded for match in CHAIN.finditer(text) for word in words_of(match[0])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wer kennt das?", ["wer", "kennt", "das"]),
        ("CRM-System", ["crm", "system", "crmsystem"]),
        ("Warenwirtschafts\u2011System", ["warenwirtschafts", "system", "warenwirtschaftssystem"]),
        ("Node.js", ["node", "js", "nodejs"]),
        ("Händler:innen", ["haendler", "innen", "haendlerinnen"]),
        ("Händler*innen", ["haendler", "innen", "haendlerinnen"]),
        ("C++ und C#", ["c++", "und", "c#"]),
        ("Kunde#1, Kunde#", ["kunde", "1", "kunde"]),
        ("A+B, a ++ b", ["a", "b", "a", "b"]),
        ("Waren\u00adwirt\u00adschaft", ["warenwirtschaft"]),
        ("A\u0308rger", ["aerger"]),
        ("…!?", []),
        ("日本語の本", ["日本語の本"]),
    ],
)
def test_words_of_a_text(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize("spelling", ["Größe", "GRÖSSE", "Groesse", "groeße", "Gro\u0308ße", "größe"])
def test_one_spelling_for_umlauts_and_sharp_s(spelling: str) -> None:
    assert fold(spelling) == "groesse"


@pytest.mark.parametrize(
    ("one", "other"), [("schön", "schon"), ("drücken", "drucken"), ("Händler", "Handler")]
)
def test_an_umlaut_is_not_its_bare_vowel(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_accents_are_dropped() -> None:
    assert fold("Café") == fold("cafe")
    assert fold("Łódź").startswith("łodz")


@given(st.text())
def test_words_lie_where_they_say(text: str) -> None:
    for match in CHAIN.finditer(text):
        found = words_of(match[0])
        assert found
        for word in found:
            assert 0 <= word.start < word.end <= len(match[0])
            assert len(word.folded) <= 4 * LONGEST_WORD
        single = [word for word in found if word.count == 1]
        assert [word.first for word in single] == list(range(len(single)))


@given(st.text(alphabet="aäeoöuüsßéE\u0308\u00adİıſﬁ", max_size=12))
def test_folding_twice_changes_nothing(word: str) -> None:
    assert fold(fold(word)) == fold(word)


@given(st.text(alphabet="äöüßabcé", min_size=1, max_size=12))
def test_folding_ignores_case(word: str) -> None:
    assert fold(word.upper()) == fold(word)
