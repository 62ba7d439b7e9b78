"""How fast posts with verdicts and leads get into Postgres, ours beside the plain ways.

    python benchmarks/store.py [posts]

Starts an embedded Postgres (fsync on) in a folder of its own. All ways store the same posts of about 1.9 kB
with a verdict each and a lead for every tenth; the plain ways neither keep revisions nor guard against older
fetches, poison or forgotten posts. Rates are posts a second, the median of five rounds taken in turns.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from rich.console import Console
from rich.table import Table

from radar import embedded
from radar.model import JudgedPost, Kind, Lead, Span, Verdict
from radar.store import Store, keyed, migrate
from radar.store.identity import content_hash

BATCH = 100
ROUNDS = 5
NOW = datetime(2026, 3, 1, tzinfo=UTC)
WORDS = [
    "suche",
    "eine",
    "Software",
    "für",
    "unser",
    "Lager",
    "welche",
    "könnt",
    "ihr",
    "empfehlen",
    "we",
    "are",
    "looking",
    "for",
    "a",
    "backup",
    "solution",
    "wer",
    "hat",
    "Erfahrung",
    "mit",
    "Warenwirtschaft",
    "und",
    "Schnittstellen",
    "zu",
    "DATEV",
    "bitte",
    "um",
    "Tipps",
    "Angebot",
    "Größe",
    "prüfen",
    "Übersicht",
]

POST = """
insert into post (source, external_id, url, thread_id, thread_url, title, board, author, text, quoted, language,
                  created_at, content_hash, first_seen_at, fetched_at)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, '', 'de', %s, %s, %s, %s)
on conflict (source, external_id) do update set title = excluded.title, text = excluded.text,
    content_hash = excluded.content_hash, fetched_at = excluded.fetched_at
returning id
"""
VERDICT = """
insert into verdict (post_id, model, request, kinds, evidence, language, confident, judged_at)
values (%s, %s, %s, %s, %s, %s, %s, %s)
on conflict (post_id, model) do update set request = excluded.request, kinds = excluded.kinds
"""
LEAD = """
insert into lead (post_id, profile, score, kinds, model, found_at, matched_at) values (%s, %s, %s, %s, %s, %s, %s)
on conflict (post_id, profile) do update set score = excluded.score
"""


def posts(count: int, prefix: str, fetched_at: datetime) -> list[JudgedPost]:
    chance = random.Random(prefix)
    return [
        JudgedPost(
            source="board",
            external_id=f"{prefix}-{n}",
            url=f"https://forum.example/viewtopic.php?p={n}#p{n}",
            thread_id=str(n // 10),
            thread_url=f"https://forum.example/viewtopic.php?t={n // 10}",
            title=" ".join(chance.choices(WORDS, k=8)),
            board="Software",
            position=n % 10 + 1,
            first=n % 10 == 0,
            author=f"user{n % 500}",
            text=" ".join(chance.choices(WORDS, k=260))[:1900],
            language="de",
            created_at=NOW - timedelta(minutes=n),
            fetched_at=fetched_at,
            verdict=Verdict(
                request=chance.random(),
                kinds={kind: round(chance.random(), 3) for kind in Kind},
                evidence=(Span("title", 0, 5), Span("text", 10, 30)),
                language="de",
                model="bench-1",
            ),
            leads=(Lead(profile="crm", score=0.7, kinds=(Kind.TIPS,)),) if n % 10 == 0 else (),
        )
        for n in range(count)
    ]


def batches(all_posts: list[JudgedPost]) -> Iterator[list[JudgedPost]]:
    for start in range(0, len(all_posts), BATCH):
        yield all_posts[start : start + BATCH]


def post_row(post: JudgedPost) -> tuple:
    return (
        *(post.source, post.external_id, post.url, post.thread_id, post.thread_url, post.title, post.board),
        *(post.author, post.text, post.created_at, content_hash(post), NOW, post.fetched_at),
    )


def verdict_row(number: int, post: JudgedPost) -> tuple:
    verdict = post.verdict
    evidence = json.dumps([(span.field, span.start, span.end) for span in verdict.evidence])
    return (number, verdict.model, verdict.request, json.dumps(verdict.kinds), evidence, "de", True, NOW)


def lead_rows(number: int, post: JudgedPost) -> list[tuple]:
    return [(number, lead.profile, lead.score, list(lead.kinds), "bench-1", NOW, NOW) for lead in post.leads]


def row_by_row(url: str, all_posts: list[JudgedPost]) -> None:
    """A pipeline that commits each item."""
    with psycopg.connect(url) as connection:
        for post in all_posts:
            ((number,),) = connection.execute(POST, post_row(post)).fetchall()
            connection.execute(VERDICT, verdict_row(number, post))
            for row in lead_rows(number, post):
                connection.execute(LEAD, row)
            connection.commit()


def row_by_row_grouped(url: str, all_posts: list[JudgedPost]) -> None:
    """The same with a commit for each hundred."""
    with psycopg.connect(url) as connection:
        for batch in batches(all_posts):
            for post in batch:
                ((number,),) = connection.execute(POST, post_row(post)).fetchall()
                connection.execute(VERDICT, verdict_row(number, post))
                for row in lead_rows(number, post):
                    connection.execute(LEAD, row)
            connection.commit()


def executemany(url: str, all_posts: list[JudgedPost]) -> None:
    """Three times executemany for each hundred."""
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for batch in batches(all_posts):
            cursor.executemany(POST, [post_row(post) for post in batch], returning=True)
            numbers = [result.fetchone()[0] for result in cursor.results()]
            cursor.executemany(VERDICT, [verdict_row(*pair) for pair in zip(numbers, batch, strict=True)])
            leads = [row for pair in zip(numbers, batch, strict=True) for row in lead_rows(*pair)]
            if leads:
                cursor.executemany(LEAD, leads)
            connection.commit()


@contextmanager
def our_store(url: str) -> Iterator[Callable[[str, list[JudgedPost]], None]]:
    with Store.open(url, pseudonym=keyed(b"0123456789abcdef")) as store:

        def ours(_: str, all_posts: list[JudgedPost]) -> None:
            for batch in batches(all_posts):
                store.write(batch, NOW)

        yield ours


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory(prefix="radar-bench-") as folder:
        Path(folder).chmod(0o755)
        home = Path(folder) / "home"
        try:
            url = embedded.services(home, redis_url="redis://unused").database_url
            migrate(url)
            with our_store(url) as ours:
                measure(url, count, ours)
        finally:
            embedded.stop(home)


def measure(url: str, count: int, ours: Callable[[str, list[JudgedPost]], None]) -> None:
    ways = {
        "row by row, a commit each": row_by_row,
        "row by row, a commit for 100": row_by_row_grouped,
        "executemany of 100": executemany,
        "Store.write of 100": ours,
    }
    rates: dict[str, dict[str, list[float]]] = {name: {"new": [], "again": []} for name in ways}
    for round_number in range(ROUNDS):
        for name, way in ways.items():
            for what, fetched_at in (("new", NOW), ("again", NOW + timedelta(hours=1))):
                batch = posts(count, f"{name}-{round_number}", fetched_at)
                start = time.perf_counter()
                way(url, batch)
                rates[name][what].append(count / (time.perf_counter() - start))
    table = Table(title=f"{count} posts with verdicts, a lead for every tenth, Postgres 18 with fsync")
    for heading in ("way", "new posts/s", "same again/s"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for name, measured in rates.items():
        table.add_row(name, *(f"{statistics.median(measured[what]):,.0f}" for what in ("new", "again")))
    Console().print(table)


if __name__ == "__main__":
    main()
