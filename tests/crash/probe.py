"""A worker process for the crash tests: crawls a :class:`~tests.crash.tree.Tree`, one Postgres row a page.

``Fleet`` starts such processes from a fork server that has Scrapy imported, so that a test can afford many.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, Self

import psycopg
from scrapy import Request, Spider
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.http import Response
from scrapy.utils.asyncio import run_in_thread

from radar.frontier import scripts
from radar.frontier.outcome import lease_of
from radar.frontier.scripts import sources
from radar.frontier.signals import epoch_changed

CLOCK = "test:clock"
"""Key in Redis with the milliseconds by which its clock is wrong."""


@dataclass(frozen=True)
class Job:
    """What a worker needs to know. ``faults``: some items and callbacks fail at their first attempt."""

    root: str
    database_url: str
    redis_url: str
    folder: str
    faults: bool = False
    settings: dict[str, Any] = field(default_factory=dict)


class Rows:
    """The pipeline: waits until Postgres has the row, however long that takes."""

    def __init__(self, url: str) -> None:
        self._url = url

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings["PROBE"].database_url)

    async def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        if item["fault"]:
            raise RuntimeError("this item fails the first time")
        while True:
            try:
                await run_in_thread(self._insert, item["page"])
            except psycopg.OperationalError:
                await asyncio.sleep(0.1)
            else:
                return item

    def _insert(self, page: int) -> None:
        with psycopg.connect(self._url, connect_timeout=2) as connection:
            connection.execute("insert into pages values (%s) on conflict do nothing", (page,))


class Probe(Spider):
    """Every worker seeds the root, as every worker knows the sources; the seen-set makes one of it."""

    name = "probe"

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.reseed, epoch_changed)
        return spider

    @property
    def job(self) -> Job:
        job: Job = self.settings["PROBE"]
        return job

    async def start(self) -> AsyncIterator[Request]:
        yield Request(self.job.root, callback=self.parse)

    def reseed(self) -> None:
        assert self.crawler.engine is not None
        self.crawler.engine.crawl(Request(self.job.root, callback=self.parse))

    def parse(self, response: Response) -> Iterator[Any]:
        page = response.json()  # type: ignore[attr-defined]
        lease = lease_of(response.request)
        first = self.job.faults and lease is not None and lease.attempt == 1
        yield {"page": page["page"], "fault": first and page["page"] % 7 == 3}
        for n, child in enumerate(page["children"]):
            if first and page["page"] % 7 == 5 and n == 1:
                raise RuntimeError("this callback fails between its children the first time")
            yield Request(child, callback=self.parse)


def with_clock() -> dict[str, str]:
    """The scripts with a clock that a test can put forward or back: Redis' own, and what the key ``CLOCK`` adds.

    The time must be read in Redis: calls that overtake each other would seem to come with a clock that goes back.
    """
    read = "math.floor(t[2] / 1000)"
    texts = {
        name: text.replace(read, f"{read} + tonumber(call('GET', '{CLOCK}') or 0)")
        for name, text in sources().items()
    }
    assert all(CLOCK in text for text in texts.values())
    return texts


def work(job: Job, number: int) -> None:
    """The worker's whole life."""
    logging.getLogger().handlers.clear()
    scripts.sources = with_clock  # type: ignore[assignment]
    process = CrawlerProcess(settings_of(job) | {"LOG_FILE": f"{job.folder}/worker-{number}.log"})
    process.crawl(Probe)
    process.start()


def settings_of(job: Job) -> dict[str, Any]:
    return {
        "PROBE": job,
        "SCHEDULER": "radar.frontier.scheduler.Scheduler",
        "ITEM_PIPELINES": {Rows: 1},
        "REDIS_URL": job.redis_url,
        "FRONTIER_LEASE": 3,
        "FRONTIER_WAIT": 6,
        "FRONTIER_RETRY_DELAY": 0.2,
        "FRONTIER_MAX_ATTEMPTS": 30,
        "FRONTIER_BATCH": 8,
        "FRONTIER_STOP_TIMEOUT": 3,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "CONCURRENT_ITEMS": 8,
        "DOWNLOAD_DELAY": 0.1,
        "DOWNLOAD_TIMEOUT": 20,
        "RETRY_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "LOG_LEVEL": "INFO",
        **job.settings,
    }


class Fleet:
    """The workers of one test; all that still run are killed at its end."""

    def __init__(self, job: Job) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.crash.preload"])
        self._job = job
        self._number = 0
        self.running: list[ForkServerProcess] = []

    def start(self) -> ForkServerProcess:
        self._number += 1
        process = self._context.Process(target=work, args=(self._job, self._number))
        process.start()
        self.running.append(process)
        return process

    def wait(self, seconds: float) -> None:
        """Until all have ended by themselves."""
        deadline = time.monotonic() + seconds
        for process in self.running:
            process.join(max(0.0, deadline - time.monotonic()))
        alive = [process for process in self.running if process.is_alive()]
        assert not alive, f"{len(alive)} workers still run after {seconds} s"
        self.running.clear()

    def logs(self) -> str:
        return "\n".join(path.read_text() for path in sorted(Path(self._job.folder).glob("*.log")))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.running:
            process.kill()
            process.join()
