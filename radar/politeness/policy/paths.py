"""Path patterns as robots.txt (RFC 9309, 2.2.2 and 2.2.3) and tdmrep.json write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

_Value = TypeVar("_Value")

_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Matches the beginning of paths; ``*`` stands for any characters, a final ``$`` for the end."""

    text: str
    """In the spelling that ``spellings`` gives URLs; its length is the weight of the pattern."""

    @classmethod
    def of(cls, written: str) -> Pattern:
        """The pattern as a file writes it."""
        end = "$" if written.endswith("$") else ""
        body = written[: len(written) - len(end)]
        return cls("*".join(_normal(part) for part in body.split("*")) + end)

    def matches(self, path: str) -> bool:
        """Whether it matches, in time linear in pattern and path."""
        ends = self.text.endswith("$")
        first, *rest = (self.text[:-1] if ends else self.text).split("*")
        if not path.startswith(first):
            return False
        at = len(first)
        if not rest:
            return not ends or at == len(path)
        *middle, last = rest
        for part in middle:
            found = path.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        if ends:
            return len(path) - at >= len(last) and path.endswith(last)
        return path.find(last, at) >= 0


def covering(rules: Iterable[tuple[Pattern, _Value]], url: str) -> list[_Value]:
    """The values of the longest patterns that match ``url``; more than one if patterns are equally long."""
    paths = spellings(url)
    matching = [rule for rule in rules if any(rule[0].matches(path) for path in paths)]
    longest = max((len(pattern.text) for pattern, _ in matching), default=0)
    return [value for pattern, value in matching if len(pattern.text) == longest]


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
