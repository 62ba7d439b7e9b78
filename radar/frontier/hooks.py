"""The places where the frontier holds on to Scrapy's private parts, and a test of each at start-up.

Scrapy tells nobody when a request is through, with its callback's output, its items and its child requests: the
engine just takes it out of a set. That is the moment to acknowledge it, so that call is wrapped. A public hook
is under discussion upstream; until then :func:`attach` refuses, with one sentence, a Scrapy that works
differently, rather than losing requests in silence.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Protocol

import scrapy
from scrapy import Request
from scrapy.core.engine import ExecutionEngine
from scrapy.exceptions import IgnoreRequest
from twisted.python.failure import Failure

from radar.errors import FrontierError


class Listener(Protocol):
    """Who is told; see :class:`radar.frontier.scheduler.Scheduler`."""

    def request_done(self, request: Request) -> None:
        """The engine is through with a request, well or badly."""

    def request_fetched(self, request: Request) -> None:
        """Its download has ended, well or badly; its processing begins."""

    def request_failed(self, request: Request, reason: str) -> None:
        """Its download or its processing failed and nobody took care of that."""

    def closing(self) -> None:
        """The engine has begun to close and hands out no more requests."""

    async def room(self) -> None:
        """Waits until more start requests may come."""

    def slot_settings(self, key: str) -> dict[str, Any] | None:
        """Concurrency, delay and jitter of a downloader slot that is the frontier's."""


class Hooks:
    """What the frontier does to a running engine."""

    def __init__(self, engine: ExecutionEngine) -> None:
        self._engine = engine
        self._slot: Any = engine._slot

    def wake(self) -> None:
        """Has the engine ask for requests soon, and notice if it is idle."""
        if self._engine._slot is not None and self._engine._slot.closing is None:
            self._slot.nextcall.schedule()

    def abandon(self, request: Request) -> None:
        """Has the engine no longer wait for a request in order to close."""
        if request in self._slot.inprogress:
            self._slot.remove_request(request)


def attach(engine: Any, listener: Listener) -> Hooks:
    """Wraps what is needed; raises FrontierError if this Scrapy is not built as expected."""
    if problem := _first_problem(engine):
        raise FrontierError(
            f"Scrapy {scrapy.__version__} works differently from what the frontier is made for ({problem}): "
            "install the Scrapy version that pyproject.toml names."
        )
    slot, scraper, downloader = engine._slot, engine.scraper, engine.downloader
    slot.remove_request = _told_of_removal(slot, slot.remove_request, listener)
    slot.close = _told_of_closing(slot.close, listener)
    scraper._scrape = _told_of_scraping(scraper._scrape, listener)
    downloader.per_slot_settings = _SlotSettings(downloader.per_slot_settings, listener)
    if engine._start is not None:
        engine._start = _gated(engine._start, listener)
    _prove_removal(engine, listener)
    return Hooks(engine)


def _first_problem(engine: Any) -> str:
    slot: Any = getattr(engine, "_slot", None)
    scraper: Any = getattr(engine, "scraper", None)
    downloader: Any = getattr(engine, "downloader", None)
    checks: list[tuple[str, Callable[[], bool]]] = [
        ("no asyncio event loop is running", lambda: asyncio.get_running_loop() is not None),
        ("engine._slot.remove_request(request)", lambda: _takes(slot.remove_request, ["request"])),
        ("engine._slot.inprogress", lambda: isinstance(slot.inprogress, set)),
        ("engine._slot.closing", lambda: slot.closing is None),
        ("engine._slot.close()", lambda: inspect.iscoroutinefunction(slot.close) and _takes(slot.close, [])),
        ("engine._slot.nextcall.schedule()", lambda: callable(slot.nextcall.schedule)),
        ("engine._start", lambda: engine._start is None or hasattr(engine._start, "__anext__")),
        (
            "engine._start_scheduled_request() ends in _remove_request()",
            lambda: "_remove_request" in engine._start_scheduled_request.__func__.__code__.co_names,
        ),
        (
            "scraper._scrape(result, request)",
            lambda: (
                inspect.iscoroutinefunction(scraper._scrape)
                and _takes(scraper._scrape, ["result", "request"])
                and "_scrape" in scraper._wait_for_processing.__func__.__code__.co_names
            ),
        ),
        ("downloader.slots", lambda: isinstance(downloader.slots, dict)),
        ("downloader.per_slot_settings", lambda: isinstance(downloader.per_slot_settings, dict)),
    ]
    for what, holds in checks:
        try:
            if not holds():
                return what
        except (AttributeError, TypeError, RuntimeError):
            return what
    return ""


def _takes(function: Any, names: list[str]) -> bool:
    return list(inspect.signature(function).parameters) == names


def _prove_removal(engine: Any, listener: Listener) -> None:
    """Sends a request of no one through the engine's own last step and looks whether we hear of it."""
    probe = Request("data:,probe")
    heard: list[Request] = []
    told = listener.request_done
    listener.request_done = heard.append  # type: ignore[method-assign, assignment]
    try:
        engine._slot.inprogress.add(probe)
        engine._remove_request(None, probe)
    finally:
        listener.request_done = told  # type: ignore[method-assign]
    if heard != [probe] or probe in engine._slot.inprogress:
        raise FrontierError(
            f"Scrapy {scrapy.__version__} does not tell when a request is through: "
            "install the Scrapy version that pyproject.toml names."
        )


def _told_of_removal(
    slot: Any, remove: Callable[[Request], None], listener: Listener
) -> Callable[[Request], None]:
    def remove_request(request: Request) -> None:
        if request in slot.inprogress:  # not if it was abandoned before
            listener.request_done(request)
            remove(request)

    return remove_request


def _told_of_closing(
    close: Callable[[], Awaitable[None]], listener: Listener
) -> Callable[[], Awaitable[None]]:
    async def close_slot() -> None:
        listener.closing()
        await close()

    return close_slot


def _told_of_scraping(
    scrape: Callable[[Any, Request], Awaitable[None]], listener: Listener
) -> Callable[[Any, Request], Awaitable[None]]:
    async def scrape_and_tell(result: Any, request: Request) -> None:
        listener.request_fetched(request)
        if (
            isinstance(result, Failure)
            and request.errback is None
            and not isinstance(result.value, IgnoreRequest)
        ):
            listener.request_failed(request, f"download: {type(result.value).__name__}: {result.value}")
        try:
            await scrape(result, request)
        except Exception as error:
            listener.request_failed(request, f"processing: {type(error).__name__}: {error}")
            raise

    return scrape_and_tell


async def _gated(start: AsyncIterator[Any], listener: Listener) -> AsyncIterator[Any]:
    """Scrapy takes start requests as fast as they come, ready or not: here they wait for room in Redis."""
    async for item_or_request in start:
        yield item_or_request
        await listener.room()


class _SlotSettings(dict[str, dict[str, Any]]):
    """DOWNLOAD_SLOTS, in which the hosts that the frontier holds appear with their delay of the moment."""

    def __init__(self, own: dict[str, dict[str, Any]], listener: Listener) -> None:
        super().__init__(own)
        self._listener = listener

    def get(self, key: str, default: Any = None) -> Any:
        return self._listener.slot_settings(key) or super().get(key, default)
