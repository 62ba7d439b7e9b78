"""Profiles: which posts fit, how well, and what is said about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import radar.match
from radar.errors import QueryError
from radar.match.score import score
from radar.model import Kind, Lead, Post, Profile, Verdict

POST = Post(
    source="it-forum",
    external_id="1",
    url="https://forum.example.org/t/1",
    title="Suche CRM-System",
    text="Wer kennt ein gutes CRM für einen Verein?",
    first=True,
    language="de",
    fetched_at=datetime(2026, 11, 24, tzinfo=UTC),
)


def verdict(request: float = 0.9, language: str = "de", **kinds: float) -> Verdict:
    asked = {"recommendation": 0.8, **kinds}
    return Verdict(
        request=request,
        kinds={kind: asked.get(kind.value, 0.05) for kind in Kind},
        language=language,
        model="test-1",
    )


def match(
    profile: dict[str, Any], post: Post = POST, judged: Verdict | None = None, **more: Any
) -> Lead | None:
    matcher = radar.match.compile(Profile(**{"name": "crm", **profile}))
    return matcher.match(post, judged or verdict(), **{"threshold": 0.5, **more})


def test_a_profile_without_terms_matches_by_kind_alone() -> None:
    lead = match({"kinds": (Kind.RECOMMENDATION,)})
    assert lead is not None
    assert lead.hits == ()
    assert lead.kinds == (Kind.RECOMMENDATION,)
    assert match({"kinds": (Kind.SUPPORT,)}) is None


@pytest.mark.parametrize(
    ("profile", "fits"),
    [
        ({"any": ("crm", "erp")}, True),
        ({"any": ("erp", "sap")}, False),
        ({"all": ("crm", "verein*")}, True),
        ({"all": ("crm", "erp")}, False),
        ({"any": ("crm",), "none": ("verein*",)}, False),
        ({"none": ("sap",)}, True),
        ({"any": ("crm",), "all": ("wer NEAR/1 kennt",), "none": ("biete",)}, True),
        ({"languages": ("de",)}, True),
        ({"languages": ("en", "fr")}, False),
        ({"languages": ("de-AT",)}, True),
        ({"min_request": 0.95}, False),
        ({"min_request": 0.9}, True),
        ({"min_score": 0.99}, False),
    ],
)
def test_what_a_profile_asks_for(profile: dict[str, Any], fits: bool) -> None:
    assert (match(profile) is not None) is fits


def test_no_request_is_no_lead() -> None:
    assert match({"any": ("crm",)}, judged=verdict(0.4)) is None
    assert match({"any": ("crm",), "min_request": 0.3, "min_score": 0.3}, judged=verdict(0.4)) is not None


def test_replies_only_if_wanted_and_unknown_position_always() -> None:
    reply, unknown = replace(POST, first=False), replace(POST, first=None)
    assert match({}, reply) is None
    assert match({"replies": True}, reply) is not None
    assert match({}, unknown) is not None


def test_what_is_not_known_is_not_held_against_a_post() -> None:
    assert match({"languages": ("en",)}, replace(POST, language=""), verdict(language="")) is not None
    assert match({"regions": ("AT",)}) is not None
    assert match({"regions": ("AT",)}, region="de") is None
    assert match({"regions": ("DE", "AT")}, region="de") is not None


def test_hits_tell_where_and_reasons_why() -> None:
    lead = match({"any": ("crm*",), "all": ('"wer kennt"',)})
    assert lead is not None
    title, text = lead.hits[0].spans
    assert (title.field, POST.title[title.start : title.end]) == ("title", "CRM-System")
    assert (text.field, POST.text[text.start : text.end]) == ("text", "CRM")
    assert lead.reasons == (
        "Asks for help (90%).",
        "Kind: recommendation (80%).",
        "crm* is in the title: “CRM-System” and 1 more.",
        '"wer kennt" is in the text: “Wer kennt”.',
    )


def test_places_told_are_bounded() -> None:
    lead = match({"any": ("crm",)}, replace(POST, text="CRM, " * 5_000))
    assert lead is not None
    assert len(lead.hits[0].spans) == radar.match.matcher.MOST_SPANS


def test_the_title_counts_more_and_further_terms_help() -> None:
    def points(*terms: str, post: Post = POST) -> float:
        lead = match({"any": terms}, post)
        assert lead is not None
        return lead.score

    assert points("system") > points("verein")
    assert points("verein", "wer") > points("verein")


@dataclass(frozen=True)
class Meaning:
    """A semantic fit that always says the same."""

    score: float
    reason: str = ""

    def fit(self, title: str, text: str) -> Meaning:
        assert (title, text) == (POST.title, POST.text)
        return self


def test_meaning_stands_in_for_the_words_of_any() -> None:
    profile = {"any": ("webshop*",)}
    assert match(profile) is None
    assert match(profile, fit=Meaning(0.4)) is None
    lead = match(profile, fit=Meaning(0.8))
    assert lead is not None
    assert "Its meaning is near to the profile's description (80%)." in lead.reasons
    lead = match(profile, fit=Meaning(0.8, "Speaks of online shops."))
    assert lead is not None
    assert lead.reasons[-1] == "Speaks of online shops."
    assert match({**profile, "none": ("verein",)}, fit=Meaning(0.8)) is None


def test_a_solved_thread_counts_half() -> None:
    open_lead, solved = match({"min_score": 0.1}), match({"min_score": 0.1}, replace(POST, solved=True))
    assert open_lead is not None
    assert solved is not None
    assert solved.score == pytest.approx(open_lead.score / 2, abs=1e-4)
    assert solved.reasons[-1] == "The thread is marked as solved."


def test_all_kinds_that_passed_most_probable_first() -> None:
    lead = match({}, judged=verdict(comparison=0.9, tips=0.5))
    assert lead is not None
    assert lead.kinds == (Kind.COMPARISON, Kind.RECOMMENDATION, Kind.TIPS)


def test_kinds_pass_the_thresholds_of_the_classifier() -> None:
    judged = verdict(comparison=0.4, tips=0.5)
    lead = match({}, judged=judged)
    assert lead is not None
    assert lead.kinds == (Kind.RECOMMENDATION, Kind.TIPS)
    lead = match({}, judged=judged, kind_threshold=lambda kind: 0.6 if kind is Kind.TIPS else 0.3)
    assert lead is not None
    assert lead.kinds == (Kind.RECOMMENDATION, Kind.COMPARISON)


def test_the_most_probable_kind_counts_even_if_it_is_not_probable() -> None:
    lead = match({"min_score": 0.1}, judged=verdict(recommendation=0.3))
    assert lead is not None
    assert lead.kinds == (Kind.RECOMMENDATION,)


def test_a_bad_term_is_named() -> None:
    with pytest.raises(QueryError, match=r"term “\(crm”: the bracket that opens here is never closed"):
        radar.match.compile(Profile(name="crm", any=("erp", "(crm")))


def test_author_board_and_site_are_read_when_asked_for() -> None:
    post = replace(POST, board="Kaufberatung", author="Anna", url="https://[broken")
    assert match({"any": ("board:kauf*",)}, post) is not None
    assert match({"any": ("author:anna",)}, post) is not None
    assert match({"any": ("site:it-forum",)}, post) is not None


PROBABILITIES = st.floats(0, 1)


@given(PROBABILITIES, PROBABILITIES, st.none() | st.lists(PROBABILITIES, max_size=4), st.booleans())
def test_scores_lie_between_0_and_1_and_grow_with_each_part(
    request_: float, kind: float, hints: list[float] | None, solved: bool
) -> None:
    points = score(request_, kind, hints, solved=solved)
    assert 0 <= points <= 1
    assert score(1.0, kind, hints, solved=solved) >= points
    assert score(request_, 1.0, hints, solved=solved) >= points
    if hints is not None:
        assert score(request_, kind, [*hints, 0.6], solved=solved) >= points


@given(st.text(max_size=80), st.text(max_size=80), PROBABILITIES)
def test_any_post_is_judged_the_same_each_time(title: str, text: str, request_: float) -> None:
    matcher = radar.match.compile(Profile(name="p", any=("e* OR a", '"der * die"'), min_score=0))
    post, judged = replace(POST, title=title, text=text), verdict(request_)
    first, again = (matcher.match(post, judged, threshold=0.5) for _ in range(2))
    assert first == again
    if first is not None:
        assert first.score >= 0
        assert all(span.end <= len(title if span.field == "title" else text) for span in first.hits[0].spans)
