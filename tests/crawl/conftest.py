"""Crawls in real processes, over real servers, of the made-up web that ``make demo`` reads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from radar.demo.example import demo_config
from radar.demo.web import DemoWeb

PATIENCE = 120
"""Seconds after which a crawl counts as hanging."""


@dataclass
class Radar:
    """An installation of its own: a data folder, a database, a queue."""

    home: Path
    database_url: str
    redis_url: str
    environment: Mapping[str, str] = field(default_factory=dict)

    def start(self, *command: str) -> subprocess.Popen[str]:
        """A process of this installation, its output in the folder."""
        with (self.home / "log").open("a") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *command], env=self._environ(), stdout=log, stderr=log, text=True
            )

    def run(self, *command: str) -> str:
        """Run to the end; what was logged. Fails the test if the process does."""
        process = self.start(*command)
        try:
            code = process.wait(PATIENCE)
        finally:
            process.kill()
        log = (self.home / "log").read_text()
        assert code == 0, log[-8000:]
        return log

    def crawl(self, spider: str, *arguments: str, **settings: object) -> list[dict[str, Any]]:
        """``scrapy crawl``; the items it exported."""
        out = self.home / "posts.jsonl"
        given = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
        self.run("scrapy", "crawl", spider, *given, "-O", str(out), *arguments)
        return [json.loads(line) for line in out.read_text("utf-8").splitlines()]

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """What the database says."""
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(query.encode(), parameters).fetchall()

    def _environ(self) -> dict[str, str]:
        return {
            **os.environ,
            "RADAR_HOME": str(self.home),
            "RADAR_CONFIG": str(self.home / "radar.toml"),
            "RADAR_DATABASE_URL": self.database_url,
            "RADAR_REDIS_URL": self.redis_url,
            "SCRAPY_SETTINGS_MODULE": "radar.settings",
            **self.environment,
        }


@pytest.fixture
def web() -> Iterator[DemoWeb]:
    """The made-up web, fresh."""
    with DemoWeb() as web:
        yield web


@pytest.fixture
def radar(tmp_path: Path, database_url: str, redis_url: str, web: DemoWeb) -> Radar:
    """A radar whose sources are the made-up web."""
    (tmp_path / "radar.toml").write_text(demo_config(tmp_path, web.addresses), "utf-8")
    return Radar(tmp_path, database_url, redis_url)


@pytest.fixture
def address(web: DemoWeb) -> Callable[[str], str]:
    """Site and path to the address."""
    return lambda site, path="/": web.addresses[site] + path
