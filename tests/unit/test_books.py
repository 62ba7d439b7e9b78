"""What is remembered of a page, and what is not; and that no visit is left open."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request

from radar.extensions import books
from radar.extensions.books import Books, _mark
from radar.extract import Link, LinkKind
from radar.model import Channel, Source, ThreadMark
from radar.spiders.task import META_KEY, REPORT_KEY, Report, Task

URL = "https://x.example/t/9?page=2"
SOURCE = Source(name="x", url="https://x.example/", channel=Channel.FORUM, software="phpbb")


def report(
    *,
    software: str = "phpbb",
    kind: LinkKind = LinkKind.THREAD,
    carry: dict[str, str] | None = None,
    **said: bool,
) -> Report:
    begun = Task.begin(SOURCE, now=datetime(2026, 11, 24, tzinfo=UTC)).settle(software, SOURCE.url)
    thread = "9" if kind is LinkKind.THREAD else ""
    link = Link(url=URL, kind=kind, thread_id=thread, activity="77", carry=carry or {})
    return Report(task=begun.follow(link), url=URL, **said)  # type: ignore[arg-type]


def test_a_thread_that_is_paged_by_address_goes_on_at_its_last_page() -> None:
    assert _mark(URL, report()) == ThreadMark("9", "77", URL)
    assert _mark(URL, report(software="nodebb")) == ThreadMark("9", "77", URL)
    assert _mark(URL, report(software="discourse")) == ThreadMark("9", "77", "")


def test_a_login_wall_is_not_a_reading() -> None:
    assert _mark(URL, report(login_wall=True)) is None


def test_a_closed_board_is_asked_again_when_its_row_shows_news() -> None:
    assert _mark(URL, report(kind=LinkKind.BOARD, login_wall=True)) == ThreadMark(URL, "77")


def test_a_last_page_that_is_gone_sends_the_next_reading_to_the_first() -> None:
    assert _mark(URL, report(missing=True, carry={"known": "70"})) == ThreadMark("9", "", "")
    assert _mark(URL, report(missing=True)) is None


class Queue:
    """One visit; once it is finished it is shown to one caller and, as by the frontier, hidden from the next."""

    def __init__(self) -> None:
        self.shown = True
        self.closed: list[str] = []

    async def epoch(self) -> str:
        return "e"

    async def finished_visits(self, limit: int, hide: float) -> list[tuple[str, str]]:
        found = [] if self.shown else [("e-1", SOURCE.name)]
        self.shown = True
        return found

    async def close_visit(self, visit: str) -> None:
        self.closed.append(visit)


class SlowStore:
    """Takes its time for what is named ``slow``: from ``busy`` until it ``may_go_on``."""

    def __init__(self, slow: str) -> None:
        self.slow = slow
        self.busy = threading.Event()
        self.may_go_on = threading.Event()
        self.done: list[str] = []

    def record_pages(self, *_: object) -> None:
        self._do("record_pages")

    def visit_summary(self, visit: str) -> None:
        self._do("visit_summary")

    def _do(self, what: str) -> None:
        if what == self.slow:
            self.busy.set()
            self.may_go_on.wait(10)
        self.done.append(what)


@pytest.mark.parametrize("slow", ["record_pages", "visit_summary"])
def test_a_crawl_that_ends_during_a_round_leaves_no_visit_open(
    slow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, queue = SlowStore(slow), Queue()
    monkeypatch.setattr(books, "TIDY", 0.0)
    monkeypatch.setattr(books, "scheduler_of", lambda crawler: SimpleNamespace(frontier=queue))

    async def run() -> None:
        crawler: Any = SimpleNamespace()
        addon: Any = SimpleNamespace(store=lambda: store)
        kept = Books(crawler, addon)
        await kept.spider_opened()
        kept.request_finished(
            Request(URL, meta={META_KEY: report().task.to_meta(), REPORT_KEY: report()}), "ok"
        )
        queue.shown = False
        assert await asyncio.to_thread(store.busy.wait, 10)
        closing = asyncio.create_task(kept.spider_closed())
        await asyncio.wait([closing], timeout=0.1)
        store.may_go_on.set()
        await closing

    asyncio.run(run())
    assert store.done == ["record_pages", "visit_summary"]
    assert queue.closed == ["e-1"]
