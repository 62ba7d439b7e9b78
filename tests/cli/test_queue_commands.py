"""``radar queue``: the shared queue, looked at from outside."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result

from radar.frontier.client import Ask, Ending, Entry, Frontier

Radar = Callable[..., Result]


async def bury(url: str, count: int) -> None:
    """Requests that failed for good, and one that waits."""
    frontier = await Frontier.open(url, attempts=1)
    try:
        entries = [
            Entry(bytes([number] * 8), "forum", f"h{number}.example.org", b"x")
            for number in range(1, count + 1)
        ]
        await frontier.enqueue(entries)
        taken = await frontier.exchange(ask=Ask("forum", 100, 100))
        endings = [
            Ending(id_, lease.host, lease.fence, "dead", reason="\x1b[31mHTTP 500")
            for lease in taken.leases
            for id_, _, _ in lease.requests
        ]
        assert len(endings) == count
        await frontier.exchange(endings)
        await frontier.enqueue([Entry(b"waiting!", "qa", "w.example.org", b"x")])
    finally:
        await frontier.close()


def dead(radar: Radar) -> list[dict[str, Any]]:
    result = radar("queue", "dead", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert isinstance(found, list)
    return found


def test_an_empty_queue(radar: Radar) -> None:
    assert "Nothing waits." in radar("queue", "status").stdout
    assert "No request has failed" in radar("queue", "dead").stdout
    assert dead(radar) == []
    assert "0 requests put back" in radar("queue", "retry").stdout


def test_what_waits_and_what_failed(radar: Radar, redis_url: str) -> None:
    asyncio.run(bury(redis_url, 2))
    stats = json.loads(radar("queue", "status", "--json").stdout)
    assert stats["spiders"]["qa"]["ready"] == 1
    assert stats["dead"] == 2
    shown = radar("queue", "status").stdout
    assert "qa" in shown
    assert "Failed for good: 2" in shown
    listed = radar("queue", "dead").stdout
    assert "HTTP 500" in listed
    assert "\x1b" not in listed


def test_trying_again_one_or_all(radar: Radar, redis_url: str) -> None:
    asyncio.run(bury(redis_url, 3))
    first = dead(radar)[0]["id"]
    assert "1 request put back" in radar("queue", "retry", first[:6]).stdout
    assert len(dead(radar)) == 2
    assert "2 requests put back" in radar("queue", "retry").stdout
    assert dead(radar) == []


def test_deleting_asks_first(radar: Radar, redis_url: str) -> None:
    asyncio.run(bury(redis_url, 2))
    assert radar("queue", "purge", given="n\n").exit_code == 1
    assert len(dead(radar)) == 2
    assert "1 request deleted" in radar("queue", "purge", "--yes", dead(radar)[0]["id"]).stdout
    assert "1 request deleted" in radar("queue", "purge", given="y\n").stdout
    assert dead(radar) == []


def test_an_id_must_name_one(radar: Radar, redis_url: str) -> None:
    asyncio.run(bury(redis_url, 2))
    result = radar("queue", "retry", "ff")
    assert result.exit_code == 2
    assert "“ff” names no failed request" in result.stderr
    assert "names 2 failed requests" in radar("queue", "retry", "0").stderr


def test_no_redis_is_one_sentence(radar: Radar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RADAR_REDIS_URL", "redis://127.0.0.1:1/0")
    result = radar("queue", "status")
    assert result.exit_code == 3
    assert result.stderr.startswith("radar: ")
    assert result.stderr.count("\n") == 1
