"""Storing posts: identity, revisions, old fetches, impossible rows."""

from __future__ import annotations

import math
import secrets
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from radar.errors import StoreError
from radar.model import Kind
from radar.store import Store, WriteReport
from tests.store.making import HOUR, NOW, Rows, judged, lead, post, verdict


def test_a_post_is_stored_once_with_its_verdict_and_lead(store: Store, rows: Rows) -> None:
    assert store.write([judged(1), judged(2)], NOW) == WriteReport(new=2)
    assert store.write([judged(1), judged(2)], NOW + HOUR) == WriteReport(unchanged=2)
    assert rows("select count(*) from post") == [(2,)]
    assert rows("select count(*) from verdict") == [(2,)]
    assert rows("select title, evidence, state from leads order by lead_id")[0] == (
        "CRM-Software gesucht",
        ["CRM-Software"],
        "new",
    )


def test_the_identity_is_source_and_external_id(store: Store) -> None:
    same_id_elsewhere = [post(1), post(1, source="other")]
    assert store.write(same_id_elsewhere, NOW).new == 2


def test_doubles_in_a_batch_count_once_and_the_newest_fetch_wins(store: Store, rows: Rows) -> None:
    newer = post(1, text="newer", fetched_at=NOW + HOUR)
    assert store.write([newer, post(1, text="older")], NOW).total == 1
    assert rows("select text from post") == [("newer",)]


def test_an_edit_leaves_a_revision(store: Store, rows: Rows) -> None:
    store.write([post(1, text="first wording")], NOW)
    report = store.write([post(1, text="second wording", fetched_at=NOW + HOUR)], NOW + HOUR)
    assert report == WriteReport(changed=1)
    assert rows("select text from post") == [("second wording",)]
    assert rows("select text, fetched_at, replaced_at from post_revision") == [
        ("first wording", NOW, NOW + HOUR)
    ]


def test_an_older_fetch_never_overwrites_a_newer_one(store: Store, rows: Rows) -> None:
    store.write([judged(1, text="as it is now", fetched_at=NOW + HOUR)], NOW)
    late = judged(1, text="as it was", fetched_at=NOW, verdict=verdict(0.1), leads=())
    assert store.write([late], NOW + HOUR) == WriteReport(stale=1)
    assert rows("select text from post") == [("as it is now",)]
    assert rows("select request from verdict") == [(pytest.approx(0.9),)]
    assert rows("select current from lead") == [(True,)]
    assert rows("select count(*) from post_revision") == [(0,)]


def test_an_edit_voids_the_verdicts_of_other_classifiers(store: Store, rows: Rows) -> None:
    store.write([judged(1), judged(2)], NOW)
    newer = {"fetched_at": NOW + HOUR, "verdict": verdict(model="trained-1")}
    store.write([judged(1, text="edited", **newer), judged(2, **newer)], NOW + HOUR)
    assert rows(
        "select external_id, array_agg(model order by model) from verdict join post on id = post_id group by 1"
    ) == [("1", ["trained-1"]), ("2", ["rules-1", "trained-1"])]


def test_what_the_owner_did_with_a_lead_survives_the_next_crawl(store: Store, rows: Rows) -> None:
    store.write([judged(1)], NOW)
    rows("update lead set state = 'dismissed', state_at = now() returning id")
    store.write([judged(1, leads=(lead(score=0.9),), fetched_at=NOW + HOUR)], NOW + HOUR)
    assert rows("select state, score from lead") == [("dismissed", pytest.approx(0.9))]
    store.write([judged(1, leads=(), fetched_at=NOW + HOUR)], NOW + HOUR)
    assert rows("select state, current from lead") == [("dismissed", False)]


def test_a_post_without_verdict_leaves_leads_alone(store: Store, rows: Rows) -> None:
    store.write([judged(1)], NOW)
    store.write([post(1, fetched_at=NOW + HOUR)], NOW + HOUR)
    assert rows("select current from lead") == [(True,)]


def test_authors_are_stored_as_pseudonyms(store: Store, rows: Rows) -> None:
    store.write([post(1), post(2), post(3, author="Max"), post(4, author="")], NOW)
    authors = [author for (author,) in rows("select author from post order by external_id")]
    assert authors[0] == authors[1] != authors[2]
    assert "Erika" not in authors
    assert len(authors[0]) == 16
    assert authors[3] == ""


IMPOSSIBLE = {
    "NUL": {"text": "a\x00b"},
    "lone surrogate": {"title": "a\ud800b"},
    "year 1": {"created_at": datetime(1, 1, 1, tzinfo=UTC)},
    "year 9999": {"edited_at": datetime(9999, 12, 31, tzinfo=UTC)},
    "no time zone": {"created_at": datetime(2026, 1, 1)},  # noqa: DTZ001
    "number too large": {"answer_count": 2**40},
    "probability of 7": {"verdict": verdict(7.0)},
    "score of -1": {"leads": (lead(score=-1),)},
    "NUL in the identity": {"external_id": "7\x00"},
    "too long an identity": {"external_id": secrets.token_hex(20_000)},
    "not a number": {"verdict": verdict(math.nan)},
    "surrogate in a lead": {"leads": (lead(reasons=("\udfff",)),)},
}


@pytest.mark.parametrize("fields", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_an_impossible_row_is_buried_and_the_others_are_stored(
    store: Store, rows: Rows, fields: dict
) -> None:
    batch = [judged(number) for number in range(30)]
    batch[17] = replace(batch[17], **fields)
    report = store.write(batch, NOW)
    assert report == WriteReport(new=29, dead=1)
    assert rows("select count(*), count(distinct id) from post") == [(29, 29)]
    assert rows("select count(*) from lead") == [(29,)]
    ((source, reason, payload),) = rows("select source, reason, payload from dead_letter")
    assert source == "board"
    assert reason
    assert payload["url"] == batch[17].url
    assert payload["author"] != "Erika"


def test_a_buried_row_is_counted_when_it_comes_back(store: Store, rows: Rows) -> None:
    for _ in range(3):
        store.write([post(1, text="\x00"), post(2)], NOW)
    assert rows("select times from dead_letter") == [(3,)]


def test_all_rows_impossible(store: Store, rows: Rows) -> None:
    assert store.write([post(n, text="\x00") for n in range(9)], NOW) == WriteReport(dead=9)


def test_nothing_to_write(store: Store) -> None:
    assert store.write([], NOW) == WriteReport()


def test_kinds_are_kept_in_order(store: Store, rows: Rows) -> None:
    kinds = (Kind.TIPS, Kind.EXPERIENCE, Kind.COMPARISON)
    store.write([judged(1, leads=(lead(kinds=kinds),))], NOW)
    assert rows("select kinds from lead") == [([*kinds],)]


def test_a_database_that_was_never_migrated_says_so(empty_database_url: str) -> None:
    with Store.open(empty_database_url) as store, pytest.raises(StoreError, match="migrations"):
        store.write([post(1)], NOW)
