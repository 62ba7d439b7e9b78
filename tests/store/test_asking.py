"""Questions in SQL: read-only, in bounds."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from radar.errors import StoreError
from radar.store import Store
from tests.store.making import NOW, judged

WRITES = [
    "delete from post",
    "update lead set state = 'answered'",
    "insert into tombstone values ('post', '', '', now())",
    "drop view leads",
    "create table mine (a int)",
    "truncate post",
    "select nextval('post_id_seq')",
    "do $$ begin delete from post; end $$",
    "with gone as (delete from post returning 1) select * from gone",
    "copy post to program 'cat'",
    "select pg_read_file('/etc/passwd')",
]


def test_a_question_is_answered(store: Store) -> None:
    store.write([judged(1), judged(2)], NOW)
    result = store.query("select title, count(*) as times from leads group by title")
    assert result.columns == ("title", "times")
    assert result.rows == [("CRM-Software gesucht", 2)]
    assert not result.truncated
    assert store.query("select 'a' like '%a' as it").rows == [(True,)]
    assert store.query("explain select * from posts").rows


def test_no_more_rows_than_wanted(store: Store) -> None:
    result = store.query("select * from generate_series(1, 1000000)", limit=3)
    assert result.rows == [(1,), (2,), (3,)]
    assert result.truncated


def test_no_more_time_than_wanted(store: Store) -> None:
    with pytest.raises(StoreError, match="too long"):
        store.query("select pg_sleep(60)", timeout=timedelta(milliseconds=50))


@pytest.mark.parametrize("question", WRITES)
def test_a_question_changes_nothing(store: Store, question: str) -> None:
    store.write([judged(1)], NOW)
    with pytest.raises(StoreError):
        store.query(question)
    assert len(store.leads()) == 1


@pytest.mark.parametrize(
    "question", ["select 1; select 2", "rollback; delete from post", "commit; delete from post"]
)
def test_one_statement_at_a_time(store: Store, question: str) -> None:
    with pytest.raises(StoreError):
        store.query(question)


def test_a_mistake_is_told_in_one_sentence(store: Store) -> None:
    with pytest.raises(StoreError, match='syntax error at or near "selekt"'):
        store.query("selekt 1")
    with pytest.raises(StoreError, match='relation "lead_list" does not exist'):
        store.query("select * from lead_list")


def test_the_role_itself_cannot_write(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("set role radar_reader")
        assert connection.execute("select count(*) from open_leads").fetchone() == (0,)
        for table in ("post", "lead", "source"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"delete from {table}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("create table mine (a int)")
