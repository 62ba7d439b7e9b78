"""``radar stop`` in a data folder of its own, as processes."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from radar import embedded


def test_servers_start_when_needed_and_stop_when_told() -> None:
    with tempfile.TemporaryDirectory(prefix="radar-stop-") as folder:
        home = Path(folder) / "home"

        def radar(*arguments: str) -> str:
            done = subprocess.run(
                [sys.executable, "-m", "radar", *arguments],
                cwd=folder,
                env={"RADAR_HOME": str(home), "PATH": "/usr/bin:/bin"},
                capture_output=True,
                text=True,
                check=False,
            )
            assert (done.returncode, done.stderr) == (0, "")
            return done.stdout

        Path(folder).chmod(0o755)
        try:
            assert radar("stop") == "No embedded server is running.\n"
            assert "Nothing waits." in radar("queue", "status")
            assert len(embedded.running(home)) == 2
            assert radar("stop").startswith("Stopped ")
            assert embedded.running(home) == {}
        finally:
            embedded.stop(home)
