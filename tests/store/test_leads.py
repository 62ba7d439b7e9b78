"""Leads: filters, details, the owner's marks and verdicts."""

from __future__ import annotations

import pytest

from radar.errors import StoreError
from radar.model import Kind, LeadState, Span
from radar.store import LeadFilter, Store
from tests.store.making import DAY, HOUR, NOW, Rows, judged, lead, post, verdict


@pytest.fixture
def three(store: Store) -> Store:
    """Three leads of two profiles, the newest first in the list."""
    store.write(
        [
            judged(1, created_at=NOW - 3 * HOUR, leads=(lead(score=0.9),)),
            judged(
                2,
                created_at=NOW - 2 * HOUR,
                leads=(lead("backup", 0.6, kinds=(Kind.SUPPORT,)),),
                title="Datensicherung mit Veeam",
            ),
            judged(
                3,
                created_at=NOW - HOUR,
                leads=(lead(score=0.7),),
                source="other",
                title="Größere Lagerverwaltungssoftware",
            ),
        ],
        NOW,
    )
    return store


def found(store: Store, **how) -> list[float]:
    return [round(row.score, 2) for row in store.leads(LeadFilter(**how))]


def test_newest_first_or_best_first(three: Store) -> None:
    assert found(three) == [0.7, 0.6, 0.9]
    assert found(three, order="best") == [0.9, 0.7, 0.6]
    assert found(three, limit=1) == [0.7]


@pytest.mark.parametrize(
    ("how", "scores"),
    [
        ({"profile": "backup"}, [0.6]),
        ({"kind": Kind.SUPPORT}, [0.6]),
        ({"since": NOW - 2 * HOUR}, [0.7, 0.6]),
        ({"min_score": 0.65}, [0.7, 0.9]),
        ({"source": "other"}, [0.7]),
        ({"text": "datensicherungen"}, [0.6]),
        ({"text": "VEEAM -cloud"}, [0.6]),
        ({"text": "groessere"}, [0.7]),
        ({"text": "größer"}, [0.7]),
        ({"text": "software"}, [0.7, 0.9]),
        ({"text": "100%_"}, []),
        ({"state": LeadState.SEEN}, []),
    ],
)
@pytest.mark.parametrize("indexed", [False, True])
def test_filters(three: Store, how: dict, scores: list[float], indexed: bool) -> None:
    if indexed:
        assert three.index_words() == 3
    assert found(three, **how) == scores


def test_english_and_german_words_are_reduced_to_their_stems(store: Store) -> None:
    english = verdict(language="en")
    store.write(
        [
            judged(1, title="Looking", text="Which invoicing tools are you recommending?", verdict=english),
            judged(2, title="Suche", text="Welche Rechnungsprogramme sind empfehlenswert?"),
        ],
        NOW,
    )
    for _ in ("waiting for the index", "indexed"):
        assert len(store.leads(LeadFilter(text="invoices tool"))) == 1
        assert len(store.leads(LeadFilter(text="Rechnungsprogramm"))) == 1
        assert len(store.leads(LeadFilter(text='"tools invoicing"'))) == 0
        assert len(store.leads(LeadFilter(text="invoice or rechnungsprogramme"))) == 2
        store.index_words()


def test_a_lead_with_all_that_is_known(store: Store) -> None:
    given = judged(1, quoted="He said", position=1, answer_count=4, solved=False, edited_at=NOW)
    store.write([given], NOW)
    store.write([judged(1, text="edited", fetched_at=NOW + HOUR, quoted="He said")], NOW)
    (row,) = store.leads()
    detail = store.lead(row.id)
    assert detail.row == row
    assert row.evidence == ("CRM-Software",)
    assert detail.revisions == 1
    assert (detail.post.text, detail.post.quoted, detail.post.position) == ("edited", "He said", 1)
    assert (detail.post.answer_count, detail.post.solved, detail.post.edited_at) == (4, False, NOW)
    assert detail.verdict is not None
    assert detail.verdict.evidence == (Span("title", 0, 12),)
    assert detail.verdict.kinds[Kind.RECOMMENDATION] == pytest.approx(0.8)
    assert detail.lead.hits == given.leads[0].hits
    assert detail.lead.reasons == given.leads[0].reasons
    assert detail.owner is None


def test_a_number_that_is_no_lead(store: Store) -> None:
    with pytest.raises(StoreError, match="there is no lead 4711"):
        store.lead(4711)
    with pytest.raises(StoreError, match="there is no lead 4711"):
        store.judge(4711, True, [], NOW)
    assert store.mark([4711], LeadState.SEEN, None, NOW) == []


def test_marked_leads_leave_the_open_ones(three: Store) -> None:
    first, second, third = (row.id for row in three.leads())
    assert three.mark([first, second], LeadState.ANSWERED, None, NOW) == sorted([first, second])
    assert three.mark([third], LeadState.SEEN, None, NOW) == [third]
    assert [row.id for row in three.leads()] == [third]
    assert len(three.leads(LeadFilter(state=LeadState.ANSWERED))) == 2
    assert len(three.leads(LeadFilter(state="all"))) == 3


def test_snoozed_leads_come_back_when_they_are_due(three: Store, rows: Rows) -> None:
    later, earlier, _ = (row.id for row in three.leads())
    three.mark([later], LeadState.SNOOZED, NOW + 10_000 * DAY, NOW)
    three.mark([earlier], LeadState.SNOOZED, NOW - 1000 * DAY, NOW)
    open_ids = {row.id for row in three.leads()}
    assert earlier in open_ids
    assert later not in open_ids
    assert {row[0] for row in rows("select lead_id from open_leads")} == open_ids


@pytest.mark.parametrize(("state", "until"), [(LeadState.SNOOZED, None), (LeadState.SEEN, NOW)])
def test_only_a_snoozed_lead_has_a_time(store: Store, state: LeadState, until) -> None:
    with pytest.raises(StoreError, match="snoozed"):
        store.mark([1], state, until, NOW)


def test_a_withdrawn_lead_is_shown_only_if_the_owner_had_touched_it(three: Store) -> None:
    one, two, _ = (row.id for row in three.leads())
    three.mark([one], LeadState.SEEN, None, NOW)
    posts = {row.post_id: () for row in three.leads() if row.id in {one, two}}
    assert three.replace_leads(posts, NOW) == 2
    assert len(three.leads()) == 1
    assert {row.id: row.current for row in three.leads(LeadFilter(state="all"))}[one] is False
    assert two not in {row.id for row in three.leads(LeadFilter(state="all"))}


def test_the_owners_verdicts_are_kept_for_learning(three: Store) -> None:
    first, second, _ = three.leads()
    three.judge(first.id, False, [], NOW)
    three.judge(second.id, True, [Kind.TIPS], NOW)
    three.judge(second.id, True, [Kind.TIPS, Kind.SUPPORT], NOW + HOUR)
    kept = three.owner_verdicts()
    assert [(one.post.title, one.request, one.kinds) for one in kept] == [
        (second.title, True, (Kind.TIPS, Kind.SUPPORT)),
        (first.title, False, ()),
    ]
    assert three.lead(first.id).owner == kept[1]


def test_a_post_of_a_source_nobody_knows_is_a_lead_like_others(store: Store) -> None:
    store.write([judged(1, source="adhoc"), post(2, source="adhoc")], NOW)
    assert [row.source for row in store.leads()] == ["adhoc"]
