"""Real software: installed once into a cache, started for one test, and filled.

``RADAR_LIVE_HOME`` names the cache; without it, the user's cache folder.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, NamedTuple

import platformdirs

from radar.model import Channel
from tests.live.gate import Gate
from tests.live.plan import Thread, threads

SEEDS = Path(__file__).parent / "seeds"
PATIENCE = 600


class NotInstallable(Exception):
    """The software cannot be had here; the message says why."""


class Written(NamedTuple):
    """A planned post and the ids it got."""

    thread: int
    post: int
    id: str
    thread_id: str


class Software(ABC):
    """One software under test."""

    name: ClassVar[str]
    channel: ClassVar[Channel] = Channel.FORUM
    requirements: ClassVar[tuple[str, ...]]
    python: ClassVar[tuple[int, int]] = (3, 11)
    """The oldest Python that it runs on."""
    start: ClassVar[str] = "/"
    """The path that a person would paste."""
    boards: ClassVar[tuple[str, ...]] = ()
    """As in ``radar.toml``."""
    timezone: ClassVar[str] = "UTC"
    thread_page: ClassVar[str]
    """Pattern of the paths that show posts."""
    tells_position: ClassVar[bool] = True
    tells_edited: ClassVar[bool] = True
    tells_seconds: ClassVar[bool] = True
    needs_postgres: ClassVar[bool] = False

    def __init__(self, folder: Path, gate: Gate, database_url: str = "") -> None:
        self.folder = folder
        self.gate = gate
        self.database_url = database_url
        self.ends: list[Callable[[], None]] = []
        """Called when the test is over: they end what ``prepare`` started."""
        self.environment = self.installed()

    def installed(self) -> Path:
        """The folder whose ``bin`` has its commands. Raises NotInstallable."""
        return install(self.name, self.requirements, self.python)

    @property
    def url(self) -> str:
        """Where the forum is."""
        return self.gate.address + self.start

    def plan(self) -> list[Thread]:
        """What is written into it."""
        return threads()

    @property
    def path(self) -> str:
        """Where Python finds its project."""
        return str(self.folder)

    @abstractmethod
    def prepare(self) -> None:
        """Write configuration, make the database."""

    @abstractmethod
    def seed_command(self) -> Sequence[str]:
        """What writes a plan from standard input."""

    @abstractmethod
    def serve_command(self, port: int) -> Sequence[str]:
        """What serves it at a port of loopback."""

    def variables(self) -> Mapping[str, str]:
        """Environment of both."""
        return {}

    def write(self, threads: Sequence[Thread]) -> list[Written]:
        """Write threads (or add to those that exist)."""
        plan = json.dumps([thread.as_json() for thread in threads])
        out = self.run(*self.seed_command(), given=plan)
        line = next(line for line in reversed(out.splitlines()) if line.startswith("SEEDED "))
        return [Written(**each) for each in json.loads(line.removeprefix("SEEDED "))]

    def run(self, *command: str, given: str = "") -> str:
        """Run a command of the software; what it printed."""
        done = subprocess.run(
            [str(self.environment / "bin" / command[0]), *command[1:]],
            cwd=self.folder,
            env=self._environ(),
            input=given,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
        return done.stdout

    @contextmanager
    def serving(self) -> Iterator[None]:
        """The web server, up and answering."""
        port = free_port()
        command = self.serve_command(port)
        with (self.folder / "server.log").open("a") as log:
            process = subprocess.Popen(
                [str(self.environment / "bin" / command[0]), *command[1:]],
                cwd=self.folder,
                env=self._environ(),
                stdout=log,
                stderr=log,
            )
        try:
            self.gate.backend = port
            self._wait(process)
            self.gate.take()
            yield
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        log = self.folder / "server.log"
        for _ in range(600):
            assert process.poll() is None, log.read_text()[-4000:]
            try:
                with socket.create_connection(("127.0.0.1", self.gate.backend), 1):
                    break
            except OSError:
                time.sleep(0.1)
        try:
            with urllib.request.urlopen(self.url, timeout=60) as answer:
                assert answer.status == 200
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{self.url} answers {error.code}\n{log.read_text()[-4000:]}") from error

    def _environ(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
        kept["PATH"] = os.pathsep.join([str(self.environment / "bin"), os.environ["PATH"]])
        return {**kept, "PYTHONUTF8": "1", "PYTHONPATH": self.path, **self.variables()}


def cache() -> Path:
    """Where software under test is kept."""
    return Path(os.environ.get("RADAR_LIVE_HOME") or platformdirs.user_cache_path("my-business-radar-live"))


def install(name: str, requirements: Sequence[str], oldest: tuple[int, int]) -> Path:
    """The virtual environment with the software, made where it is missing. Raises NotInstallable."""
    folder = cache() / name
    mark = folder / "installed"
    wanted = "\n".join(requirements)
    if mark.exists() and mark.read_text() == wanted:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([_python(name, oldest), "-m", "venv", str(folder)], check=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*pip, *requirements], capture_output=True, text=True)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["pip said nothing"]
        raise NotInstallable(f"{name} cannot be installed: {said[-1]}")
    mark.write_text(wanted)
    return folder


def _python(name: str, oldest: tuple[int, int]) -> str:
    """This Python if it is new enough, else one that is installed."""
    if sys.version_info >= oldest:
        return sys.executable
    for minor in range(oldest[1], oldest[1] + 3):
        found = shutil.which(f"python3.{minor}")
        if found and subprocess.run([found, "-c", "import venv"], capture_output=True).returncode == 0:
            return found
    raise NotInstallable(f"{name} needs Python {oldest[0]}.{oldest[1]} or later")


def free_port() -> int:
    """A port of loopback that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
