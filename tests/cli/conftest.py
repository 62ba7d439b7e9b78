"""Commands against real servers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from radar.cli import cli
from radar.store import Store

Radar = Callable[..., Result]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str, redis_url: str) -> Path:
    """A working folder with an empty ``radar.toml``, and servers of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RADAR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RADAR_CONFIG", "")
    monkeypatch.setenv("RADAR_DATABASE_URL", database_url)
    monkeypatch.setenv("RADAR_REDIS_URL", redis_url)
    (tmp_path / "radar.toml").write_text('contact = "radar@example.org"\n')
    return tmp_path


@pytest.fixture
def radar(here: Path) -> Radar:
    """Run a command in this process."""

    def run(*arguments: str, given: str | None = None) -> Result:
        return CliRunner().invoke(cli, arguments, prog_name="radar", input=given)

    return run


@pytest.fixture
def store(here: Path, database_url: str) -> Iterator[Store]:
    """The database that the commands use."""
    with Store.open(database_url) as opened:
        yield opened
