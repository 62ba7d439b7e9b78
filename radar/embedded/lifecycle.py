"""Starting, finding and stopping the pair of servers of a data folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from radar.embedded.place import Place
from radar.embedded.postgres import Postgres
from radar.embedded.process import wait_until
from radar.embedded.valkey import Valkey
from radar.errors import EmbeddedError

LOCK_SECONDS = 150.0
"""Longer than the slowest first start of somebody else who holds the lock."""


@dataclass(frozen=True, slots=True)
class Services:
    """Where Postgres and Redis are."""

    database_url: str
    redis_url: str
    started: tuple[str, ...] = ()
    """Names of the servers that this call had to start."""


def services(home: Path, *, database_url: str | None = None, redis_url: str | None = None) -> Services:
    """Addresses of both servers; those that are not given are embedded ones, started if they do not run.

    May be called by any number of processes at once. Raises ``EmbeddedError``.
    """
    if database_url and redis_url:
        return Services(database_url, redis_url)
    place = Place.of(home)
    postgres, valkey = Postgres(place), Valkey(place)
    wanted: list[Postgres | Valkey] = []
    if not database_url:
        wanted.append(postgres)
    if not redis_url:
        wanted.append(valkey)
    started: list[str] = []
    if not all(server.healthy() for server in wanted):
        place.make()
        with _lock(place):
            for server in wanted:
                if not server.healthy():
                    server.start()
                    started.append(server.name)
    return Services(database_url or postgres.url, redis_url or valkey.url, tuple(started))


def running(home: Path) -> dict[str, int]:
    """Process ids of the embedded servers that answer, by their names."""
    place = Place.of(home)
    found = {server.name: server.pid() for server in (Postgres(place), Valkey(place)) if server.healthy()}
    return {name: pid for name, pid in found.items() if pid is not None}


def stop(home: Path) -> tuple[str, ...]:
    """Stop the embedded servers; the names of those that ran. Raises ``EmbeddedError``."""
    place = Place.of(home)
    if not place.base.exists():
        return ()
    with _lock(place):
        return tuple(server.name for server in (Valkey(place), Postgres(place)) if server.stop())


@contextmanager
def _lock(place: Place) -> Iterator[None]:
    """One process at a time starts or stops; the kernel frees the lock of a killed one."""
    descriptor = os.open(place.base / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not wait_until(lambda: _taken(descriptor), LOCK_SECONDS, step=0.05):
            raise EmbeddedError(
                f"another process has been starting or stopping the servers in {place.base} for minutes"
            )
        yield
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
