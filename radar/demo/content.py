"""The threads of the made-up web as they are written down, with the judgement a careful reader would give."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

KINDS = frozenset(
    {
        "support",
        "sourcing",
        "provider",
        "recommendation",
        "tips",
        "experience",
        "comparison",
        "information",
    }
)

_AGO = re.compile(r"(?:(\d+)d)? ?(?:(\d+)h)? ?(?:(\d+)m)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPost:
    """One post as written in a file: times are distances from the start of the server."""

    author: str
    ago: timedelta
    text: str
    quote: int | None = None
    """Position (from 1) of the earlier post of the thread that this one quotes."""
    edited: timedelta | None = None
    """How long ago it was last edited."""
    request: bool = False
    """Whether the author asks for help: the expected judgement."""
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenThread:
    """A thread as written in a file."""

    site: str
    board: str
    title: str
    posts: tuple[WrittenPost, ...]
    language: str = "de"
    solved: bool = False
    accepted: int | None = None
    """Position of the accepted answer."""
    tags: tuple[str, ...] = ()

    @property
    def request(self) -> bool:
        """Whether the first post asks for help."""
        return self.posts[0].request

    @property
    def kinds(self) -> frozenset[str]:
        """What the first post asks for."""
        return self.posts[0].kinds


@cache
def written() -> tuple[WrittenThread, ...]:
    """All threads of all files, in the files' order."""
    threads: list[WrittenThread] = []
    for file in sorted(files("radar.demo").joinpath("threads").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            data = tomllib.loads(file.read_text(encoding="utf-8"))
            threads += [_thread(data, table) for table in data["thread"]]
    return tuple(threads)


def _thread(data: Mapping[str, Any], table: Mapping[str, Any]) -> WrittenThread:
    return WrittenThread(
        site=data["site"],
        language=data["language"],
        board=table["board"],
        title=table["title"],
        posts=tuple(_post(post) for post in table["post"]),
        solved=table.get("solved", False),
        accepted=table.get("accepted"),
        tags=tuple(table.get("tags", ())),
    )


def _post(table: Mapping[str, Any]) -> WrittenPost:
    kinds = frozenset(table.get("kinds", ()))
    if unknown := kinds - KINDS:
        raise ValueError(f"unknown kinds {sorted(unknown)}")
    return WrittenPost(
        author=table["author"],
        ago=distance(table["ago"]),
        text=table["text"].strip("\n"),
        quote=table.get("quote"),
        edited=distance(table["edited"]) if "edited" in table else None,
        request=bool(kinds),
        kinds=kinds,
    )


def distance(text: str) -> timedelta:
    """Read ``"2d 5h 30m"``; each part may be missing, not all of them."""
    match = _AGO.fullmatch(text)
    if not text or match is None:
        raise ValueError(f"not a distance in time: {text!r}")
    days, hours, minutes = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)
