"""Where embedded servers live, and under whose name they run.

Postgres refuses to run as root. Root's servers therefore run as an account that exists everywhere and may do
nothing; the folders above the data are never opened to it. Where it cannot get to the data folder on its own
(``/root/...``), the servers' files lie below ``/var/lib`` instead, in a folder named after the data folder.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from radar.errors import EmbeddedError

SYSTEM_FOLDER = Path("/var/lib/my-business-radar")
SOCKET_FOLDER = Path("/tmp")  # noqa: S108  (only for homes too long for a socket; ownership is checked)
LONGEST_SOCKET = 100
"""Bytes of a Unix socket's path: 107 on Linux and 103 on macOS are what the kernel takes."""


@dataclass(frozen=True, slots=True)
class Account:
    """The user that the servers run as."""

    uid: int
    gid: int
    switch: bool
    """True if we are root and have to become this user."""

    @property
    def run_as(self) -> dict[str, int | list[int]]:
        """Keyword arguments for ``subprocess``."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}


@dataclass(frozen=True, slots=True)
class Place:
    """The folders of one pair of servers."""

    base: Path
    """Holds the servers' data and logs."""
    sockets: Path
    """Holds both sockets; only the account may enter it."""
    account: Account

    @classmethod
    def of(cls, home: Path) -> Place:
        """The place that belongs to a data folder; nothing is created."""
        home = home.expanduser().resolve()
        account = account_for(home)
        base = home / "servers"
        key = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
        there = nearest(base)
        if (SYSTEM_FOLDER / key).exists() or (there.is_dir() and not reachable(there, account)):
            if there == base:
                raise EmbeddedError(
                    f"the servers' user (id {account.uid}) can no longer enter {base}; let it pass through "
                    "the folders above with 'chmod o+x', or set RADAR_DATABASE_URL and RADAR_REDIS_URL"
                )
            base = SYSTEM_FOLDER / key
        sockets = base / "run"
        if len(os.fsencode(sockets / ".s.PGSQL.5432")) > LONGEST_SOCKET:
            sockets = SOCKET_FOLDER / f"radar-{account.uid}-{key}"
        return cls(base, sockets, account)

    def make(self) -> None:
        """Create the folders, private to the account. Raises ``EmbeddedError``."""
        try:
            if self.account.switch and not self.base.parent.exists():
                self.base.parent.mkdir(parents=True)
                self.base.parent.chmod(0o755)
            for folder in (self.base, self.sockets):
                private(folder, self.account)
        except OSError as error:
            raise EmbeddedError(
                f"the servers' folder {self.base} cannot be made: {error.strerror or error}"
            ) from None


def account_for(home: Path) -> Account:
    """Ourselves, or as root the owner of the data folder, else ``nobody``."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), switch=False)
    owner = nearest(home).stat().st_uid
    try:
        entry = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedError(
            "embedded Postgres refuses to run as root and there is no user 'nobody' to run it as; "
            "start the radar as an ordinary user or set RADAR_DATABASE_URL and RADAR_REDIS_URL"
        ) from None
    return Account(entry.pw_uid, entry.pw_gid, switch=True)


def nearest(path: Path) -> Path:
    """``path``, or the closest folder above it that exists."""
    while not path.exists():
        path = path.parent
    return path


def reachable(path: Path, account: Account) -> bool:
    """Whether the account may enter ``path`` and every folder above it, by their permission bits."""
    if not account.switch:
        return True
    return all(_open_to(folder.stat(), account) for folder in (path, *path.parents))


def _open_to(entry: os.stat_result, account: Account) -> bool:
    if entry.st_uid == account.uid:
        return bool(entry.st_mode & stat.S_IXUSR)
    if entry.st_gid == account.gid:
        return bool(entry.st_mode & stat.S_IXGRP)
    return bool(entry.st_mode & stat.S_IXOTH)


def private(folder: Path, account: Account) -> None:
    """Make ``folder`` one that only the account may enter; a stranger's folder or link is refused."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    entry = folder.lstat()
    if not stat.S_ISDIR(entry.st_mode):
        raise EmbeddedError(f"{folder} should be a folder of the embedded servers and is something else")
    if entry.st_uid not in {account.uid, os.geteuid()}:
        raise EmbeddedError(f"{folder} belongs to another user; remove it or choose another RADAR_HOME")
    if account.switch and entry.st_uid != account.uid:
        os.chown(folder, account.uid, account.gid)
    if stat.S_IMODE(entry.st_mode) != 0o700:
        folder.chmod(0o700)
