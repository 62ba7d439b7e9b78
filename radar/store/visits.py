"""Visits in the store: their pages, and what is remembered for the next one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from radar.model import Outcome, Problem, ThreadMark, Validator
from radar.store.database import Connection, Database
from radar.store.queries import sql
from radar.store.rows import PageRecord, VisitRow, VisitSummary
from radar.store.upkeep import index_words
from radar.store.writing import storable

INDEXED_AT_ONCE = 2000
"""Posts whose words are put into the index at the end of a visit; the rest waits for the next one."""
LONGEST = 2000
"""Bytes of what is remembered by; Postgres refuses keys of more than 2,700."""
GOOD = frozenset({Outcome.OK, Outcome.UNCHANGED})
STATES = {Outcome.BLOCKED: "paused", Outcome.GONE: "retired"}
"""What an outcome makes of the source; the others leave it active."""


class Visits:
    """Part of ``Store``: visits, pages, validators, thread marks, problems."""

    _database: Database

    def begin_visit(self, visit_id: str, source: str, now: datetime) -> None:
        """Note that a visit has begun; a second call changes nothing."""
        self._database.run("begin_visit", {"visit": visit_id, "source": source, "now": now})

    def record_pages(self, records: Sequence[PageRecord], now: datetime) -> None:
        """Count pages and keep their validators, thread marks and problems; call it after their posts are stored."""
        if not records:
            return
        with self._database.transaction() as connection:
            _count(connection, records, now)
            _save_validators(connection, records, now)
            _save_thread_marks(connection, records, now)
            _save_problems(connection, records, now)

    def finish_visit(
        self,
        visit_id: str,
        source: str,
        outcome: Outcome,
        next_check_at: datetime | None,
        now: datetime,
        detail: str = "",
    ) -> None:
        """Note how a visit ended and when the source is due again; blocked ones are paused, gone ones retired.

        A visit ends once: of two workers that close it at the same moment the second changes nothing.
        This is also the moment to put words of new posts into the search index.
        """
        index_words(self._database, INDEXED_AT_ONCE)
        result = {
            "visit": visit_id,
            "source": source,
            "outcome": outcome.value,
            "good": outcome in GOOD,
            "state": STATES.get(outcome),
            "next_check_at": next_check_at,
            "detail": storable(detail, 1000),
            "now": now,
        }
        with self._database.transaction() as connection:
            connection.execute(sql("end_visit"), result)
            connection.execute(sql("settle_source"), result)

    def visit_summary(self, visit_id: str) -> VisitSummary | None:
        """What decides how a visit ended and when the next is due; None if nobody knows it."""
        row = self._database.one("visit_summary", {"visit": visit_id})
        if row is None:
            return None
        entry = row.pop("entry_outcome")
        return VisitSummary(entry_outcome=Outcome(entry) if entry else Outcome.OK, **row)

    def known_posts(self, source: str, external_ids: Collection[str]) -> set[str]:
        """Which of these posts of a source are stored already."""
        asked = {"source": source, "external_ids": list(external_ids)}
        return {row["external_id"] for row in self._database.all("known_posts", asked)}

    def thread_marks(self, source: str, thread_ids: Collection[str], epoch: str) -> dict[str, ThreadMark]:
        """How far threads have been read, by their ids; marks of another epoch are left out."""
        if not thread_ids:
            return {}
        asked = {"source": source, "thread_ids": list(thread_ids), "epoch": epoch}
        return {row["thread_id"]: ThreadMark(**row) for row in self._database.all("thread_marks", asked)}

    def posting_times(self, source: str, limit: int = 200) -> list[datetime]:
        """When the newest posts of a source were written, newest first."""
        return [
            row["created_at"]
            for row in self._database.all("posting_times", {"source": source, "limit": limit})
        ]

    def visit_history(self, source: str, limit: int = 50) -> list[VisitRow]:
        """The latest visits of a source, newest first."""
        return [
            VisitRow(**row) for row in self._database.all("visit_history", {"source": source, "limit": limit})
        ]

    def problems(self, sources: Collection[str] = (), limit: int = 50) -> list[Problem]:
        """The latest problems of these sources, or of all, newest first."""
        rows = self._database.all("problems", {"sources": list(sources), "limit": limit})
        return [Problem(row["url"], row["what"], row["detail"]) for row in rows]


def _count(connection: Connection, records: Sequence[PageRecord], now: datetime) -> None:
    failed = [not (200 <= record.status < 400) for record in records]
    unchanged = [record.status == 304 for record in records]
    columns = {
        "visit": [record.visit for record in records],
        "source": [record.source for record in records],
        "entry_outcome": [record.outcome.value if record.entry else "" for record in records],
        "wait": [record.wait if record.entry else None for record in records],
        "pages": [int(not bad and not same) for bad, same in zip(failed, unchanged, strict=True)],
        "unchanged": [int(same) for same in unchanged],
        "failed": [int(bad) for bad in failed],
        "bytes": [record.bytes for record in records],
        "problems": [len(record.problems) for record in records],
        "now": now,
    }
    connection.execute(sql("count_pages"), columns)


def keepable(*texts: str) -> bool:
    """Whether these can be remembered as they are; a page or thread that cannot is simply read again."""
    return all(len(text.encode("utf-8", "replace")) <= LONGEST and storable(text) == text for text in texts)


def _save_validators(connection: Connection, records: Sequence[PageRecord], now: datetime) -> None:
    found: dict[tuple[str, str], tuple[Validator, str]] = {
        (record.source, record.url): (record.validator, record.epoch)
        for record in records
        if record.validator and keepable(record.url, record.validator.etag, record.validator.last_modified)
    }
    if found:
        columns = {
            "source": [source for source, _ in found],
            "url": [url for _, url in found],
            "etag": [validator.etag for validator, _ in found.values()],
            "last_modified": [validator.last_modified for validator, _ in found.values()],
            "epoch": [epoch for _, epoch in found.values()],
            "now": now,
        }
        connection.execute(sql("save_validators"), columns)


def _save_thread_marks(connection: Connection, records: Sequence[PageRecord], now: datetime) -> None:
    found: dict[tuple[str, str], tuple[ThreadMark, str]] = {
        (record.source, record.thread_mark.thread_id): (record.thread_mark, record.epoch)
        for record in records
        if record.thread_mark and keepable(record.thread_mark.thread_id, record.thread_mark.activity)
    }
    if found:
        columns = {
            "source": [source for source, _ in found],
            "thread_id": [thread for _, thread in found],
            "activity": [mark.activity for mark, _ in found.values()],
            "last_page_url": [storable(mark.last_page_url) for mark, _ in found.values()],
            "epoch": [epoch for _, epoch in found.values()],
            "now": now,
        }
        connection.execute(sql("save_thread_marks"), columns)


def _save_problems(connection: Connection, records: Sequence[PageRecord], now: datetime) -> None:
    found = {
        (record.source, storable(problem.url, 2000), storable(problem.what, 300)): storable(
            problem.detail, 1000
        )
        for record in records
        for problem in record.problems
    }
    if found:
        columns = {
            "source": [source for source, _, _ in found],
            "url": [url for _, url, _ in found],
            "what": [what for _, _, what in found],
            "detail": list(found.values()),
            "now": now,
        }
        connection.execute(sql("save_problems"), columns)
