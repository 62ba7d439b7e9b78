"""Looking after the store: judging again, forgetting, letting go of what is old, indexing words, figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from radar.errors import StoreError
from radar.model import Lead, Verdict
from radar.store.database import Connection, Database
from radar.store.identity import Pseudonym, digest
from radar.store.queries import sql
from radar.store.rows import DeadLetter, Expired, Retention, Status, StoredPost, Tombstone
from radar.store.shapes import post_of, verdict_of
from radar.store.writing import store_leads, store_verdicts

CHUNK = 1000
"""Rows in one transaction of upkeep, so that nobody waits for it."""
KEEP_VISITS = timedelta(days=400)
KEEP_PROBLEMS = timedelta(days=90)


class Upkeep:
    """Part of ``Store``: what is done to stored posts later."""

    _database: Database
    _pseudonym: Pseudonym | None

    def posts_to_judge(self, after_id: int = 0, limit: int = 500) -> list[StoredPost]:
        """The next posts with text after this number, by their numbers; [] at the end."""
        rows = self._database.all("posts_to_judge", {"after": after_id, "limit": limit})
        return [
            StoredPost(
                id=row["id"],
                post=post_of(row),
                region=row["region"],
                verdict=verdict_of(
                    row, kinds=row["kinds"], evidence=row["evidence"], language=row["verdict_language"]
                )
                if row["model"]
                else None,
            )
            for row in rows
        ]

    def replace_verdicts(self, verdicts: Mapping[int, Verdict], now: datetime) -> int:
        """Store new verdicts on posts, by the posts' numbers; how many of the posts are still there."""
        with self._database.transaction() as connection:
            there = _still_there(connection, verdicts)
            store_verdicts(connection, [(post, False, verdicts[post]) for post in there], now)
        return len(there)

    def replace_leads(self, leads: Mapping[int, Sequence[Lead]], now: datetime) -> int:
        """Make these the leads of posts, by the posts' numbers; how many of the posts are still there.

        Leads that are no longer found stop being current. What the owner did with leads stays.
        """
        with self._database.transaction() as connection:
            there = _still_there(connection, leads)
            models = {
                row["post_id"]: row["model"]
                for row in connection.execute(sql("latest_models"), {"posts": there}).fetchall()
            }
            store_leads(connection, {post: (leads[post], models.get(post, "")) for post in there}, now)
        return len(there)

    def forget(
        self,
        *,
        now: datetime,
        post: int | None = None,
        lead: int | None = None,
        author: str | None = None,
        source: str = "",
        url: str | None = None,
        reason: str = "",
    ) -> int:
        """Delete posts for good; how many there were. What is found of them again is not stored.

        Exactly one of ``post`` (number), ``lead`` (number), ``author`` (name as shown, or pseudonym; with
        ``source`` only there) and ``url`` (of a post or a thread) says which. An author or address that is not
        in the store yet is kept out all the same: this is the list of objections, too.
        """
        if sum(given is not None for given in (post, lead, author, url)) != 1:
            raise StoreError("one of post, lead, author and link says what to forget")
        target: dict[str, Any] = {
            "post": post,
            "external_id": None,
            "authors": [],
            "source": source,
            "url": url,
        }
        with self._database.transaction() as connection:
            if author is not None:
                names = {author, self._pseudonym(author) if self._pseudonym else author}
                target["authors"] = sorted(names)
                kind, digests = "author", [digest("author", source, name) for name in names]
            elif url is not None:
                kind, digests = "url", [digest("url", url)]
            else:
                found = connection.execute(sql("post_of"), {"post": post, "lead": lead}).fetchone()
                if found is None:
                    raise StoreError(f"there is no {'lead' if lead else 'post'} {lead or post}")
                target |= {
                    "post": found["id"],
                    "source": found["source"],
                    "external_id": found["external_id"],
                }
                kind, digests = "post", [digest("post", found["source"], found["external_id"])]
            connection.execute(
                sql("bury_for_good"), {"kind": kind, "digests": digests, "reason": reason, "now": now}
            )
            connection.execute(sql("delete_dead_letters"), target)
            return connection.execute(sql("delete_posts"), target).rowcount

    def tombstones(self, limit: int = 100) -> list[Tombstone]:
        """What is forgotten, latest first."""
        return [Tombstone(**row) for row in self._database.all("tombstones", {"limit": limit})]

    def expire(self, now: datetime, privacy: Retention) -> Expired:
        """Remove what is older than the owner wants to keep, a little at a time."""
        unmatched = self._expire_posts(now, privacy.keep_unmatched, matched=False)
        matched = self._expire_posts(now, privacy.keep_matched, matched=True)
        dead = self._database.run("expire_dead_letters", {"before": now - privacy.keep_unmatched})
        self._database.run("expire_visits", {"before": now - KEEP_VISITS})
        self._database.run("expire_threads", {"before": now - KEEP_VISITS})
        self._database.run("expire_validators", {"before": now - KEEP_VISITS})
        self._database.run("expire_problems", {"before": now - KEEP_PROBLEMS})
        return Expired(unmatched=unmatched, matched=matched, dead_letters=dead)

    def index_words(self, limit: int = 20_000) -> int:
        """Put waiting posts into the index of words; how many were done. Searching works without, slower."""
        return index_words(self._database, limit)

    def status(self, now: datetime) -> Status:
        """The store in figures."""
        row = self._database.one("status", {"now": now})
        assert row is not None
        return Status(**row)

    def dead_letters(self, limit: int = 100) -> list[DeadLetter]:
        """Posts that Postgres refused, latest first."""
        return [DeadLetter(**row) for row in self._database.all("dead_letters", {"limit": limit})]

    def _expire_posts(self, now: datetime, keep: timedelta, *, matched: bool) -> int:
        done = 0
        while True:
            asked = {"before": now - keep, "matched": matched, "limit": CHUNK, "now": now}
            row = self._database.one("expire_posts", asked)
            step = row["done"] if row else 0
            done += step
            if step < CHUNK:
                return done


def index_words(database: Database, limit: int) -> int:
    """Put waiting posts into the index of words; how many were done."""
    done = 0
    while done < limit:
        row = database.one("index_words", {"limit": min(CHUNK, limit - done)})
        step = row["done"] if row else 0
        done += step
        if step < CHUNK:
            break
    return done


def _still_there(connection: Connection, posts: Mapping[int, object]) -> list[int]:
    rows = connection.execute(sql("still_there"), {"posts": list(posts)}).fetchall()
    return [row["id"] for row in rows]
