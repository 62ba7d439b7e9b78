"""Real worker processes, a real Redis and Postgres, and everything that can go wrong with them.

At the end of each story the pages and rows are counted: every page has its one row, and no host was asked
faster than its delay, by however many workers.
"""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.crash.gate import Gate
from tests.crash.probe import CLOCK, Fleet, Job
from tests.crash.tree import Tree
from tests.rediserver import RedisServer

DELAY = 0.2


@dataclass
class Story:
    """One crawl and what happens to it."""

    tree: Tree
    fleet: Fleet
    redis: RedisServer
    redis_gate: Gate
    database_gate: Gate
    database_url: str
    folder: Path

    def rows(self) -> list[int]:
        with psycopg.connect(self.database_url) as connection:
            return [page for (page,) in connection.execute("select page from pages order by page").fetchall()]

    def after_rows(self, count: int, seconds: float = 30.0) -> None:
        """Goes on when so many pages are stored."""
        deadline = time.monotonic() + seconds
        while len(self.rows()) < count:
            assert time.monotonic() < deadline, f"{len(self.rows())} rows; logs: {self.fleet.logs()}"
            time.sleep(0.05)

    def clock_jumps(self, ms: int) -> None:
        """From now on Redis' clock is wrong by this."""
        with redis.Redis.from_url(self.redis.url) as client:
            client.set(CLOCK, ms)

    def supervised(self) -> None:
        """A worker that finds no Redis when it starts says so and ends; a supervisor starts another."""
        self.fleet.wait(60)
        if len(self.rows()) < self.tree.pages:
            self.fleet.start()

    def ends_well(self, seconds: float = 60.0, polite: bool = True) -> None:
        self.fleet.wait(seconds)
        assert self.rows() == list(range(self.tree.pages)), self.fleet.logs()
        if polite:
            assert self.tree.closest() >= DELAY
        with redis.Redis.from_url(self.redis.url) as client:
            assert client.hlen("{radar}:body") == 0
            assert client.zcard("{radar}:dead") == 0
            assert client.hlen("{radar}:lease") == 0


@contextmanager
def story(database_url: str, tree: Tree, faults: bool = False, **settings: Any) -> Iterator[Story]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("drop table if exists pages")
        connection.execute("create table pages (page bigint primary key)")
    parts = conninfo_to_dict(database_url)
    folder = Path(tempfile.mkdtemp(prefix="radar-crash-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.enter_context(tree)
        server = stack.enter_context(RedisServer())
        redis_gate = stack.enter_context(Gate("127.0.0.1", server.port))
        host, port = str(parts["host"]), int(parts.get("port") or 5432)
        if host.startswith("/"):
            host = f"{host}/.s.PGSQL.{port}"
        database_gate = stack.enter_context(Gate(host, port))
        through = make_conninfo("", **(parts | {"host": "127.0.0.1", "port": database_gate.port}))
        job = Job(
            root=tree.url(0),
            database_url=through,
            redis_url=f"redis://127.0.0.1:{redis_gate.port}/0",
            folder=str(folder),
            faults=faults,
            settings={"DOWNLOAD_DELAY": DELAY, **settings},
        )
        fleet = stack.enter_context(Fleet(job))
        yield Story(tree, fleet, server, redis_gate, database_gate, database_url, folder)


def test_two_workers_share_a_crawl_and_no_host_is_asked_faster(database_url: str) -> None:
    with story(database_url, Tree(60)) as s:
        s.fleet.start()
        s.fleet.start()
        s.ends_well()
        assert set(s.tree.fetched().values()) == {1}


def test_a_killed_worker_loses_nothing(database_url: str) -> None:
    with story(database_url, Tree(60)) as s:
        victim = s.fleet.start()
        s.fleet.start()
        s.after_rows(15)
        victim.kill()
        s.ends_well()


def test_failing_items_and_callbacks_are_tried_again(database_url: str) -> None:
    with story(database_url, Tree(40), faults=True) as s:
        s.fleet.start()
        s.ends_well()
        retried = [page for page in range(40) if page % 7 == 3 or (page % 7 == 5 and 2 * page + 2 < 40)]
        assert {page for page, times in s.tree.fetched().items() if times > 1} == set(retried)


def test_sigterm_gives_back_what_is_held(database_url: str) -> None:
    with story(database_url, Tree(50, slow={6: 30.0})) as s:
        victim = s.fleet.start()
        s.after_rows(10)
        asked = time.monotonic()
        victim.terminate()
        victim.join(20)
        assert victim.exitcode is not None
        assert time.monotonic() - asked < 20
        with redis.Redis.from_url(s.redis.url) as client:
            assert client.hlen("{radar}:lease") == 0, "the slow page too was given back"
            assert set(client.hvals("{radar}:tries")) <= {b"1"}
        s.fleet.start()
        s.ends_well()


def test_sigterm_while_postgres_is_away(database_url: str) -> None:
    with story(database_url, Tree(40), FRONTIER_HARD_EXIT=True) as s:
        victim = s.fleet.start()
        s.after_rows(8)
        s.database_gate.close()
        time.sleep(1)
        asked = time.monotonic()
        victim.terminate()
        victim.join(20)
        assert victim.exitcode is not None
        assert time.monotonic() - asked < 20
        s.database_gate.open()
        s.fleet.start()
        s.ends_well()


def test_redis_away_is_waited_for(database_url: str) -> None:
    with story(database_url, Tree(60)) as s:
        s.fleet.start()
        s.fleet.start()
        s.after_rows(12)
        s.redis_gate.close()
        time.sleep(4)  # longer than a lease
        s.redis_gate.open()
        s.ends_well()


def test_a_worker_without_work_waits_for_redis_longer_than_for_work(database_url: str) -> None:
    with story(database_url, Tree(4), faults=True, FRONTIER_RETRY_DELAY=3) as s:
        s.fleet.start()
        s.after_rows(3)
        time.sleep(1)  # by now it is told that the last page failed and is due again in a while
        s.redis_gate.close()
        time.sleep(14)  # longer than FRONTIER_WAIT and than the engine takes to look again
        s.redis_gate.open()
        s.ends_well()


def test_redis_killed_and_started_again(database_url: str) -> None:
    with story(database_url, Tree(60)) as s:
        s.fleet.start()
        s.after_rows(12)
        s.redis.kill()
        time.sleep(1)
        s.redis.start()
        s.ends_well()


def test_redis_wiped_is_noticed_and_rebuilt(database_url: str) -> None:
    with story(database_url, Tree(60)) as s:
        s.fleet.start()
        s.fleet.start()
        s.after_rows(12)
        s.redis.wipe()
        s.ends_well(polite=False)  # the delays were wiped too
        assert "Redis was emptied or replaced" in s.fleet.logs()


def test_postgres_away_is_waited_for(database_url: str) -> None:
    with story(database_url, Tree(60)) as s:
        s.fleet.start()
        s.after_rows(12)
        s.database_gate.close()
        time.sleep(5)  # longer than a lease: it is renewed meanwhile
        s.database_gate.open()
        s.ends_well()
        assert set(s.tree.fetched().values()) == {1}


def test_the_clock_jumping_back_stops_nothing(database_url: str) -> None:
    with story(database_url, Tree(60)) as s:
        s.fleet.start()
        s.fleet.start()
        s.after_rows(12)
        s.clock_jumps(-3_600_000)
        s.ends_well(30)
        with redis.Redis.from_url(s.redis.url) as client:
            made_up = int(client.get("{radar}:clock").split()[1])
        assert 3_590_000 < made_up <= 3_600_000, "the frontier goes on from where the clock was"


def test_a_slow_download_outlives_its_lease_by_renewal(database_url: str) -> None:
    with story(database_url, Tree(20, slow={3: 8.0})) as s:
        s.fleet.start()
        s.fleet.start()
        s.ends_well()
        assert s.tree.fetched()[3] == 1


def test_a_lease_lost_in_a_slow_download_changes_nothing(database_url: str) -> None:
    with story(database_url, Tree(20, slow={3: 9.0})) as s:
        loser = s.fleet.start()
        s.after_rows(4)
        with redis.Redis.from_url(s.redis.url) as client:
            fences = client.hgetall("{radar}:lease")
            for host in fences:
                client.zadd("{radar}:until", {host: 1})
        s.fleet.start()
        s.ends_well(polite=False)  # the loser's slow request goes on beside the new holder's
        assert loser.exitcode == 0
        assert s.tree.fetched()[3] >= 2


def kill(s: Story, dice: random.Random) -> None:
    dice.choice(s.fleet.running).kill()
    s.fleet.start()


def terminate(s: Story, dice: random.Random) -> None:
    dice.choice(s.fleet.running).terminate()
    s.fleet.start()


def redis_away(s: Story, dice: random.Random) -> None:
    s.redis_gate.close()
    time.sleep(dice.uniform(0.2, 2.0))
    s.redis_gate.open()


def redis_killed(s: Story, dice: random.Random) -> None:
    s.redis.kill()
    time.sleep(dice.uniform(0.1, 0.8))
    s.redis.start()


def postgres_away(s: Story, dice: random.Random) -> None:
    s.database_gate.close()
    time.sleep(dice.uniform(0.2, 2.0))
    s.database_gate.open()


def clock_back(s: Story, dice: random.Random) -> None:
    s.clock_jumps(-dice.randint(1_000, 86_400_000))


EVENTS: list[Callable[[Story, random.Random], None]] = [
    kill,
    terminate,
    redis_away,
    redis_killed,
    postgres_away,
    clock_back,
]


@pytest.mark.parametrize("number", range(20))
def test_random_misfortunes(database_url: str, number: int) -> None:
    seed = random.SystemRandom().getrandbits(32)
    dice = random.Random(seed)
    told = [f"seed {seed}"]
    try:
        slow = {dice.randrange(30): dice.uniform(0.5, 4.0)}
        with story(database_url, Tree(30, slow=slow), faults=dice.random() < 0.5) as s:
            for _ in range(dice.randint(1, 2)):
                s.fleet.start()
            for _ in range(dice.randint(1, 3)):
                time.sleep(dice.uniform(0.2, 1.2))
                event = dice.choice(EVENTS)
                told.append(event.__name__)
                event(s, dice)
            s.supervised()
            s.ends_well()
    except BaseException as error:
        error.add_note(" ".join(told))
        raise
