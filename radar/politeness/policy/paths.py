"""Path patterns as robots.txt (RFC 9309, 2.2.2 and 2.2.3) and tdmrep.json write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

_Value = TypeVar("_Value")

_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Matches the beginning of paths; ``*`` stands for any characters, a final ``$`` for the end."""

    first: str
    """What a path must begin with, in the spelling that ``spellings`` gives URLs."""
    rest: tuple[str, ...]
    """What follows each ``*``."""
    ends: bool
    """Whether the path must end there."""
    weight: int
    """Length in that spelling; the longest of matching patterns decides."""

    @classmethod
    def of(cls, written: str) -> Pattern:
        """The pattern as a file writes it."""
        ends = written.endswith("$")
        first, *rest = [_normal(part) for part in (written[:-1] if ends else written).split("*")]
        return cls(first, tuple(rest), ends, len(first) + sum(map(len, rest)) + len(rest) + ends)

    def matches(self, path: str) -> bool:
        """Whether it matches, in time linear in pattern and path."""
        if not path.startswith(self.first):
            return False
        at = len(self.first)
        if not self.rest:
            return not self.ends or at == len(path)
        *middle, last = self.rest
        for part in middle:
            found = path.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        if self.ends:
            return len(path) - at >= len(last) and path.endswith(last)
        return path.find(last, at) >= 0


def covering(rules: Sequence[tuple[Pattern, _Value]], url: str) -> list[_Value]:
    """The values of the longest patterns that match ``url``; more than one if patterns are equally long."""
    if not rules:
        return []
    paths = spellings(url)
    matching = [rule for path in paths for rule in rules if rule[0].matches(path)]
    longest = max((pattern.weight for pattern, _ in matching), default=0)
    return [value for pattern, value in matching if pattern.weight == longest]


def spellings(url: str) -> tuple[str, ...]:
    """Path and query of a URL as patterns see them, and the spellings of the query that count as the same.

    RFC 9309 (2.2.2) compares octets, and takes ``?u=https://a`` and ``?u=https%3A%2F%2Fa`` for equal.
    """
    parts = urlsplit(url)
    path = _normal((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
    head, question, query = path.partition("?")
    if not question:
        return (path,)
    plain = query.replace("%3A", ":").replace("%2F", "/")
    escaped = query.replace(":", "%3A").replace("/", "%2F")
    return tuple(dict.fromkeys((path, f"{head}?{plain}", f"{head}?{escaped}")))


def _normal(text: str) -> str:
    """Unreserved characters bare, everything beyond ASCII escaped, escapes in upper case."""

    def one(match: re.Match[bytes]) -> bytes:
        byte = int(match[1], 16)
        return bytes([byte]) if byte in _UNRESERVED else b"%" + match[1].upper()

    unescaped = _ESCAPE.sub(one, text.encode("utf-8", "surrogatepass"))
    return "".join(chr(b) if 0x20 < b < 0x7F and b not in b"*$" else f"%{b:02X}" for b in unescaped)
