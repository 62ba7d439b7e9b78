"""Rows of tables to objects of the model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from radar.model import Kind, Post, Span, Verdict

Row = dict[str, Any]
_KINDS = {kind.value: kind for kind in Kind}


def post_of(row: Row) -> Post:
    """A post from a row with the columns of the table ``post``."""
    return Post(
        source=row["source"],
        external_id=row["external_id"],
        url=row["url"],
        thread_id=row["thread_id"],
        thread_url=row["thread_url"],
        title=row["title"],
        board=row["board"],
        position=row["position"],
        first=row["first"],
        author=row["author"],
        text=row["text"],
        quoted=row["quoted"],
        language=row["language"],
        created_at=row["created_at"],
        edited_at=row["edited_at"],
        fetched_at=row["fetched_at"],
        answer_count=row["answer_count"],
        solved=row["solved"],
    )


def verdict_of(row: Row, *, kinds: Any, evidence: Any, language: str) -> Verdict:
    """A verdict from a row that has ``request``, ``model`` and ``confident`` of it."""
    known = dict.fromkeys(Kind, 0.0)
    return Verdict(
        request=row["request"],
        kinds=known | {Kind(name): value for name, value in kinds.items() if name in known},
        evidence=spans_of(evidence),
        language=language,
        model=row["model"],
        confident=row["confident"],
    )


def spans_of(stored: Iterable[Any]) -> tuple[Span, ...]:
    """Spans from ``[[field, start, end], ...]``."""
    return tuple(Span(*span) for span in stored)


def kinds_of(names: Iterable[str]) -> tuple[Kind, ...]:
    """Kinds by name; those of a newer program are left out."""
    return tuple(_KINDS[name] for name in names if name in _KINDS)
