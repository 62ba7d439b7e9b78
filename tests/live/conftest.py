"""Real software on loopback, each in a folder of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.crawl.conftest import Radar
from tests.live.gate import Gate
from tests.live.reading import Result
from tests.live.software import NotInstallable, Software

Record = Callable[[Result], None]


@pytest.fixture
def record() -> Record:
    """Shows what was measured, and keeps it where that was asked for."""
    table = os.environ.get("RADAR_LIVE_TABLE")  # set by benchmarks/software.py

    def keep(result: Result) -> None:
        print(result)  # noqa: T201  seen when the test fails
        if table:
            with Path(table).open("a", encoding="utf-8") as lines:
                lines.write(result.row() + "\n")

    return keep


@pytest.fixture
def gate() -> Iterator[Gate]:
    """The door before the software."""
    with Gate() as gate:
        yield gate


@pytest.fixture
def radar(tmp_path: Path, database_url: str, redis_url: str) -> Radar:
    """A radar without sources yet."""
    home = tmp_path / "radar"
    home.mkdir()
    return Radar(home, database_url, redis_url)


@pytest.fixture
def software(request: pytest.FixtureRequest, tmp_path: Path, gate: Gate) -> Iterator[Software]:
    """The software that the test asks for, installed."""
    kind: type[Software] = request.param
    folder = tmp_path / kind.name
    folder.mkdir()
    database = request.getfixturevalue("empty_database_url") if kind.needs_postgres else ""
    try:
        wanted = kind(folder, gate, database)
    except NotInstallable as error:
        pytest.skip(str(error))
    yield wanted
    for end in wanted.ends:
        end()
