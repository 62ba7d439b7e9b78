"""Sources written into ``radar.toml``: added at its end, everything else left as it is."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

from radar.config.loading import check_text
from radar.errors import ConfigError
from radar.model import Source


def entry(source: Source, comment: str = "") -> str:
    """The ``[[source]]`` of a source: what is not the default, in the order of the model."""
    lines = [f"# {line}" for line in comment.splitlines()]
    lines.append("[[source]]")
    for field in fields(source):
        value = getattr(source, field.name)
        if value != field.default:
            lines.append(f"{field.name} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def add_sources(file: Path, entries: Sequence[str], environ: Mapping[str, str] | None = None) -> None:
    """Append entries to the file; whole or not at all, and only if the result is right.

    Raises ``ConfigError``.
    """
    file = file.resolve()
    try:
        before = file.read_bytes() if file.exists() else b""
        mode = file.stat().st_mode & 0o777 if file.exists() else 0o644
        text = before.decode("utf-8")
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise ConfigError(f"{file} is not UTF-8; save the file in this encoding") from None
    newline = "\r\n" if "\r\n" in text else "\n"
    gap = newline if not text or text.endswith("\n") else 2 * newline
    after = text + gap + newline.join(entry.replace("\n", newline) for entry in entries)
    check_text(after, file.name, environ)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.write_bytes(after.encode())
        draft.chmod(mode)
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise ConfigError(f"{file} cannot be written: {error.strerror}") from error


def _toml(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case timedelta():
            return json.dumps(_duration(value))
        case tuple():
            return f"[{', '.join(map(_toml, value))}]"
        case _:
            # A JSON string is a TOML string, but for DEL, which TOML wants escaped.
            return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _duration(value: timedelta) -> str:
    seconds = round(value.total_seconds())
    for unit, length in (("w", 604_800), ("d", 86_400), ("h", 3600), ("m", 60)):
        if seconds % length == 0:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"
