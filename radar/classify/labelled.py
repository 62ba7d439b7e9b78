"""Labelled posts: one JSON object a line, as ``radar train`` and ``radar evaluate`` read them.

Fields: ``title``, ``text``, ``label`` (``request``, ``question``, ``none`` or ``undecidable``), ``kinds`` (list of
kinds, of requests), and if known ``id``, ``lang``, ``set``, ``first`` (whether the post opens its thread) and
``written`` (true of posts written for training, which never count in a figure).

A line with ``id`` and ``label`` but without ``title`` and ``text`` is a second labelling: it labels the post of that id
in another file that has no label of its own. Such labels are learned from, but do not count in figures either.
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

MADE = ("written", "composed")
"""Sets of posts that were made for training; all others are real."""
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
    source: Path
    measured: bool = True
    """Whether the post counts in figures: it is real, and it was labelled independently of any model."""

    @property
    def request(self) -> bool:
        """Whether the post is a request for help."""
        return self.label == "request"


def read(paths: Iterable[Path]) -> list[Example]:
    """Return the examples of all files (``.gz`` or plain) in order, without the undecidable ones.

    Raises:
        ModelError: a file cannot be read, or a line is no labelled post; says which.
    """
    paths = list(paths)
    second: dict[str, dict[str, object]] = {}
    for path in paths:
        for number, row in _rows(path):
            if "label" in row and "text" not in row and "title" not in row:
                second[str(row.get("id"))] = {"label": _label(row, path, number), "kinds": row.get("kinds")}
    examples: list[Example] = []
    for path in paths:
        for number, row in _rows(path):
            if "text" not in row and "title" not in row:
                continue
            later = None if "label" in row else second.get(str(row.get("id")))
            if "label" not in row and later is None:
                continue
            label = str(later["label"]) if later else _label(row, path, number)
            if label == "undecidable":
                continue
            try:
                examples.append(
                    _example({**row, **(later or {}), "label": label}, path, number, later is None)
                )
            except (ValueError, TypeError) as error:
                raise ModelError(f"{path}, line {number}: not a labelled post ({error})") from error
    return examples


def texts(paths: Iterable[Path]) -> Iterator[str]:
    """Yield title and text of all posts, labelled or not, each cut at 1,500 characters."""
    for path in paths:
        for _, row in _rows(path):
            if "title" in row or "text" in row:
                yield f"{row.get('title') or ''} {row.get('text') or ''}"[:1500]


def _rows(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    number = 0
    try:
        with path.open("rb") as raw, gzip.open(raw) if path.suffix == ".gz" else raw as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    row = json.loads(line)
                    if not isinstance(row, dict):
                        raise ModelError(f"{path}, line {number}: not a JSON object")
                    yield number, row
    except (OSError, EOFError) as error:
        raise ModelError(f"{path} cannot be read: {error}") from error
    except ValueError as error:
        raise ModelError(f"{path}, line {number + 1}: no JSON ({error})") from error


def _label(row: dict[str, object], path: Path, number: int) -> str:
    label = str(row["label"])
    if label not in LABELS:
        raise ModelError(f"{path}, line {number}: unknown label {label!r}; known are {', '.join(LABELS)}")
    return label


def _example(row: dict[str, object], path: Path, number: int, independent: bool) -> Example:
    label = str(row["label"])
    kinds = row.get("kinds") or []
    if not isinstance(kinds, list):
        raise TypeError("kinds is no list")
    first = row.get("first")
    return Example(
        id=str(row.get("id") or f"{path.stem}:{number}"),
        set=str(row.get("set") or ""),
        language=str(row.get("lang") or ""),
        passage=Passage(
            title=str(row.get("title") or ""),
            text=str(row.get("text") or ""),
            first=first if isinstance(first, bool) else None,
        ),
        label=label,
        kinds=frozenset(Kind(str(kind)) for kind in kinds) if label == "request" else frozenset(),
        source=path,
        measured=independent and not row.get("written"),
    )
