"""Lists of feeds into ``radar.toml`` and out of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from radar.cli import cli
from radar.config import load
from radar.model import Channel

LIST = """<opml version="2.0"><body><outline text="IT">
<outline text="Forum" xmlUrl="https://a.example.org/feed"/>
<outline text="forum" xmlUrl="https://b.example.org/feed"/>
<outline text="\x1b]evil" xmlUrl="https://c.example.org/feed"/>
</outline></body></opml>"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RADAR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RADAR_CONFIG", "")
    (tmp_path / "radar.toml").write_text('contact = "a@b.de"\n')
    (tmp_path / "list.opml").write_text(LIST)
    return tmp_path


def radar(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(cli, arguments, prog_name="radar", input=given)


def test_without_yes_entries_are_shown_only(here: Path) -> None:
    result = radar("import-opml", "list.opml")
    assert result.exit_code == 0
    assert (
        '# IT\n[[source]]\nname = "Forum"\nurl = "https://a.example.org/feed"\nchannel = "feed"\n'
        in result.stdout
    )
    assert "3 new feeds, 0 there already" in result.stderr
    assert "\x1b" not in result.output
    assert load().sources == ()


def test_with_yes_they_are_written_once(here: Path) -> None:
    assert "3 feeds written" in radar("import-opml", "list.opml", "--yes").stdout
    sources = load().sources
    assert [source.name for source in sources][:2] == ["Forum", "forum 2"]
    assert {source.channel for source in sources} == {Channel.FEED}
    assert "0 feeds written" in radar("import-opml", "-", "--yes", given=LIST).stdout
    assert load().sources == sources


def test_what_is_no_list_is_told(here: Path) -> None:
    result = radar("import-opml", "radar.toml")
    assert result.exit_code == 2
    assert "radar: radar.toml: this is no OPML file" in result.stderr


def test_what_is_exported_can_be_imported(here: Path) -> None:
    radar("import-opml", "list.opml", "--yes")
    with (here / "radar.toml").open("a") as file:
        file.write('[[source]]\nname = "Board"\nurl = "https://d.example.org/"\nchannel = "forum"\n')
    assert radar("export-opml", "out.opml").exit_code == 0
    assert (
        '<outline type="link" text="Board" url="https://d.example.org/"/>' in (here / "out.opml").read_text()
    )
    assert radar("export-opml").stdout == (here / "out.opml").read_text()
    (here / "radar.toml").write_text('contact = "a@b.de"\n')
    assert "3 feeds written" in radar("import-opml", "out.opml", "--yes").stdout
