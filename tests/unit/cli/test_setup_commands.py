"""``init``, ``check``, and how every command fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from radar.cli import cli
from radar.errors import StoreUnavailable


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RADAR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RADAR_CONFIG", "")
    return tmp_path


def radar(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, prog_name="radar")


def test_a_new_file_is_right(here: Path) -> None:
    assert radar("init").exit_code == 0
    result = radar("check")
    assert result.exit_code == 0
    assert "2 profiles, 0 sources to read" in result.stdout
    assert "radar add" in result.stdout


def test_a_file_that_is_there_stays(here: Path) -> None:
    file = here / "radar.toml"
    file.write_text("delay = 1")
    result = radar("init")
    assert (result.exit_code, file.read_text()) == (2, "delay = 1")
    assert "--force" in result.stderr
    assert radar("init", "--force").exit_code == 0
    assert "[[profile]]" in file.read_text("utf-8")


def test_a_folder_that_is_not_there_is_named(here: Path) -> None:
    result = radar("init", "missing/radar.toml")
    assert result.exit_code == 2
    assert "missing/radar.toml cannot be written: No such file or directory" in result.stderr


def test_check_tells_every_mistake(here: Path) -> None:
    (here / "radar.toml").write_text("dely = 1\n[[profile]]\nany = ['(']\n")
    result = radar("check")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "radar: radar.toml:1: unknown key `dely`; did you mean `delay`?",
        "radar: radar.toml:2: this [[profile]] has no `name`",
        "radar: radar.toml:3: `any`: “(”: the bracket that opens here is never closed (character 1)",
    ]


def test_check_without_a_file_says_how_to_get_one(here: Path) -> None:
    result = radar("check")
    assert result.exit_code == 2
    assert "radar init" in result.stderr


def test_the_file_can_be_named(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "other.toml").write_text("")
    assert "other.toml is right" in radar("--config", "other.toml", "check").stdout
    monkeypatch.setenv("RADAR_CONFIG", "other.toml")
    assert "other.toml is right" in radar("check").stdout
    assert "missing.toml; `radar init` writes one" in radar("--config", "missing.toml", "check").stderr


def test_a_command_that_is_nearly_right_is_suggested(here: Path) -> None:
    result = radar("chek")
    assert result.exit_code == 2
    assert "There is no command “chek”. Did you mean “check”?" in result.stderr


@pytest.mark.parametrize(
    ("error", "code"), [(StoreUnavailable("Postgres is away"), 3), (ZeroDivisionError("x"), 1)]
)
def test_errors_are_one_sentence_and_an_exit_code(
    error: Exception, code: int, monkeypatch: pytest.MonkeyPatch, here: Path
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr("radar.cli.setup.check", click.command("check")(fail))
    result = radar("check")
    assert result.exit_code == code
    assert result.stderr.startswith("radar: ")
    assert result.stderr.count("\n") == 1
    assert "Traceback" in radar("-v", "check").stderr


def test_hostile_names_do_not_reach_the_terminal(here: Path) -> None:
    (here / "radar.toml").write_text('[[profile]]\nname = "\\u001b[31m"\n[bold]\n', "utf-8")
    assert "\x1b" not in radar("check").output


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_terminal_will_do(here: Path, encoding: str) -> None:
    (here / "radar.toml").write_text('[[profile]]\nname = "Größe 👍"\n', "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "radar", "check"],
        env={"PYTHONIOENCODING": encoding, "RADAR_HOME": str(here)},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Gr".encode(encoding) in done.stdout


def test_a_reader_that_went_away_is_no_error(here: Path) -> None:
    done = subprocess.run(
        [f"{sys.executable} -m radar --help | true; exit ${{PIPESTATUS[0]}}"],
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        check=False,
    )
    assert done.stderr == b""


def test_help_imports_no_heavy_room() -> None:
    script = (
        "import sys; from radar.cli import cli\n"
        "try: cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([name for name in ('scrapy', 'psycopg', 'redis', 'numpy', 'lxml', 'lark', 'rich') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("[]")
