"""Labelled posts: one JSON object a line, as ``radar train`` and ``radar evaluate`` read them.

Fields: ``title``, ``text``, ``label`` (``request``, ``question``, ``none`` or ``undecidable``), ``kinds`` (list of
kinds, of requests), and if known ``id``, ``lang``, ``set``, ``first`` (whether the post opens its thread) and
``written`` (true of posts written for training, which never count in a figure).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from radar.classify.passage import Passage
from radar.errors import ModelError
from radar.model import Kind

LABELS = ("request", "question", "none", "undecidable")


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled post."""

    id: str
    set: str
    language: str
    passage: Passage
    label: str
    kinds: frozenset[Kind]
    written: bool = False

    @property
    def request(self) -> bool:
        """Whether the post is a request for help."""
        return self.label == "request"


def read(paths: Iterable[Path]) -> list[Example]:
    """Return the examples of all files (``.gz`` or plain) in order, without the undecidable ones.

    Raises:
        ModelError: a file cannot be read, or a line is no labelled post; says which.
    """
    return [example for path in paths for example in _lines(path) if example.label != "undecidable"]


def _lines(path: Path) -> Iterator[Example]:
    number = 0
    try:
        with path.open("rb") as raw, gzip.open(raw) if path.suffix == ".gz" else raw as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _example(json.loads(line), f"{path.stem}:{number}")
    except (OSError, EOFError) as error:
        raise ModelError(f"{path} cannot be read: {error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path}, line {number}: not a labelled post ({error})") from error


def _example(row: dict[str, object], fallback_id: str) -> Example:
    label = str(row["label"])
    if label not in LABELS:
        raise ValueError(f"unknown label {label!r}")
    kinds = row.get("kinds") or []
    if not isinstance(kinds, list):
        raise TypeError("kinds is no list")
    first = row.get("first")
    return Example(
        id=str(row.get("id") or fallback_id),
        set=str(row.get("set") or ""),
        language=str(row.get("lang") or ""),
        passage=Passage(
            title=str(row.get("title") or ""),
            text=str(row.get("text") or ""),
            first=first if isinstance(first, bool) else None,
        ),
        label=label,
        kinds=frozenset(Kind(str(kind)) for kind in kinds) if label == "request" else frozenset(),
        written=bool(row.get("written")),
    )
