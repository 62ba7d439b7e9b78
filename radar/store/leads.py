"""Leads in the store: looking at them, and what the owner does with them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from radar.errors import StoreError
from radar.model import Kind, Lead, LeadState, TermHit
from radar.store.database import Database
from radar.store.rows import LeadDetail, LeadFilter, LeadRow, OwnerVerdict
from radar.store.shapes import Row, kinds_of, post_of, spans_of, verdict_of
from radar.store.writing import storable


class Leads:
    """Part of ``Store``: leads and the owner's verdicts."""

    _database: Database

    def leads(self, wanted: LeadFilter | None = None) -> list[LeadRow]:
        """Leads that pass the filter, without one the 50 newest open ones."""
        wanted = wanted or LeadFilter()
        asked = {
            "profile": wanted.profile,
            "kind": wanted.kind.value if wanted.kind else None,
            "since": wanted.since,
            "source": wanted.source,
            "min_score": wanted.min_score,
            "state": str(wanted.state),
            "text": storable(wanted.text, 500),
            "best_first": wanted.order == "best",
            "limit": wanted.limit,
        }
        return [_lead_row(row) for row in self._database.all("leads", asked)]

    def lead(self, lead_id: int) -> LeadDetail:
        """A lead with all that is known of it. Raises ``StoreError`` if there is none of this number."""
        row = self._database.one("lead", {"lead": lead_id})
        if row is None:
            raise StoreError(f"there is no lead {lead_id}")
        post = post_of(row | {"language": row["stated_language"]})
        return LeadDetail(
            row=_lead_row(row),
            post=post,
            verdict=verdict_of(
                row,
                kinds=row["verdict_kinds"],
                evidence=row["verdict_evidence"],
                language=row["verdict_language"],
            )
            if row["verdict_kinds"] is not None
            else None,
            lead=Lead(
                profile=row["profile"],
                score=row["score"],
                kinds=kinds_of(row["kinds"]),
                hits=tuple(TermHit(term, spans_of(spans)) for term, spans in row["hits"]),
                reasons=tuple(row["reasons"]),
            ),
            revisions=row["revisions"],
            owner=OwnerVerdict(
                post=post,
                request=row["owner_request"],
                kinds=kinds_of(row["owner_kinds"]),
                judged_at=row["owner_judged_at"],
            )
            if row["owner_judged_at"]
            else None,
        )

    def mark(
        self, lead_ids: Collection[int], state: LeadState, until: datetime | None, now: datetime
    ) -> list[int]:
        """Note what the owner did with leads; the numbers of those that exist.

        ``until`` belongs to ``LeadState.SNOOZED`` and to nothing else.
        """
        if (state is LeadState.SNOOZED) != (until is not None):
            raise StoreError("a lead is snoozed until a time, and no other state has one")
        asked = {"leads": list(lead_ids), "state": state.value, "until": until, "now": now}
        return sorted(row["id"] for row in self._database.all("mark_leads", asked))

    def judge(self, lead_id: int, request: bool | None, kinds: Collection[Kind], now: datetime) -> None:
        """Keep what the owner says about a lead's post. Raises ``StoreError`` if there is no such lead."""
        asked = {"lead": lead_id, "request": request, "kinds": [kind.value for kind in kinds], "now": now}
        if not self._database.run("judge_lead", asked):
            raise StoreError(f"there is no lead {lead_id}")

    def owner_verdicts(self, limit: int = 10_000) -> list[OwnerVerdict]:
        """What the owner said about posts whose text is still there, latest first."""
        return [
            OwnerVerdict(
                post=post_of(row),
                request=row["owner_request"],
                kinds=kinds_of(row["owner_kinds"]),
                judged_at=row["judged_at"],
            )
            for row in self._database.all("owner_verdicts", {"limit": limit})
        ]


def _lead_row(row: Row) -> LeadRow:
    copied: dict[str, Any] = {
        name: row[name]
        for name in (
            *("profile", "score", "title", "url", "source", "board", "author", "language", "request"),
            *(
                "snoozed_until",
                "current",
                "posted_at",
                "found_at",
                "first",
                "answer_count",
                "solved",
                "post_id",
            ),
        )
    }
    return LeadRow(
        id=row["lead_id"],
        kinds=kinds_of(row["kinds"]),
        evidence=tuple(row["evidence"] or ()),
        reasons=tuple(row["reasons"]),
        state=LeadState(row["state"]),
        **copied,
    )
