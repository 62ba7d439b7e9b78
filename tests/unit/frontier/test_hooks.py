"""A Scrapy that works differently is refused with one sentence, before anything is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.core.engine import ExecutionEngine, _Slot
from scrapy.core.scraper import Scraper
from scrapy.utils.reactor import CallLaterOnce
from twisted.internet.error import TimeoutError as DownloadTimeout
from twisted.python.failure import Failure

from radar.errors import FrontierError
from radar.frontier.hooks import Hooks, attach


class Notes:
    """A listener that writes down what it is told."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def request_done(self, request: Request) -> None:
        self.heard.append(f"done {request.url}")

    def request_fetched(self, request: Request) -> None:
        self.heard.append(f"fetched {request.url}")

    def request_failed(self, request: Request, reason: str) -> None:
        self.heard.append(f"failed {request.url}: {reason}")

    def closing(self) -> None:
        self.heard.append("closing")

    async def room(self) -> None:
        self.heard.append("room")

    def slot_settings(self, key: str) -> dict[str, Any] | None:
        return {"delay": 7.0} if key == "ours" else None


def engine() -> Any:
    """Scrapy's own classes, without a crawl around them."""
    made: Any = ExecutionEngine.__new__(ExecutionEngine)
    made._slot = _Slot(False, CallLaterOnce(lambda: None), None)  # type: ignore[arg-type]
    made.scraper = Scraper.__new__(Scraper)
    made.downloader = SimpleNamespace(slots={}, per_slot_settings={"own": {"delay": 1.0}})
    made._start = None
    return made


def attached(change: Callable[[Any], None] | None = None) -> tuple[Any, Hooks, Notes]:
    async def run() -> tuple[Any, Hooks, Notes]:
        made, notes = engine(), Notes()
        if change:
            change(made)
        return made, attach(made, notes), notes

    return asyncio.run(run())


def test_todays_scrapy_passes_and_tells_when_a_request_is_through() -> None:
    made, hooks, notes = attached()
    assert notes.heard == [], "the probe is nobody's request"
    one, two = Request("http://a.example/"), Request("http://b.example/")
    made._slot.inprogress |= {one, two}
    made._remove_request(None, request=one)
    hooks.abandon(two)
    made._remove_request(None, request=two)
    assert notes.heard == ["done http://a.example/", "done http://b.example/"], "each is told once"
    assert made._slot.inprogress == set()


def test_downloader_slots_of_held_hosts_have_our_delay() -> None:
    made, _, _ = attached()
    assert made.downloader.per_slot_settings.get("ours", {}) == {"delay": 7.0}
    assert made.downloader.per_slot_settings.get("own", {}) == {"delay": 1.0}
    assert made.downloader.per_slot_settings.get("other", {}) == {}


def test_failures_that_nobody_handles_are_told() -> None:
    async def scrape(self: Scraper, result: Any, request: Request) -> None:
        if request.url.endswith("bug"):
            raise LookupError("a bug")

    def change(made: Any) -> None:
        made.scraper._scrape = scrape.__get__(made.scraper)

    made, _, notes = attached(change)
    late = Failure(DownloadTimeout("30 s"))
    asyncio.run(made.scraper._scrape(late, Request("http://a.example/")))
    asyncio.run(made.scraper._scrape(late, Request("http://b.example/", errback=print)))
    with pytest.raises(LookupError):
        asyncio.run(made.scraper._scrape(None, Request("http://c.example/bug")))
    assert [note for note in notes.heard if note.startswith("failed")] == [
        "failed http://a.example/: download: TimeoutError: User timeout caused connection failure: 30 s.",
        "failed http://c.example/bug: processing: LookupError: a bug",
    ]


CHANGES: dict[str, Callable[[Any], None]] = {
    "engine._slot.remove_request(request)": lambda e: setattr(
        e._slot, "remove_request", lambda one, two: None
    ),
    "engine._slot.inprogress": lambda e: setattr(e._slot, "inprogress", []),
    "engine._slot.close()": lambda e: setattr(e._slot, "close", lambda: None),
    "engine._slot.nextcall.schedule()": lambda e: setattr(e._slot, "nextcall", None),
    "engine._start_scheduled_request() ends": lambda e: setattr(
        e, "_start_scheduled_request", SimpleNamespace(__func__=print)
    ),
    "scraper._scrape(result, request)": lambda e: setattr(e.scraper, "_scrape", print),
    "downloader.slots": lambda e: delattr(e.downloader, "slots"),
    "downloader.per_slot_settings": lambda e: setattr(e.downloader, "per_slot_settings", None),
    "does not tell when a request is through": lambda e: setattr(
        e, "_remove_request", lambda _, request: None
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_another_scrapy_is_refused(what: str) -> None:
    with pytest.raises(FrontierError) as refusal:
        attached(CHANGES[what])
    assert what in str(refusal.value)
    assert "install the Scrapy version" in str(refusal.value)
