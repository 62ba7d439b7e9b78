"""``radar sources``: what radar.toml names, what the database knows of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import Result

Radar = Callable[..., Result]
ENTRY = '[[source]]\nname = "{}"\nurl = "https://{}.example.org/"\nchannel = "forum"\n'


def write(here: Path, *names: str) -> None:
    entries = "".join(ENTRY.format(name, name) for name in names)
    (here / "radar.toml").write_text(f'contact = "radar@example.org"\n{entries}')


def rows(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    return {row["source"]["name"]: row for row in json.loads(result.stdout)}


def test_without_sources_it_says_how_to_get_some(radar: Radar) -> None:
    assert "radar add" in radar("sources").stdout
    assert rows(radar("sources", "--json")) == {}


def test_sources_of_the_file_are_known_at_once(here: Path, radar: Radar) -> None:
    write(here, "one", "two")
    shown = radar("sources").stdout
    assert "one" in shown
    assert "now" in shown
    found = rows(radar("sources", "--json"))
    assert found["two"]["source"]["url"] == "https://two.example.org/"
    assert found["two"]["state"] == "active"
    write(here, "one")
    assert rows(radar("sources", "--json"))["two"]["state"] == "removed"


def test_without_a_file_nothing_is_removed(here: Path, radar: Radar) -> None:
    write(here, "one")
    radar("sources")
    (here / "radar.toml").unlink()
    assert rows(radar("sources", "--json"))["one"]["state"] == "active"


def test_pausing_and_resuming(here: Path, radar: Radar) -> None:
    write(here, "one")
    found = rows(radar("sources", "--pause", "one", "--json"))
    assert (found["one"]["state"], found["one"]["reason"]) == ("paused", "paused by the owner")
    assert "paused" in radar("sources").stdout
    assert rows(radar("sources", "--resume", "one", "--json"))["one"]["state"] == "active"
    result = radar("sources", "--pause", "nosuch")
    assert result.exit_code == 2
    assert "there is no source “nosuch”" in result.stderr
