"""How visits are closed, and by whom, when several workers keep the books of the same crawl."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from radar.extensions import books
from radar.extensions.books import Books
from radar.frontier.client import Frontier
from radar.model import Channel, Source
from radar.store import PageRecord, Store

SOURCE = Source(name="x", url="https://x.example/", channel=Channel.FEED)

Story = Callable[[Callable[[], Books], str, Store], Awaitable[None]]


@pytest.fixture(autouse=True)
def little_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rounds come when the test says so, and patience ends soon."""
    monkeypatch.setattr(books, "TIDY", 60.0)
    monkeypatch.setattr(books, "PATIENCE", 0.3)


@pytest.fixture
def play(database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[Story], None]:
    """Play a story of workers and of one visit of which nothing is outstanding; all it needs is real."""

    async def run(story: Story, store: Store) -> None:
        frontier = await Frontier.open(redis_url)
        monkeypatch.setattr(books, "scheduler_of", lambda crawler: SimpleNamespace(frontier=frontier))
        now = datetime.now(UTC)
        store.ensure_source(SOURCE, now)
        visit = await frontier.open_visit(SOURCE.name, grace=0.0)
        assert visit
        store.begin_visit(visit, SOURCE.name, now)
        addon: Any = SimpleNamespace(store=lambda: store)
        nobody: Any = SimpleNamespace()
        try:
            await story(lambda: Books(nobody, addon), visit, store)
            assert await frontier.open_visit(SOURCE.name), "the source can be read again"
        finally:
            await frontier.close()

    def play(story: Story) -> None:
        with Store.open(database_url) as store:
            asyncio.run(run(story, store))

    return play


def outcomes(store: Store) -> list[str]:
    return [visit.outcome for visit in store.visit_history(SOURCE.name) if visit.finished_at]


def record(visit: str) -> PageRecord:
    return PageRecord(
        source=SOURCE.name, visit=visit, url=SOURCE.url, status=304, entry=True, epoch="e", bytes=9
    )


def test_what_another_worker_still_holds_is_waited_for(play: Callable[[Story], None]) -> None:
    async def story(worker: Callable[[], Books], visit: str, store: Store) -> None:
        first, other = worker(), worker()
        other._records.append(record(visit))
        await first.spider_opened()
        assert outcomes(store) == []
        await other.spider_closed()  # it writes its record; the visit is in the first one's hands
        await asyncio.sleep(0.35)
        await first.spider_closed()
        assert outcomes(store) == ["unchanged"]

    play(story)


def test_a_visit_without_any_record_is_closed_in_the_end(play: Callable[[Story], None]) -> None:
    async def story(worker: Callable[[], Books], visit: str, store: Store) -> None:
        only = worker()
        await only.spider_opened()
        await only.spider_closed()
        assert outcomes(store) == ["unreachable"]

    play(story)


def test_what_a_killed_worker_left_open_is_closed_by_the_next_before_it_reads(
    play: Callable[[Story], None],
) -> None:
    async def story(worker: Callable[[], Books], visit: str, store: Store) -> None:
        store.record_pages([record(visit)], datetime.now(UTC))
        next_one = worker()
        await next_one.spider_opened()
        assert outcomes(store) == ["unchanged"]
        next_one._tidying.cancel()  # type: ignore[union-attr]

    play(story)
