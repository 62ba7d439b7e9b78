"""Names of authors to pseudonyms: the same name always gives the same one, and none leads back without the key.

A keyed BLAKE2b (RFC 7693) of 80 bits: enough that two authors never share one, and with the key away it cannot be
undone by trying names. The key comes from ``RADAR_PSEUDONYM_KEY`` (the same on every machine that shares a
database), else from a file in the data folder that is made once.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import unicodedata
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

from radar.config.loading import Config
from radar.errors import ConfigError

FILE = "pseudonym.key"


def pseudonymiser(config: Config) -> Callable[[str], str] | None:
    """What turns a name into its pseudonym; None if the owner stores names as they are.

    Makes the key's file if there is none. Raises ``ConfigError`` if that file cannot be read or written.
    """
    if not config.privacy.pseudonymise:
        return None
    key = blake2b(config.pseudonym_key or _kept_key(config.home / FILE)).digest()

    def pseudonym(author: str) -> str:
        if not author:
            return ""
        name = unicodedata.normalize("NFC", author).strip()
        return f"author-{blake2b(name.encode('utf-8', 'replace'), key=key, digest_size=10).hexdigest()}"

    return pseudonym


def _kept_key(file: Path) -> bytes:
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
