"""Whole crawls in processes of their own, with a stock Scrapy and nothing of ours but the scheduler."""

from __future__ import annotations

import multiprocessing
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

from scrapy import FormRequest, Request, Spider, signals
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.http import Response

from radar.frontier import outcome
from radar.frontier.signals import request_finished


@dataclass(frozen=True)
class Crawl:
    """What became of a crawl."""

    items: list[dict[str, Any]]
    outcomes: list[tuple[str, str]]
    stats: dict[str, Any]


class Stock(Spider):
    """A plain spider: pages are JSON, which says what to do with them."""

    name = "stock"
    urls: tuple[str, ...] = ()

    async def start(self) -> AsyncIterator[Request]:
        for url in self.urls:
            yield Request(url, callback=self.parse)

    def parse(self, response: Response) -> Iterator[Any]:
        page = response.json()  # type: ignore[attr-defined]
        request = response.request
        assert request is not None
        if "later" in page and request.meta["frontier"].attempt == 1:
            outcome.retry_later(request, page["later"], "not yet", counts=page.get("counts", True))
            return
        if "give_up" in page:
            outcome.give_up(request, page["give_up"])
        if "delay" in page:
            outcome.set_host_delay(request, page["delay"])
        if "block" in page:
            outcome.block_host(request, page["block"])
        if "raise" in page:
            raise RuntimeError(page["raise"])
        yield {"url": response.url, "bad": page.get("bad", False)}
        for url in page.get("follow", []):
            yield Request(url, callback=self.parse, priority=page.get("priority", 0))
        for url in page.get("lambda", []):
            yield Request(url, callback=lambda response: None)
        for url in page.get("errback", []):
            yield Request(url, callback=self.parse, errback=self.errback_noted)

    def errback_noted(self, failure: Any) -> Iterator[Any]:
        yield {"url": failure.request.url, "failure": type(failure.value).__name__}


class Seeded(Stock):
    """Makes its own requests of start URLs, as spiders for scrapy-redis do."""

    name = "seeded"

    def make_request_from_data(self, data: bytes) -> Request:
        return FormRequest(data.decode(), callback=self.parse, dont_filter=True)


class Picky:
    """A pipeline that refuses some items."""

    async def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        if item.get("bad"):
            raise ValueError("this item is bad")
        return item


def crawl(spider: type[Spider], redis_url: str, urls: list[str], **settings: Any) -> Crawl:
    """Runs one crawl to its end."""
    [one] = crawls(spider, redis_url, urls, 1, **settings)
    return one


def crawls(
    spider: type[Spider], redis_url: str, urls: list[str], workers: int, **settings: Any
) -> list[Crawl]:
    """Runs several workers of one crawl side by side to their end; the first has the URLs."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.crash.preload"])
    running = []
    for number in range(workers):
        here, there = context.Pipe()
        args = (there, spider, redis_url, urls if number == 0 else [], settings)
        process = context.Process(target=_work, args=args)
        process.start()
        there.close()
        running.append((process, here))
    results = []
    for process, pipe in running:
        try:
            results.append(pipe.recv())
        except EOFError:
            raise AssertionError(f"the crawl ended with {process.exitcode}") from None
        finally:
            process.join(30)
    return results


def _work(pipe: Any, spider: type[Spider], redis_url: str, urls: list[str], settings: dict[str, Any]) -> None:
    items: list[dict[str, Any]] = []
    outcomes: list[tuple[str, str]] = []
    process = CrawlerProcess(
        {
            "SCHEDULER": "radar.frontier.scheduler.Scheduler",
            "ITEM_PIPELINES": {Picky: 1},
            "REDIS_URL": redis_url,
            "FRONTIER_LEASE": 5,
            "FRONTIER_WAIT": 4,
            "FRONTIER_RETRY_DELAY": 0.05,
            "FRONTIER_MAX_ATTEMPTS": 3,
            "RETRY_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
            "LOG_LEVEL": "WARNING",
            **settings,
        }
    )
    crawler: Crawler = process.create_crawler(spider)

    def scraped(item: dict[str, Any]) -> None:
        items.append(item)

    def finished(request: Request, outcome: str) -> None:
        outcomes.append((request.url, outcome))

    crawler.signals.connect(scraped, signals.item_scraped)
    crawler.signals.connect(finished, request_finished)
    process.crawl(crawler, urls=tuple(urls))
    process.start()
    assert crawler.stats is not None
    stats = {k: v for k, v in crawler.stats.get_stats().items() if isinstance(v, (int, str, float))}
    pipe.send(Crawl(items, outcomes, stats))
