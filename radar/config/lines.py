"""On which line of a TOML file a key or an array's element stands; the standard library does not tell.

The text must be what ``tomllib`` has read without complaint. That makes this easy: values need not be understood,
only their ends found. Format: TOML 1.0 (https://toml.io/en/v1.0.0), and 1.1's inline tables over several lines.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

Path = tuple[str | int, ...]
"""Keys and numbers of elements, for example ``("profile", 0, "any", 2)``."""

# No group is repeated possessively: Python before 3.11.5 matches such groups wrongly (gh-106052).
_SPACE = re.compile(r"[ \t\r\n]*(?:#[^\n]*[ \t\r\n]*)*")
_BARE = re.compile(r"[^\s,\]}#=.\"']+")
_SCALAR = re.compile(r"[^,\]}#\n]*")
_STRINGS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r'"""(?:[^"\\]|\\.|"(?!"")|"(?="""))*"""',
        r"'''(?:[^']|'(?!'')|'(?='''))*'''",
        r'"(?:[^"\\]|\\.)*"',
        r"'[^']*+'",
    )
)


class Lines:
    """The lines of a document's keys and elements."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._lines: dict[Path, int] = {}
        self._tables: dict[Path, int] = {}
        self._read()

    def of(self, path: Path) -> int:
        """The line of what ``path`` names, else of the nearest thing around it, else 1."""
        for end in range(len(path), 0, -1):
            if path[:end] in self._lines:
                return self._lines[path[:end]]
        return 1

    def paths(self) -> set[Path]:
        """Everything that has a line."""
        return set(self._lines)

    def _read(self) -> None:
        place, here = self._skip(0), Path()
        while place < len(self._text):
            start = place
            if self._text.startswith("[", place):
                array = self._text.startswith("[[", place)
                keys, place = self._keys(place + (2 if array else 1))
                here = self._table(keys, start, array)
                place = self._skip(place) + (2 if array else 1)
            else:
                place = self._pair(place, here)
            place = self._skip(place)

    def _table(self, keys: list[str], start: int, array: bool) -> Path:
        path = Path()
        for number, key in enumerate(keys):
            path = (*path, key)
            self._note(path, start)
            if array and number == len(keys) - 1:
                self._tables[path] = self._tables.get(path, -1) + 1
            if path in self._tables:
                path = (*path, self._tables[path])
                self._note(path, start)
        return path

    def _pair(self, place: int, here: Path) -> int:
        """A key and its value. Returns where it ends."""
        start = place
        keys, place = self._keys(place)
        for key in keys:
            here = (*here, key)
            self._note(here, start)
        return self._value(self._skip(place + 1), here)

    def _value(self, place: int, here: Path) -> int:
        opening = self._text[place]
        if opening == "[":
            return self._array(place + 1, here)
        if opening == "{":
            return self._inline(place + 1, here)
        if opening in "\"'":
            return self._string(place)
        scalar = _SCALAR.match(self._text, place)
        assert scalar
        return scalar.end()

    def _array(self, place: int, here: Path) -> int:
        number, place = 0, self._skip(place)
        while self._text[place] != "]":
            self._note((*here, number), place)
            place = self._skip(self._value(place, (*here, number)))
            if self._text[place] == ",":
                place = self._skip(place + 1)
            number += 1
        return place + 1

    def _inline(self, place: int, here: Path) -> int:
        place = self._skip(place)
        while self._text[place] != "}":
            place = self._skip(self._pair(place, here))
            if self._text[place] == ",":
                place = self._skip(place + 1)
        return place + 1

    def _keys(self, place: int) -> tuple[list[str], int]:
        """A dotted key and where it ends."""
        keys = []
        while True:
            place = self._skip(place)
            if self._text[place] in "\"'":
                end = self._string(place)
                keys.append(tomllib.loads(f"key = {self._text[place:end]}")["key"])
            else:
                bare = _BARE.match(self._text, place)
                assert bare
                end = bare.end()
                keys.append(bare[0])
            place = self._skip(end)
            if self._text[place] != ".":
                return keys, place
            place += 1

    def _string(self, place: int) -> int:
        for pattern in _STRINGS:
            if match := pattern.match(self._text, place):
                return match.end()
        raise AssertionError("tomllib has read this string")

    def _skip(self, place: int) -> int:
        """Over blanks, line ends and comments."""
        space = _SPACE.match(self._text, place)
        assert space
        return space.end()

    def _note(self, path: Path, place: int) -> None:
        self._lines.setdefault(path, bisect_right(self._starts, place))
