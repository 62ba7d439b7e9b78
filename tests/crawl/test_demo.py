"""``radar demo`` as a newcomer runs it: nothing configured, nothing running."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from radar import embedded
from radar.demo.web import DemoWeb


def test_the_demo_shows_leads_and_leaves_nothing_running(tmp_path: Path, web: DemoWeb) -> None:
    home = tmp_path / "data"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RADAR_")}
    command = [sys.executable, "-m", "radar", "--home", str(home), "demo", "--shown", "100"]

    shown = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=240, check=True
    ).stdout

    assert embedded.running(home / "demo") == {}
    wanted = [post for post in web.expected() if post.request and post.position == 1]
    found = [post for post in wanted if post.title in shown]
    assert len(found) >= 20
    for title in ("Warenwirtschaft für 12-Mann-Betrieb, wer hat sowas im Einsatz?", "NAS für kleine Praxis"):
        assert title in shown
    adverts = [post for post in web.expected() if not post.request and post.position == 1]
    assert sum(post.title in shown for post in adverts) <= len(found) // 4
