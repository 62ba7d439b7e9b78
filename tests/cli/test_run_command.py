"""``radar run`` as a process: from a made-up web to leads."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result

from radar.demo.example import demo_config
from radar.demo.web import DemoWeb
from radar.store import LeadFilter, Store

Radar = Callable[..., Result]


@pytest.fixture
def web(here: Path) -> Iterator[DemoWeb]:
    """The made-up web, and a ``radar.toml`` that reads it."""
    with DemoWeb() as served:
        (here / "radar.toml").write_text(demo_config(here, served.addresses), "utf-8")
        yield served


def process(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "radar", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_once(web: DemoWeb, radar: Radar, store: Store) -> None:
    done = process("run", "--once", "--source", "Helpdesk Planet")
    out, err = done.communicate(timeout=120)
    assert done.returncode == 0, err
    assert "new posts" in out
    assert err == ""
    posts = store.status(datetime.now(UTC)).posts
    assert posts > 0
    assert f"{posts} new posts" in out
    sources = {row.source.name: row for row in store.sources()}
    assert sources["Helpdesk Planet"].last_outcome == "ok"
    assert sources["Ausschreibungen"].last_visit_at is None
    shown = json.loads(radar("leads", "--json", "--source", "Helpdesk Planet").stdout)
    assert len(shown) == len(store.leads(LeadFilter(limit=1000)))


def test_forever_ends_when_told(web: DemoWeb, store: Store) -> None:
    running = process("run", "--forever", "--channel", "feed", "--log", "WARNING")
    try:
        deadline = time.monotonic() + 90
        while store.status(datetime.now(UTC)).posts == 0 and running.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.3)
        running.send_signal(signal.SIGTERM)
        out, err = running.communicate(timeout=60)
    finally:
        running.kill()
    assert running.returncode == 0, err
    assert "new posts" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--source", "nosuch"], "there is no enabled source “nosuch”"),
        (["--set", "LOG_LEVEL"], "--set takes NAME=VALUE"),
        (["--channel", "radio"], "'radio' is not one of"),
        (["--workers", "0"], "0 is not in the range"),
    ],
)
def test_wrong_usage(web: DemoWeb, radar: Radar, arguments: list[str], message: str) -> None:
    result = radar("run", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_nothing_to_read(radar: Radar) -> None:
    result = radar("run")
    assert result.exit_code == 2
    assert "radar add" in result.stderr


def test_nothing_outside_without_contact(here: Path, radar: Radar) -> None:
    (here / "radar.toml").write_text(
        '[[source]]\nname = "x"\nurl = "https://example.org/"\nchannel = "feed"\n'
    )
    result = radar("run")
    assert result.exit_code == 2
    assert "needs a `contact`" in result.stderr


def test_a_worker_that_fails_is_told(web: DemoWeb) -> None:
    done = process("run", "--source", "Helpdesk Planet", "--set", "SCHEDULER=nosuch.Scheduler")
    _, err = done.communicate(timeout=120)
    assert done.returncode == 1
    assert "radar: 1 of 1 workers failed" in err
