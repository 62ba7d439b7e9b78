"""Real servers for tests: one embedded Postgres and one Valkey a run, a fresh database and key space a test.

They start when the first test asks for them, so ``tests/unit`` never waits for them. With
``RADAR_TEST_DATABASE_URL`` (a user who may create databases) another Postgres is used.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis
from hypothesis import HealthCheck, settings
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from radar import embedded
from radar.embedded import Services
from radar.store import migrate

# A busy machine is slow to make examples; no test fails for that.
settings.register_profile("radar", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("radar")

_numbers = itertools.count(1)


def in_database(url: str, name: str) -> str:
    """The same server, another database; as a URL, since programs under test may take nothing else."""
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    if parts.get("host", "").startswith("/"):
        from urllib.parse import quote

        return f"postgresql://{parts.get('user', '')}@/{name}?host={quote(parts['host'], safe='')}"
    secret = f":{parts['password']}" if "password" in parts else ""
    return f"postgresql://{parts.get('user', '')}{secret}@{parts['host']}:{parts.get('port', '5432')}/{name}"


def do_not_wait_for_the_disk(database_url: str) -> None:
    """A test's data need not outlive a power cut; a killed server keeps it all the same."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(SQL("alter system set {} = off").format(Identifier(setting)))
        connection.execute("select pg_reload_conf()")


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that servers of another user can get to (pytest's own is closed to others), gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="radar-test-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def services() -> Iterator[Services]:
    """Both embedded servers, shared by all tests of a run."""
    with open_folder() as folder:
        home = folder / "home"
        try:
            services = embedded.services(home)
            do_not_wait_for_the_disk(services.database_url)
            yield services
        finally:
            embedded.stop(home)


@pytest.fixture
def home() -> Iterator[Path]:
    """A data folder of a test's own, not made yet; embedded servers that it starts there are stopped."""
    with open_folder() as folder:
        home = folder / "home"
        try:
            yield home
        finally:
            embedded.stop(home)


@pytest.fixture(scope="session")
def server_url(request: pytest.FixtureRequest) -> str:
    """A Postgres server whose user may create databases."""
    url = os.environ.get("RADAR_TEST_DATABASE_URL", "")
    return url or str(request.getfixturevalue("services").database_url)


@pytest.fixture(scope="session")
def template_database(server_url: str) -> Iterator[str]:
    """Name of a migrated database that nobody is connected to."""
    name = f"radar_template_{os.getpid()}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(SQL("create database {}").format(Identifier(name)))
        try:
            migrate(in_database(server_url, name))
            yield name
        finally:
            connection.execute(SQL("drop database {} with (force)").format(Identifier(name)))


def _database(server_url: str, template: str) -> Iterator[str]:
    name = f"radar_test_{os.getpid()}_{next(_numbers)}"
    statement = SQL("create database {} template {} strategy file_copy")
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(statement.format(Identifier(name), Identifier(template)))
        try:
            yield in_database(server_url, name)
        finally:
            connection.execute(SQL("drop database {} with (force)").format(Identifier(name)))


@pytest.fixture
def database_url(server_url: str, template_database: str) -> Iterator[str]:
    """A fresh, migrated database."""
    yield from _database(server_url, template_database)


@pytest.fixture
def empty_database_url(server_url: str) -> Iterator[str]:
    """A fresh database without anything in it."""
    yield from _database(server_url, "template0")


@pytest.fixture
def redis_url(services: Services) -> Iterator[str]:
    """A Valkey database of one's own, empty before and after."""
    number = next(_numbers) % 63 + 1
    url = services.redis_url.replace("db=0", f"db={number}")
    with redis.Redis.from_url(url) as client:
        client.flushdb()
        yield url
        client.flushdb()
