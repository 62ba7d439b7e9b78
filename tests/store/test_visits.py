"""Visits: counters, validators, thread marks, problems, and how a source comes out of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from radar.model import Channel, Outcome, Problem, ThreadMark, Validator
from radar.store import PageRecord, Store
from tests.store.making import DAY, HOUR, NOW, Rows, post, source


def page(number: int = 1, **fields) -> PageRecord:
    known = {
        "source": "board",
        "visit": "v1",
        "url": f"https://board.example/{number}",
        "status": 200,
        "epoch": "e1",
    }
    return PageRecord(**{**known, **fields})


def test_pages_are_counted(store: Store) -> None:
    store.begin_visit("v1", "board", NOW)
    store.begin_visit("v1", "board", NOW + HOUR)
    store.record_pages([page(bytes=100), page(bytes=50, problems=(Problem("u", "odd"),))], NOW)
    store.record_pages([page(status=304), page(status=503), page(status=0)], NOW)
    store.finish_visit("v1", "board", Outcome.OK, NOW + HOUR, NOW + timedelta(minutes=5), "fine")
    (visit,) = store.visit_history("board", 10)
    assert (visit.pages, visit.unchanged_pages, visit.failed_pages, visit.bytes) == (2, 1, 2, 150)
    assert visit.problems == 1
    assert (visit.started_at, visit.finished_at) == (NOW, NOW + timedelta(minutes=5))
    assert (visit.outcome, visit.detail) == ("ok", "fine")


def test_a_visit_that_two_workers_close_counts_once(store: Store) -> None:
    store.save_sources([source()], NOW)
    store.begin_visit("v1", "board", NOW)
    store.finish_visit("v1", "board", Outcome.UNREACHABLE, NOW + DAY, NOW + HOUR)
    store.finish_visit("v1", "board", Outcome.UNREACHABLE, NOW + 2 * DAY, NOW + HOUR + timedelta(seconds=1))
    (row,) = store.sources()
    assert row.next_check_at == NOW + DAY
    summary = store.visit_summary("v1")
    assert summary is not None
    assert summary.failures == 1


def test_a_visit_knows_what_it_brought(store: Store) -> None:
    store.write([post(1), post(2)], NOW)
    store.begin_visit("v1", "board", NOW + HOUR)
    later = {"fetched_at": NOW + 2 * HOUR}
    store.write([post(1, **later), post(2, text="edited", **later), post(3, **later)], NOW + 2 * HOUR)
    store.finish_visit("v1", "board", Outcome.OK, NOW + DAY, NOW + 3 * HOUR)
    (visit,) = store.visit_history("board", 10)
    assert (visit.new_posts, visit.changed_posts) == (1, 1)


def test_a_visit_goes_as_the_page_it_began_with(store: Store) -> None:
    store.save_sources([source(interval=2 * HOUR)], NOW)
    store.record_pages(
        [page(entry=True, wait=60.0), page(entry=True, wait=900.0, outcome=Outcome.BLOCKED)], NOW
    )
    store.record_pages([page(outcome=Outcome.GONE), page(entry=True)], NOW)
    summary = store.visit_summary("v1")
    assert summary is not None
    assert (summary.entry_outcome, summary.asked_wait) == (Outcome.BLOCKED, 900.0)
    assert (summary.pages, summary.failures, summary.longest_interval) == (4, 0, 2 * HOUR)
    assert (summary.finished_at, summary.posts_known) == (None, False)
    assert store.visit_summary("nobody's") is None


def test_which_posts_are_known(store: Store) -> None:
    store.write([post(1), post(2), post(3, source="other")], NOW)
    assert store.known_posts("board", ["1", "3", "4"]) == {"1"}
    assert store.known_posts("board", []) == set()


def test_a_visit_ends_once(store: Store) -> None:
    store.begin_visit("v1", "board", NOW)
    store.finish_visit("v1", "board", Outcome.OK, NOW + HOUR, NOW)
    store.finish_visit("v1", "board", Outcome.UNREACHABLE, NOW + HOUR, NOW + HOUR)
    assert store.visit_history("board", 10)[0].outcome == "ok"


def test_validators_are_kept_byte_for_byte_within_an_epoch(store: Store) -> None:
    store.save_sources([source()], NOW)
    odd = Validator('W/"ä\'%s\\"', "Tue, 03 Mar 2026 10:00:00 GMT")
    store.record_pages([page(1, validator=Validator("old")), page(2, validator=odd)], NOW)
    store.record_pages([page(1, validator=Validator("first")), page(1, validator=Validator("new"))], NOW)
    how = {"channels": list(Channel), "lease": HOUR, "names": ["board"], "force": True}
    (visit,) = store.claim_due(NOW, epoch="e1", **how)
    assert visit.validators == {"https://board.example/1": Validator("new"), "https://board.example/2": odd}
    (visit,) = store.claim_due(NOW, epoch="e2", **how)
    assert visit.validators == {}


def test_thread_marks_are_kept_within_an_epoch(store: Store) -> None:
    store.save_sources([source()], NOW)
    marks = [ThreadMark(str(n), f"replies={n}", f"https://board.example/t/{n}?page=2") for n in range(5)]
    store.record_pages([page(n, thread_mark=mark) for n, mark in enumerate(marks)], NOW)
    assert store.thread_marks("board", ["1", "3", "77"], "e1") == {"1": marks[1], "3": marks[3]}
    assert store.thread_marks("board", ["1"], "e2") == {}
    assert store.thread_marks("other", ["1"], "e1") == {}
    assert store.thread_marks("board", [], "e1") == {}


def test_pages_of_an_unknown_source_are_counted_and_not_remembered(store: Store, rows: Rows) -> None:
    store.record_pages(
        [page(source="adhoc", validator=Validator("x"), thread_mark=ThreadMark("1", "2"))], NOW
    )
    assert store.visit_history("adhoc", 1)[0].pages == 1
    assert rows("select (select count(*) from validator), (select count(*) from thread)") == [(0, 0)]


def test_problems_are_counted_once_a_page_and_survive_odd_characters(store: Store, rows: Rows) -> None:
    odd = Problem("https://board.example/\x00\ud800", "no date", "seen: \x00")
    store.record_pages([page(problems=(odd, odd))], NOW)
    store.record_pages([page(problems=(odd,))], NOW + HOUR)
    assert rows("select url, times, first_at, last_at from problem") == [
        ("https://board.example/", 2, NOW, NOW + HOUR)
    ]
    assert [problem.what for problem in store.problems(["board"])] == ["no date"]
    assert store.problems(["other"]) == []


def test_failures_are_counted_in_a_row(store: Store) -> None:
    store.save_sources([source()], NOW)
    for _ in range(3):
        store.finish_visit("", "board", Outcome.UNREACHABLE, NOW + HOUR, NOW)
    (row,) = store.sources()
    assert (row.failures, row.health, row.last_outcome, row.last_ok_at) == (3, "failing", "unreachable", None)
    store.finish_visit("", "board", Outcome.UNCHANGED, NOW + HOUR, NOW + DAY)
    (row,) = store.sources()
    assert (row.failures, row.last_ok_at, row.next_check_at) == (0, NOW + DAY, NOW + HOUR)


def test_a_paused_source_that_answers_again_is_active_again(store: Store) -> None:
    store.save_sources([source()], NOW)
    store.finish_visit("", "board", Outcome.BLOCKED, NOW, NOW, "403")
    store.finish_visit("", "board", Outcome.OK, NOW + HOUR, NOW)
    (row,) = store.sources()
    assert (row.state, row.reason) == ("active", "")


def test_posting_times_are_the_newest_first(store: Store) -> None:
    store.write([post(n, created_at=NOW - n * HOUR) for n in range(9)] + [post(99, created_at=None)], NOW)
    assert store.posting_times("board", limit=3) == [NOW, NOW - HOUR, NOW - 2 * HOUR]


ODD = {
    "too long a key": ("x" + "0123456789abcdef" * 1000, "a"),
    "NUL": ("https://board.example/1", "a\x00"),
    "surrogate": ("https://board.example/1\udcff", "a"),
}


@pytest.mark.parametrize(("key", "value"), ODD.values(), ids=ODD)
def test_what_cannot_be_remembered_is_left_out(store: Store, rows: Rows, key: str, value: str) -> None:
    store.save_sources([source()], NOW)
    odd = page(url=key, validator=Validator(value), thread_mark=ThreadMark(key, value))
    store.record_pages([odd, page(2, validator=Validator("good"), thread_mark=ThreadMark("2", "good"))], NOW)
    assert rows("select etag from validator") == [("good",)]
    assert rows("select activity from thread") == [("good",)]
    assert store.visit_history("board", 1)[0].pages == 2
