"""Storing posts with their verdicts and leads: a group at a time, in one transaction.

batch ──► the newest copy of each post, sorted ──► forgotten ones held back
      ──► posts ──► verdicts ──► leads ──► commit
             │ data error
             └──► halves, and halves of them, each behind a savepoint; a bad post alone ──► dead_letter
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb
from psycopg.types.numeric import Int4, Int8

from radar.model import JudgedPost, Lead, Post, Span, Verdict
from radar.store import border
from radar.store.database import Connection, Database
from radar.store.identity import Pseudonym, content_hash, digests
from radar.store.queries import sql
from radar.store.rows import WriteReport

GROUP = 200
"""Most posts in one statement."""

_COLUMNS = (
    *("source", "external_id", "url", "thread_id", "thread_url", "title", "board", "first", "text", "quoted"),
    *("language", "created_at", "edited_at", "solved", "fetched_at"),
)
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127, *range(55296, 57344)))
"""What a text must not contain to be stored: control characters and lone surrogates."""


class Impossible(Exception):
    """A group holds at least one post that the driver or Postgres refuses."""


def write(
    database: Database, posts: Sequence[JudgedPost], now: datetime, pseudonym: Pseudonym | None
) -> WriteReport:
    """Store posts with verdicts and leads in one transaction; raises ``StoreUnavailable`` with nothing stored."""
    batch = newest_of_each(posts)
    if not batch:
        return WriteReport()
    try:
        with database.transaction() as connection:
            fates = _store(connection, batch, now, pseudonym)
    except Impossible:
        with database.transaction() as connection:
            fates = _bisect(connection, batch, now, pseudonym)
    return WriteReport(**fates)


def newest_of_each(posts: Iterable[JudgedPost]) -> list[JudgedPost]:
    """One copy of each post, the one fetched last, sorted so that all writers lock in the same order."""
    newest: dict[tuple[str, str], JudgedPost] = {}
    for post in posts:
        identity = (post.source, post.external_id)
        before = newest.get(identity)
        if before is None or post.fetched_at >= before.fetched_at:
            newest[identity] = post
    return [newest[identity] for identity in sorted(newest)]


def _bisect(
    connection: Connection, posts: list[JudgedPost], now: datetime, pseudonym: Pseudonym | None
) -> Counter[str]:
    try:
        with connection.transaction():
            return _store(connection, posts, now, pseudonym)
    except Impossible as error:
        if len(posts) == 1:
            _bury(connection, posts[0], str(error), now, pseudonym)
            return Counter(dead=1)
    middle = len(posts) // 2
    return _bisect(connection, posts[:middle], now, pseudonym) + _bisect(
        connection, posts[middle:], now, pseudonym
    )


def _store(
    connection: Connection, posts: list[JudgedPost], now: datetime, pseudonym: Pseudonym | None
) -> Counter[str]:
    """Store all or raise ``Impossible``; how many posts met which fate."""
    fates: Counter[str] = Counter()
    for start in range(0, len(posts), GROUP):
        try:
            fates += _store_group(connection, posts[start : start + GROUP], now, pseudonym)
        except border.DATA_ERRORS as error:
            raise Impossible(border.words_of(error)) from error
    return fates


def _store_group(
    connection: Connection, posts: list[JudgedPost], now: datetime, pseudonym: Pseudonym | None
) -> Counter[str]:
    authors = [pseudonym(post.author) if pseudonym and post.author else post.author for post in posts]
    allowed = _not_forgotten(connection, list(zip(posts, authors, strict=True)))
    fates = Counter(forgotten=len(posts) - len(allowed))
    verdicts: list[tuple[int, bool, Verdict]] = []
    leads: dict[int, tuple[Sequence[Lead], str]] = {}
    for row in _store_posts(connection, allowed, now) if allowed else ():
        fates[row["fate"]] += 1
        post = allowed[row["n"]][0]
        if post.verdict and row["fate"] != "stale" and not row["bare"]:
            verdicts.append((row["id"], row["fate"] == "changed", post.verdict))
            leads[row["id"]] = post.leads, post.verdict.model
    store_verdicts(connection, verdicts, now)
    store_leads(connection, leads, now)
    return fates


def _not_forgotten(
    connection: Connection, posts: list[tuple[JudgedPost, str]]
) -> list[tuple[JudgedPost, str]]:
    if connection.execute(sql("any_tombstone"), prepare=True).fetchone() is None:
        return posts
    known_by = [digests(post, author) for post, author in posts]
    asked = {"digests": sorted(set().union(*known_by))}
    forbidden = {row["digest"] for row in connection.execute(sql("forbidden"), asked).fetchall()}
    return [pair for pair, found in zip(posts, known_by, strict=True) if not found & forbidden]


def _store_posts(
    connection: Connection, posts: list[tuple[JudgedPost, str]], now: datetime
) -> list[dict[str, Any]]:
    rows = [post for post, _ in posts]
    for post in rows:
        _require_zones(post)
    columns: dict[str, Any] = {name: [getattr(post, name) for post in rows] for name in _COLUMNS}
    columns |= {
        "n": [Int4(n) for n in range(len(rows))],
        "author": [author for _, author in posts],
        "position": [_int4(post.position) for post in rows],
        "answer_count": [_int4(post.answer_count) for post in rows],
        "content_hash": [content_hash(post) for post in rows],
        "now": now,
    }
    return connection.execute(sql("write_posts"), columns, prepare=True).fetchall()


def store_verdicts(
    connection: Connection, verdicts: Sequence[tuple[int, bool, Verdict]], now: datetime
) -> None:
    """Store verdicts: number of the post, whether it was edited (so that older verdicts are void), verdict."""
    if not verdicts:
        return
    found = [
        {
            "post_id": post_id,
            "model": verdict.model,
            "request": verdict.request,
            "kinds": verdict.kinds,
            "evidence": _plain(verdict.evidence),
            "language": verdict.language,
            "confident": verdict.confident,
        }
        for post_id, _, verdict in verdicts
    ]
    edited = [Int8(post_id) for post_id, changed, _ in verdicts if changed]
    parameters = {"verdicts": Jsonb(found), "changed": edited, "now": now}
    connection.execute(sql("write_verdicts"), parameters, prepare=True)


def store_leads(
    connection: Connection, leads: Mapping[int, tuple[Sequence[Lead], str]], now: datetime
) -> None:
    """Store the leads of posts, given with the classifier's name; theirs that are not named are withdrawn."""
    if not leads:
        return
    found: list[dict[str, Any]] = [
        {
            "post_id": post_id,
            "profile": lead.profile,
            "score": lead.score,
            "kinds": lead.kinds,
            "hits": [
                (hit.term, [(span.field, span.start, span.end) for span in hit.spans]) for hit in lead.hits
            ],
            "reasons": lead.reasons,
            "model": model,
        }
        for post_id, (of_post, model) in leads.items()
        for lead in of_post
    ]
    if found:
        connection.execute(sql("write_leads"), {"leads": Jsonb(found), "now": now}, prepare=True)
    withdrawn = {
        "judged": [Int8(post_id) for post_id in leads],
        "post_id": [Int8(lead["post_id"]) for lead in found],
        "profile": [lead["profile"] for lead in found],
        "now": now,
    }
    connection.execute(sql("withdraw_leads"), withdrawn, prepare=True)


def _plain(spans: Iterable[Span]) -> list[tuple[str, int, int]]:
    return [(span.field, span.start, span.end) for span in spans]


def _require_zones(post: Post) -> None:
    for time in (post.created_at, post.edited_at, post.fetched_at):
        if time is not None and time.tzinfo is None:
            raise ValueError(f"time without zone: {time}")


def _int4(number: int | None) -> Int4 | None:
    if number is not None and not -(2**31) <= number < 2**31:
        raise OverflowError(f"number too large: {number}")  # the driver would cut it
    return None if number is None else Int4(number)


def _bury(
    connection: Connection, post: JudgedPost, reason: str, now: datetime, pseudonym: Pseudonym | None
) -> None:
    fields = {
        name: storable(value) if isinstance(value, str) else None if value is None else str(value)
        for name, value in asdict(post).items()
        if name not in {"verdict", "leads", "author"}
    }
    fields["author"] = storable(pseudonym(storable(post.author)) if pseudonym else post.author)
    letter = {
        "source": storable(post.source),
        "external_id": storable(post.external_id),
        "url": storable(post.url),
        "reason": storable(reason),
        "payload": Jsonb(fields),
        "now": now,
    }
    connection.execute(sql("bury"), letter)


def storable(text: str, longest: int = 20_000) -> str:
    """Text that Postgres takes: without control characters and lone surrogates, shortened."""
    return text.translate(_CONTROLS)[:longest]
