"""The key that turns authors into pseudonyms; ``radar.store.keyed`` uses it.

It comes from ``RADAR_PSEUDONYM_KEY`` (the same on every machine that shares a database), else from a file in the
data folder that is made once.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from radar.config.loading import Config
from radar.errors import ConfigError

FILE = "pseudonym.key"


def pseudonym_key(config: Config) -> bytes | None:
    """The key, at least 16 bytes; None if the owner stores names as they are.

    Makes the file if there is none. Raises ``ConfigError`` if it cannot be read or written.
    """
    if not config.privacy.pseudonymise:
        return None
    if config.pseudonym_key:
        return config.pseudonym_key
    file = config.home / FILE
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            _write_once(file, secrets.token_hex(32).encode())
        key = file.read_bytes().strip()
    except OSError as error:
        raise ConfigError(f"the key of the pseudonyms, {file}, cannot be used: {error.strerror}") from error
    if len(key) < 32:
        raise ConfigError(
            f"the key of the pseudonyms, {file}, is damaged: restore it, or delete it to begin anew"
        )
    return key


def _write_once(file: Path, key: bytes) -> None:
    """Whole or not at all, readable by the owner only; of several processes the first one wins."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(key)
    with contextlib.suppress(FileExistsError):
        os.link(draft, file)
    draft.unlink()
