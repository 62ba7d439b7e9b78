"""What deploy/ says fits the program it deploys."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from importlib import import_module
from ipaddress import ip_address
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
TEXTS = [path for path in DEPLOY.rglob("*") if path.is_file()]


def scrapyd() -> ConfigParser:
    parser = ConfigParser()
    parser.read(DEPLOY / "scrapyd.conf", encoding="utf-8")
    return parser


def test_scrapyd_knows_the_installed_project_and_takes_no_uploads() -> None:
    assert import_module(scrapyd()["settings"]["radar"]).SPIDER_MODULES == ["radar.spiders"]
    assert not scrapyd()["services"]["addversion.json"]


def test_scrapyd_listens_on_loopback_and_holds_no_password() -> None:
    assert ip_address(scrapyd()["scrapyd"]["bind_address"]).is_loopback
    assert "password" not in scrapyd()["scrapyd"]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_variable_is_one_that_the_radar_reads(path: Path) -> None:
    documented = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    for variable in set(re.findall(r"\bRADAR_[A-Z_]+\b", path.read_text("utf-8"))):
        assert variable in documented


def test_the_example_of_the_environment_holds_no_secret() -> None:
    lines = (DEPLOY / "env.example").read_text("utf-8").splitlines()
    secrets = [line for line in lines if re.match(r"#?\w*(PASSWORD|KEY)=", line)]
    assert len(secrets) == 4
    assert all(line.endswith("=") for line in secrets)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for unit in (DEPLOY / "systemd").iterdir():
        text = re.sub(r"/opt/radar/bin/\w+", sys.executable, unit.read_text("utf-8"))
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", *map(str, tmp_path.iterdir())], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
