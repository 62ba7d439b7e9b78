"""Posts, verdicts, leads and sources to store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from radar.model import Channel, JudgedPost, Kind, Lead, Source, Span, TermHit, Verdict

Rows = Callable[..., list[tuple[Any, ...]]]
"""Runs a query and gives its rows."""

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def verdict(request: float = 0.9, **fields: Any) -> Verdict:
    kinds = dict.fromkeys(Kind, 0.0) | {Kind.RECOMMENDATION: 0.8, Kind.COMPARISON: 0.6}
    known = {"kinds": kinds, "evidence": (Span("title", 0, 12),), "language": "de", "model": "rules-1"}
    return Verdict(request=request, **{**known, **fields})


def lead(profile: str = "crm", score: float = 0.7, **fields: Any) -> Lead:
    known = {
        "kinds": (Kind.RECOMMENDATION,),
        "hits": (TermHit("crm*", (Span("title", 0, 3),)),),
        "reasons": ("The term crm* stands in the title.",),
    }
    return Lead(profile=profile, score=score, **{**known, **fields})


def post(number: int | str = 1, **fields: Any) -> JudgedPost:
    known = {
        "source": "board",
        "external_id": str(number),
        "url": f"https://forum.example/t/1#p{number}",
        "thread_id": "1",
        "thread_url": "https://forum.example/t/1",
        "title": "CRM-Software gesucht",
        "text": "Welches CRM könnt ihr für einen Handwerksbetrieb empfehlen?",
        "author": "Erika",
        "language": "de",
        "first": True,
        "created_at": NOW - HOUR,
        "fetched_at": NOW,
    }
    return JudgedPost(**{**known, **fields})


def judged(number: int | str = 1, **fields: Any) -> JudgedPost:
    return post(number, **{"verdict": verdict(), "leads": (lead(),), **fields})


def source(name: str = "board", **fields: Any) -> Source:
    known = {"url": f"https://{name}.example/", "channel": Channel.FORUM}
    return Source(name=name, **{**known, **fields})
