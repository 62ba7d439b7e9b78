"""Postgres goes away and comes back: told as such, nothing half done, everything usable again."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from radar import embedded
from radar.embedded import Services
from radar.errors import StoreUnavailable
from radar.store import Store, WriteReport, migrate
from radar.store.database import Database
from tests.store.making import NOW, judged, post, source


@pytest.fixture
def own_server(home: Path) -> Services:
    """A Postgres of this test's own, which it may stop."""
    services = embedded.services(home, redis_url="redis://not-used")
    migrate(services.database_url)
    return services


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(StoreUnavailable):
        Store.open("postgresql://nobody@127.0.0.1:9/nothing")


def test_connections_that_were_cut_are_replaced(store: Store, database_url: str) -> None:
    store.write([post(1)], NOW)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() "
            "and pid <> pg_backend_pid()"
        )
    assert store.write([post(1), post(2)], NOW) == WriteReport(new=1, unchanged=1)


def test_a_write_that_is_cut_off_stores_nothing_and_can_be_repeated(store: Store, database_url: str) -> None:
    batch = [judged(n) for n in range(50)]
    with psycopg.connect(database_url) as blocker:
        blocker.execute("lock table verdict in access exclusive mode")
        with ThreadPoolExecutor(1) as pool:
            writing = pool.submit(store.write, batch, NOW)
            with psycopg.connect(database_url, autocommit=True) as killer:
                waiting = "select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
                while not (found := killer.execute(waiting).fetchall()):
                    time.sleep(0.01)
                killer.execute("select pg_terminate_backend(%s)", found[0])
                with pytest.raises(StoreUnavailable):
                    writing.result()
                assert killer.execute("select count(*) from post").fetchone() == (0,)
    assert store.write(batch, NOW) == WriteReport(new=50)


def test_the_server_is_stopped_and_started_again(own_server: Services, home: Path) -> None:
    with Store.open(own_server.database_url) as store:
        assert store.write([post(1)], NOW).new == 1
        embedded.stop(home)
        with pytest.raises(StoreUnavailable):
            store.write([post(2)], NOW)
        embedded.services(home, redis_url="redis://not-used")
        assert store.write([post(1), post(2)], NOW) == WriteReport(new=1, unchanged=1)


def test_a_pool_that_gives_nothing_out_is_replaced(
    database_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("radar.store.database.GET_SECONDS", 0.5)
    database = Database(database_url, connections=2)
    database.open()
    try:
        # What an outage was seen to leave: the pool believes its connections to be in use, and nobody has them.
        for _ in range(2):
            database._pool.getconn()
        with database.transaction() as connection:
            assert connection.execute("select 1 as one").fetchone() == {"one": 1}
        assert "stuck" in caplog.text
    finally:
        database.close()


def test_a_busy_pool_is_not_taken_for_a_stuck_one(
    database_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("radar.store.database.GET_SECONDS", 0.3)
    database = Database(database_url, connections=1)
    database.open()
    done = threading.Event()

    def occupy() -> None:
        with database.transaction():
            done.wait(30)

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(occupy)
        while database._pool.get_stats().get("requests_num", 0) == 0:
            time.sleep(0.01)
        with pytest.raises(StoreUnavailable):
            database.one("any_tombstone")
        done.set()
        holding.result()
    assert "stuck" not in caplog.text
    database.close()


def test_writers_do_not_get_into_each_others_way(store: Store) -> None:
    """Four threads store the same posts in different orders, edits included."""
    store.save_sources([source()], NOW)
    numbers = list(range(200))

    def write(turn: int) -> int:
        order = numbers if turn % 2 else numbers[::-1]
        return sum(
            store.write([judged(n, text=f"turn {turn}") for n in order[start : start + 50]], NOW).total
            for start in range(0, 200, 50)
        )

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(write, range(8))) == [200] * 8
    assert store.status(NOW).posts == 200
