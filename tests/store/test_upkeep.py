"""What happens to stored posts later: judged again, forgotten, let go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from radar.errors import StoreError
from radar.model import Kind, LeadState, Outcome, Problem
from radar.store import LeadFilter, PageRecord, Store, WriteReport
from tests.store.making import DAY, HOUR, NOW, Rows, judged, lead, post, source, verdict


@dataclass
class Privacy:
    keep_unmatched: timedelta = 14 * DAY
    keep_matched: timedelta = 365 * DAY


def test_posts_to_judge_come_page_by_page_with_their_latest_verdict(store: Store) -> None:
    store.save_sources([source(region="DE")], NOW)
    store.write([judged(n) for n in range(7)] + [post(7, source="elsewhere")], NOW)
    first = store.posts_to_judge(limit=5)
    rest = store.posts_to_judge(first[-1].id, limit=5)
    assert (len(first), len(rest)) == (5, 3)
    assert store.posts_to_judge(rest[-1].id) == []
    assert [one.post.external_id for one in first + rest] == [str(n) for n in range(8)]
    assert first[0].region == "DE"
    assert first[0].verdict is not None
    assert first[0].verdict.model == "rules-1"
    assert rest[-1].verdict is None


def test_new_verdicts_and_leads_replace_the_old_ones(store: Store, rows: Rows) -> None:
    store.write([judged(1), judged(2)], NOW)
    one, two = store.posts_to_judge()
    assert store.replace_verdicts({one.id: verdict(0.4, model="trained-1"), 4711: verdict()}, NOW + HOUR) == 1
    assert (
        store.replace_leads(
            {one.id: (lead("backup"),), two.id: (lead(score=0.5),), 4711: (lead(),)}, NOW + HOUR
        )
        == 2
    )
    assert [(row.profile, row.request) for row in store.leads(LeadFilter(order="best"))] == [
        ("backup", pytest.approx(0.4)),
        ("crm", pytest.approx(0.9)),
    ]
    assert rows("select post_id, profile, current, model from lead order by 1, 2") == [
        (one.id, "backup", True, "trained-1"),
        (one.id, "crm", False, "rules-1"),
        (two.id, "crm", True, "rules-1"),
    ]


def test_a_forgotten_post_stays_away(store: Store, rows: Rows) -> None:
    store.write([judged(1), judged(2)], NOW)
    (row, *_) = store.leads()
    assert store.forget(now=NOW, lead=row.id, reason="asked for by mail") == 1
    assert store.write([judged(1), judged(2)], NOW + HOUR) == WriteReport(unchanged=1, forgotten=1)
    assert rows("select count(*) from post") == [(1,)]
    assert [(stone.kind, stone.reason) for stone in store.tombstones()] == [("post", "asked for by mail")]


def test_an_author_who_objects_stays_away_by_name_and_by_pseudonym(store: Store, rows: Rows) -> None:
    store.write([post(1), post(2, author="Max"), post(3, source="other")], NOW)
    ((pseudonym,),) = rows("select author from post where external_id = '2'")
    assert store.forget(now=NOW, author="Erika") == 2
    assert store.forget(now=NOW, author=pseudonym) == 1
    again = [post(4), post(5, author="Max"), post(6, source="other"), post(7, author="Eva")]
    assert store.write(again, NOW) == WriteReport(new=1, forgotten=3)


def test_an_author_may_object_at_one_source_only_and_beforehand(store: Store) -> None:
    assert store.forget(now=NOW, author="Erika", source="board") == 0
    assert store.write([post(1), post(2, source="other")], NOW) == WriteReport(new=1, forgotten=1)


def test_a_forgotten_link_takes_its_thread_along(store: Store) -> None:
    store.write([post(1), post(2), post(3, thread_url="https://forum.example/t/2")], NOW)
    assert store.forget(now=NOW, url="https://forum.example/t/1") == 2
    assert store.write(
        [post(1), post(9), post(3, thread_url="https://forum.example/t/2")], NOW
    ) == WriteReport(unchanged=1, forgotten=2)


def test_nothing_of_a_forgotten_post_is_left(store: Store, rows: Rows) -> None:
    store.write([judged(1, text="very telling words"), post(2, text="\x00 more telling words")], NOW)
    store.write([judged(1, text="even more telling", fetched_at=NOW + HOUR)], NOW)
    store.index_words()
    store.forget(now=NOW, author="Erika")
    tables = [name for (name,) in rows("select tablename from pg_tables where schemaname = 'public'")]
    assert len(tables) > 10
    for table in tables:
        content = " ".join(text for (text,) in rows(f"select t::text from {table} t"))
        assert "telling" not in content, table
        assert "Erika" not in content, table


def test_exactly_one_thing_is_forgotten_at_a_time(store: Store) -> None:
    with pytest.raises(StoreError, match="one of"):
        store.forget(now=NOW)
    with pytest.raises(StoreError, match="one of"):
        store.forget(now=NOW, author="a", url="b")
    with pytest.raises(StoreError, match="there is no lead 7"):
        store.forget(now=NOW, lead=7)


def test_texts_go_when_their_time_is_over(store: Store, rows: Rows) -> None:
    store.write([judged(1), post(2), post(3)], NOW)
    store.write([post(4)], NOW + 10 * DAY)
    (row,) = store.leads()
    store.judge(row.id, True, [Kind.TIPS], NOW)
    expired = store.expire(NOW + 15 * DAY, Privacy())
    assert (expired.unmatched, expired.matched) == (2, 0)
    assert rows("select external_id, title, text, author, length(content_hash) from post order by 1")[1] == (
        *("2", "", "", "", 16),
    )
    assert [bool(text) for (text,) in rows("select text from post order by external_id")] == [
        True,
        False,
        False,
        True,
    ]
    expired = store.expire(NOW + 366 * DAY, Privacy())
    assert (expired.unmatched, expired.matched) == (1, 1)
    assert rows("select count(*) from post where text <> '' or title <> '' or author <> ''") == [(0,)]
    assert store.lead(row.id).lead.hits == ()
    assert store.lead(row.id).lead.reasons == ()
    assert store.owner_verdicts() == []
    assert store.posts_to_judge() == []
    assert store.expire(NOW + 366 * DAY, Privacy()).unmatched == 0


def test_a_text_that_went_does_not_come_back_with_the_next_crawl(store: Store, rows: Rows) -> None:
    store.write([post(1)], NOW)
    store.expire(NOW + 15 * DAY, Privacy())
    later = NOW + 16 * DAY
    assert store.write([judged(1, fetched_at=later)], later) == WriteReport(unchanged=1)
    assert rows("select text, author from post") == [("", "")]
    assert store.leads() == []


def test_an_edited_post_is_a_post_again(store: Store, rows: Rows) -> None:
    store.write([post(1)], NOW)
    store.expire(NOW + 15 * DAY, Privacy())
    later = NOW + 16 * DAY
    assert store.write([judged(1, text="new words", fetched_at=later)], later) == WriteReport(changed=1)
    assert rows("select text, text_removed_at from post") == [("new words", None)]
    assert rows("select count(*) from post_revision") == [(0,)]
    assert len(store.leads()) == 1


def test_leads_the_owner_touched_are_kept_like_matches(store: Store) -> None:
    store.write([judged(1)], NOW)
    (row,) = store.leads()
    store.mark([row.id], LeadState.ANSWERED, None, NOW)
    store.replace_leads({row.post_id: ()}, NOW)
    assert store.expire(NOW + 15 * DAY, Privacy()).unmatched == 0


def test_revisions_dead_letters_and_memories_go_too(store: Store, rows: Rows) -> None:
    store.save_sources([source()], NOW)
    store.write([post(1), post(2, text="\x00")], NOW)
    store.write([post(1, text="edited", fetched_at=NOW + HOUR)], NOW)
    store.record_pages([PageRecord(source="board", visit="v", url="u", problems=(Problem("u", "odd"),))], NOW)
    store.finish_visit("v", "board", Outcome.OK, NOW, NOW)
    expired = store.expire(NOW + 500 * DAY, Privacy())
    assert expired.dead_letters == 1
    for table in ("post_revision", "search_document", "dead_letter", "visit", "problem"):
        assert rows(f"select count(*) from {table}") == [(0,)], table


def test_more_posts_than_one_step_takes(store: Store) -> None:
    store.write([post(n) for n in range(2300)], NOW)
    assert store.index_words(limit=1500) == 1500
    assert store.index_words() == 800
    assert store.expire(NOW + 15 * DAY, Privacy()).unmatched == 2300


def test_words_are_indexed_at_the_end_of_a_visit(store: Store, rows: Rows) -> None:
    store.write([post(1), post(2)], NOW)
    assert store.status(NOW).waiting_for_search == 2
    store.finish_visit("v", "board", Outcome.OK, NOW, NOW)
    assert store.status(NOW).waiting_for_search == 0
    assert rows("select count(*) from search_document") == [(2,)]


def test_an_edit_is_indexed_anew(store: Store, rows: Rows) -> None:
    store.write([post(1, text="Warenwirtschaft")], NOW)
    store.index_words()
    store.write([post(1, text="Zeiterfassung", fetched_at=NOW + HOUR)], NOW)
    for _ in ("waiting", "indexed"):
        assert rows("select count(*) from search_posts('zeiterfassung')") == [(1,)]
        assert rows("select count(*) from search_posts('warenwirtschaft')") == [(0,)]
        store.index_words()


def test_status(store: Store) -> None:
    store.save_sources([source("a"), source("b"), source("c")], NOW)
    store.finish_visit("", "a", Outcome.BLOCKED, NOW + HOUR, NOW)
    store.finish_visit("", "b", Outcome.OK, NOW + HOUR, NOW)
    store.write([judged(1), judged(2), post(3), post(4, text="\x00")], NOW)
    status = store.status(NOW)
    assert (status.posts, status.leads, status.open_leads, status.dead_letters) == (3, 2, 2, 1)
    assert (status.sources, status.sources_due, status.sources_in_trouble) == (3, 1, 1)
    assert (status.latest_post_at, status.latest_visit_at) == (NOW, NOW)
    assert status.migration >= 1
    assert status.bytes > 0
    assert int(status.server.split(".")[0]) >= 15


def test_dead_letters_can_be_looked_at(store: Store) -> None:
    store.write([post(1, text="a\x00b", title="readable")], NOW)
    (letter,) = store.dead_letters()
    assert (letter.source, letter.external_id, letter.times) == ("board", "1", 1)
    assert letter.payload["title"] == "readable"
    assert letter.payload["text"] == "ab"
    assert letter.reason == 'invalid byte sequence for encoding "UTF8": 0x00'
