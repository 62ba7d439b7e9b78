"""Last pipeline: the post is safe in Postgres before the page it came from is acknowledged."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import fields
from datetime import UTC, datetime
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import run_in_thread

from radar.errors import StoreUnavailable
from radar.model import JudgedPost
from radar.services import RadarAddon
from radar.store import WriteReport

logger = logging.getLogger(__name__)

BATCH = 100
"""Rows of one transaction: more gains little, see ``benchmarks/store.py``."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
"""Seconds between attempts while Postgres is away; back-pressure stops the crawl meanwhile."""


class StorePipeline:
    """Group commit: while one transaction runs, the next batch gathers; nobody waits for a timer."""

    def __init__(self, crawler: Crawler, addon: RadarAddon) -> None:
        self._crawler = crawler
        self._addon = addon
        self._waiting: deque[tuple[JudgedPost, asyncio.Future[None]]] = deque()
        self._writer: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Write to the database of the project's configuration."""
        addon = crawler.get_addon(RadarAddon)
        if addon is None:
            raise NotConfigured("storing posts needs radar.services.RadarAddon")
        return cls(crawler, addon)

    async def open_spider(self) -> None:
        """Connect; a database that is away now is a reason not to start."""
        await run_in_thread(self._addon.store)

    async def process_item(self, item: object) -> object:
        """Return when the post's transaction is committed; raise if it cannot be."""
        if not isinstance(item, JudgedPost):
            return item
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        await done
        return item

    async def close_spider(self) -> None:
        """Wait for the last commit."""
        if self._writer:
            await self._writer

    async def _write(self) -> None:
        stats = self._crawler.stats
        assert stats is not None
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            try:
                report = await self._commit([post for post, _ in batch])
            except Exception as error:
                _tell(batch, error)
                continue
            for each in fields(report):
                stats.inc_value(f"radar/posts/{each.name}", getattr(report, each.name))
            _tell(batch, None)

    async def _commit(self, posts: list[JudgedPost]) -> WriteReport:
        """Write, however long Postgres is away: leases are renewed meanwhile, fetching stops by itself.

        Only a crawler that is told to stop gives up; its requests are then not acknowledged.
        """
        pause = FIRST_PAUSE
        while True:
            try:
                store = await run_in_thread(self._addon.store)
                return await run_in_thread(store.write, posts, datetime.now(UTC))
            except StoreUnavailable as error:
                if not self._crawler.crawling:
                    raise
                logger.warning("%s Trying again in %.1f s; %d posts wait.", error, pause, len(posts))
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)


def _tell(batch: list[tuple[JudgedPost, asyncio.Future[None]]], error: Exception | None) -> None:
    for _, done in batch:
        if done.done():  # whoever waited was cancelled
            continue
        if error:
            done.set_exception(error)
        else:
            done.set_result(None)
