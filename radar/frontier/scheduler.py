"""Scrapy's scheduler over the shared frontier: ``SCHEDULER = "radar.frontier.scheduler.Scheduler"``.

A request that Scrapy gets from here is leased, not popped. It is acknowledged when the engine is through with
it: its callback's output processed, its items through the (awaited) pipelines, its child requests in Redis. If
anything of that failed it is retried, and buried as a dead letter after too many attempts.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import threading
from time import monotonic
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from radar.errors import CodecError, FrontierError
from radar.frontier.client import Ending, Entry, Frontier
from radar.frontier.codec import Codec
from radar.frontier.connection import connect_from_settings
from radar.frontier.hooks import Hooks, attach
from radar.frontier.hosts import host_key
from radar.frontier.options import Options
from radar.frontier.outcome import META, Lease, lease_of
from radar.frontier.signals import epoch_changed, request_finished
from radar.frontier.start_urls import StartUrls
from radar.frontier.worker import Worker

logger = logging.getLogger(__name__)

#: A request with this in its meta is not handed out before so many seconds have passed.
AFTER = "frontier_after"
_MAX_RETRY_DELAY = 3600.0


class Scheduler(BaseScheduler):
    """Translates between Scrapy's engine and the :class:`~radar.frontier.worker.Worker`.

    ``frontier`` is the client of the shared queue, for extensions (``crawler.engine.scheduler.frontier``).
    """

    def __init__(self, crawler: Crawler, options: Options) -> None:
        self.frontier = Frontier(
            connect_from_settings(crawler.settings),
            options.key,
            lease=options.lease,
            attempts=options.attempts,
            delay=options.delay,
            hold=options.hold,
            seen=options.seen,
        )
        self._crawler = crawler
        self._options = options
        self._leases: dict[Request, Lease] = {}
        self._ids = secrets.token_bytes(6)
        self._count = 0
        self._closing_timer: asyncio.TimerHandle | None = None
        self._last_resort: threading.Timer | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Reads the settings; raises FrontierError if they cannot be."""
        return cls(crawler, Options.from_settings(crawler.settings))

    def open(self, spider: Spider) -> Deferred[None]:
        """Checks Scrapy and Redis and starts to lease; fails with FrontierError in one sentence."""
        return deferred_from_coro(self._open(spider))

    async def _open(self, spider: Spider) -> None:
        crawler = self._crawler
        assert crawler.engine is not None
        assert crawler.stats is not None
        assert crawler.request_fingerprinter is not None
        self._spider = spider
        self._codec = Codec(spider, self._options.max_bytes)
        self._fingerprint = crawler.request_fingerprinter.fingerprint
        self._slots = crawler.engine.downloader.slots
        start_urls = StartUrls(
            self.frontier.redis,
            self.frontier.prefix,
            spider,
            crawler.settings,
            self._entry,
            self.frontier.enqueue,
            self._options.batch,
        )
        self._worker = Worker(
            self.frontier,
            spider.name,
            self._options,
            crawler.stats,
            wake=self._wake,
            on_epoch=self._epoch_changed,
            more=start_urls.drain if self._options.start_urls and not _reads_redis_itself(spider) else None,
        )
        self._hooks: Hooks = attach(crawler.engine, self)
        try:
            await self._worker.start()
        except FrontierError as error:
            logger.critical("%s", error)
            await self.frontier.close()
            raise
        crawler.signals.connect(self._item_error, signals.item_error)
        crawler.signals.connect(self._spider_error, signals.spider_error)

    def close(self, reason: str) -> Deferred[None]:
        """Sends what is owed and gives back what is held."""
        return deferred_from_coro(self._close())

    async def _close(self) -> None:
        for request in list(self._leases):
            self._give_back(request)
        try:
            await self._worker.stop(within=5.0)
            await self.frontier.close()
        finally:
            if self._closing_timer:
                self._closing_timer.cancel()
            if self._last_resort:
                self._last_resort.cancel()

    # -- Scrapy's scheduler interface --------------------------------------------------------------------

    def has_pending_requests(self) -> bool:
        """Whether the spider must stay: something is queued, held, delayed within FRONTIER_WAIT, or elsewhere."""
        return self._worker.pending

    def enqueue_request(self, request: Request) -> bool:
        """Queues a request with the next exchange; never raises. False if it cannot be queued."""
        self._count += 1
        entry = self._entry(request, self._ids + self._count.to_bytes(6, "big"))
        if entry is None:
            return False
        self._worker.put(entry)
        return True

    def next_request(self) -> Request | None:
        """A leased request that may be fetched now, or None."""
        while lease := self._worker.take():
            try:
                request = self._codec.decode(lease.body)
            except CodecError as error:
                logger.error("%s", error)
                self._inc("refused")
                self._end(lease, "dead", reason=str(error))
                continue
            lease.body = b""
            self._pace(lease.host)
            request.meta[META] = lease
            request.meta["download_slot"] = lease.host
            self._leases[request] = lease
            return request
        return None

    # -- what the hooks tell -----------------------------------------------------------------------------

    def request_done(self, request: Request) -> None:
        """Decides what becomes of a request that the engine is through with."""
        lease = self._leases.pop(request, None)
        if lease is None:
            return
        after, counts = lease.after, lease.counts
        outcome, reason = lease.outcome or "ok", lease.reason
        if lease.failed and lease.outcome is None:
            outcome, reason, counts = "retry", lease.failed, True
            after = min(_MAX_RETRY_DELAY, self._options.retry_delay * 2 ** (lease.attempt - 1))
        if outcome == "retry" and counts and lease.attempt >= self._options.attempts:
            outcome = "dead"
        self._end(lease, outcome, after, counts, reason)
        self._inc(f"outcome/{outcome}")
        self._tell(request, outcome)

    def request_fetched(self, request: Request) -> None:
        """Notes when the host has answered."""
        if lease := self._leases.get(request):
            lease.fetched_at = monotonic()

    def request_failed(self, request: Request, reason: str) -> None:
        """A download or processing failed with nobody to take care."""
        if lease := self._leases.get(request):
            lease.fail(reason)

    def closing(self) -> None:
        """Gives back what has not started; what has gets FRONTIER_STOP_TIMEOUT seconds to end."""
        self._worker.stop_taking()
        self._closing_timer = asyncio.get_running_loop().call_later(self._options.stop, self._abandon)
        if self._options.hard_exit:
            self._last_resort = threading.Timer(self._options.stop + 6.5, _exit)
            self._last_resort.daemon = True
            self._last_resort.start()

    async def room(self) -> None:
        """Holds start requests back while Redis does not keep up."""
        await self._worker.room()

    def slot_settings(self, key: str) -> dict[str, Any] | None:
        """How Scrapy's downloader has to treat a host that we hold."""
        delay = self._worker.buffer.delay(key)
        if delay is None:
            return None
        return {"concurrency": self._options.concurrency, "delay": delay, "jitter": 0.0}

    # ----------------------------------------------------------------------------------------------------

    def _entry(self, request: Request, id_: bytes) -> Entry | None:
        try:
            meta = request.meta
            visit = meta["radar"].get("visit", "") if "radar" in meta else ""
            return Entry(
                id=id_,
                spider=self._spider.name,
                host=host_key(request.url),
                body=self._codec.encode(request),
                priority=int(request.priority),
                due_in=float(meta.get(AFTER, 0.0)),
                visit=visit,
                fingerprint=None if request.dont_filter else self._fingerprint(request),
            )
        except CodecError as error:
            logger.error("Not queued: %s", error)
        except Exception:
            logger.exception("Not queued: %s", request)
        self._inc("unqueueable")
        return None

    def _end(
        self, lease: Lease, outcome: str, after: float = 0.0, counts: bool = True, reason: str = ""
    ) -> None:
        asked_at = self._asked_at(lease)
        delay = lease.delay if lease.delay is not None else self._worker.buffer.delay(lease.host)
        gap = max(0.0, asked_at + delay - monotonic()) if asked_at and delay else 0.0
        ending = Ending(
            lease.id,
            lease.host,
            lease.fence,
            outcome,
            after=after,
            gap=gap,
            block=lease.block,
            delay=lease.delay,
            counts=counts,
            reason=reason[:500],
        )
        self._worker.end(lease, ending, asked_at)

    def _asked_at(self, lease: Lease) -> float:
        """When the lease's host was last asked something, 0 if not.

        If it is asked one thing at a time, the delay counts from the end of the answer: only then is it sure
        that the host sees the distance, however long a request was on its way.
        """
        slot = self._slots.get(lease.host)
        if slot is None or not slot.lastseen:
            return 0.0
        if self._options.concurrency > 1 or slot.lastseen < lease.taken_at:
            return float(slot.lastseen)
        return lease.fetched_at or monotonic()

    def _pace(self, host: str) -> None:
        """The downloader keeps a host's exact distance, also where a middleware waited in between."""
        if (slot := self._slots.get(host)) and (delay := self._worker.buffer.delay(host)) is not None:
            slot.delay, slot.jitter, slot.concurrency = delay, 0.0, self._options.concurrency

    def _give_back(self, request: Request) -> None:
        if lease := self._leases.pop(request, None):
            self._end(lease, "release")
            self._tell(request, "release")

    def _abandon(self) -> None:
        if self._leases:
            logger.warning("%d requests take too long to end: given back", len(self._leases))
        for request in list(self._leases):
            self._give_back(request)
            self._hooks.abandon(request)

    def _item_error(self, item: Any, response: Response | Failure | None, failure: Failure) -> None:
        self._fail(response, f"item: {_text(failure)}")

    def _spider_error(self, failure: Failure, response: Response | Failure | None) -> None:
        self._fail(response, f"callback: {_text(failure)}")

    def _fail(self, response: Response | Failure | None, reason: str) -> None:
        if lease := lease_of(getattr(response, "request", None)):
            lease.fail(reason)

    def _epoch_changed(self, epoch: str) -> None:
        self._crawler.signals.send_catch_log(epoch_changed, epoch=epoch, spider=self._spider)

    def _tell(self, request: Request, outcome: str) -> None:
        self._crawler.signals.send_catch_log(
            request_finished, request=request, outcome=outcome, spider=self._spider
        )

    def _inc(self, name: str) -> None:
        assert self._crawler.stats is not None
        self._crawler.stats.inc_value(f"frontier/{name}")

    def _wake(self) -> None:
        self._hooks.wake()


def _reads_redis_itself(spider: Spider) -> bool:
    """Whether it is a spider of scrapy-redis, which empties its key when idle."""
    return hasattr(spider, "next_requests")


def _text(failure: Failure) -> str:
    return f"{type(failure.value).__name__}: {failure.value}"


def _exit() -> None:
    logger.critical("The crawl did not end in time: leaving; what was not acknowledged is fetched again")
    os._exit(70)
