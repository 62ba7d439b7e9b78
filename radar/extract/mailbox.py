"""A file of mails (mbox, RFC 4155) as its messages, packed or not.

A line that begins a message looks like ``From name at example.org  Tue Mar  4 10:00:00 2025`` and is followed by a
header; pipermail does not escape lines of a text that begin with "From ", so that the word alone is not enough.
"""

from __future__ import annotations

import re
import zlib
from typing import NamedTuple

MAX_UNPACKED = 32 * 1024 * 1024
"""Bytes of an unpacked file that are looked at."""
MAX_MAILS = 5000
"""Mails of a file that are read."""

_SEPARATOR = re.compile(rb"(?:\A|(?<=\n))From [^\n]*?(?:mboxrd@z|\d\d:\d\d)[^\n]*\n(?=[A-Za-z][\w-]*:)")
_ESCAPED = re.compile(rb"^>(?=>*From )", re.MULTILINE)


class Mailbox(NamedTuple):
    """The messages of a file, in its order."""

    messages: tuple[bytes, ...]
    complete: bool
    """False where the file was damaged, or too large to be read to its end."""


def read_mailbox(body: bytes) -> Mailbox:
    """Messages without the lines that separate them; never raises. No message for what is no mbox."""
    unpacked, complete = unpack(body)
    starts = list(_SEPARATOR.finditer(unpacked))
    if not starts or unpacked[: starts[0].start()].strip():
        return Mailbox((), complete)
    ends = [start.start() for start in starts[1:]] + [len(unpacked)]
    found = [
        _ESCAPED.sub(b"", unpacked[start.end() : end])
        for start, end in zip(starts[:MAX_MAILS], ends, strict=False)
    ]
    return Mailbox(tuple(found), complete and len(starts) <= MAX_MAILS)


def unpack(body: bytes) -> tuple[bytes, bool]:
    """The content of a gzip file of one or more members, and whether that is all of it; anything else as it is."""
    if not body.startswith(b"\x1f\x8b"):
        return body[:MAX_UNPACKED], len(body) <= MAX_UNPACKED
    out = bytearray()
    rest = body
    while rest.startswith(b"\x1f\x8b") and len(out) < MAX_UNPACKED:
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            out += unpacker.decompress(rest, MAX_UNPACKED - len(out))
        except zlib.error:
            return bytes(out), False
        if not unpacker.eof:
            return bytes(out), False
        rest = unpacker.unused_data
    return bytes(out), not rest.startswith(b"\x1f\x8b")
