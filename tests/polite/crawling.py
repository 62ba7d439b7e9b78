"""A real Scrapy crawl in a process of its own: ``crawl(urls, settings)`` tells what became of each request.

The process runs this very module; it reads its task from standard input and prints one JSON object.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Result:
    """What a crawl brought."""

    pages: list[dict[str, Any]]
    """url, status, length and meta of each answer that reached the spider."""
    failures: list[dict[str, Any]]
    """url, kind (name of the exception), message and meta of each request that ended in its errback."""
    items: list[dict[str, Any]]
    stats: dict[str, Any]
    log: str


class CrawlFailed(Exception):
    """The process ended with an error; ``str()`` is what it wrote to standard error."""


def crawl(
    urls: Sequence[str],
    settings: Mapping[str, Any],
    *,
    follow: bool = False,
    items: bool = False,
    meta: Mapping[str, Any] | None = None,
) -> Result:
    """Fetch ``urls`` with the project's settings and ``settings`` over them, in a process of its own.

    ``meta`` goes with each request, ``follow`` has the links of each page fetched, ``items`` makes an item of it.
    """
    return _finished(_started(urls, settings, follow, items, meta))


def crawl_together(number: int, urls: Sequence[str], settings: Mapping[str, Any]) -> list[Result]:
    """The same crawl in ``number`` processes at a time, which share what ``settings`` make them share."""
    started = [_started(urls, settings, False, False, None) for _ in range(number)]
    return [_finished(process) for process in started]


def _started(
    urls: Sequence[str],
    settings: Mapping[str, Any],
    follow: bool,
    items: bool,
    meta: Mapping[str, Any] | None,
) -> subprocess.Popen[str]:
    task = {
        "urls": list(urls),
        "settings": dict(settings),
        "follow": follow,
        "items": items,
        "meta": dict(meta or {}),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.polite.crawling"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(task))
    process.stdin.close()
    process.stdin = None
    return process


def _finished(process: subprocess.Popen[str]) -> Result:
    try:
        output, log = process.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        process.kill()
        output, log = process.communicate()
        raise CrawlFailed(f"took longer than two minutes: {log}") from None
    if process.returncode:
        raise CrawlFailed(log)
    return Result(**json.loads(output), log=log)


def _main() -> None:
    from scrapy import Request, Spider, signals
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.http import Response
    from scrapy.linkextractors import LinkExtractor
    from scrapy.settings import Settings
    from twisted.python.failure import Failure

    task = json.load(sys.stdin)
    told: dict[str, Any] = {"pages": [], "failures": [], "items": []}

    class Fetcher(Spider):
        name = "fetcher"

        async def start(self) -> AsyncIterator[Request]:
            for url in task["urls"]:
                yield Request(
                    url,
                    self.parse,
                    errback=self.errback,
                    meta=dict(task["meta"]),
                    dont_filter="REDIS_URL" not in task["settings"],
                )

        def parse(self, response: Response) -> Iterator[Any]:
            told["pages"].append(
                {
                    "url": response.url,
                    "status": response.status,
                    "length": len(response.body),
                    "meta": _plain(response.meta),
                }
            )
            if task["items"]:
                yield {"url": response.url}
            if task["follow"]:
                for link in LinkExtractor().extract_links(response):
                    yield response.follow(link.url, self.parse, errback=self.errback)

        def errback(self, failure: Failure) -> None:
            request: Request = failure.request  # type: ignore[attr-defined]
            told["failures"].append(
                {
                    "url": request.url,
                    "kind": type(failure.value).__name__,
                    "message": str(failure.value),
                    "meta": _plain(request.meta),
                }
            )

    def keep(item: dict[str, Any]) -> None:
        told["items"].append(item)

    settings = Settings()
    settings.setmodule("radar.settings", priority="project")
    # a crawl of a few pages: manners only, without the store and, unless asked for, without the shared queue
    settings.setdict({"SCHEDULER": "scrapy.core.scheduler.Scheduler", "ADDONS": {}, "EXTENSIONS": {}})
    settings.setdict({"ITEM_PIPELINES": {}, "CONCURRENT_REQUESTS_PER_DOMAIN": 8})
    settings["SPIDER_MIDDLEWARES"] = {"radar.politeness.middlewares.OptOutMiddleware": 950}
    settings.setdict({"DOWNLOAD_DELAY": 0, "LOG_LEVEL": "INFO", **task["settings"]}, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(Fetcher)
    crawler.signals.connect(keep, signal=signals.item_scraped, weak=False)
    process.crawl(crawler)
    process.start()
    stats = crawler.stats.get_stats() if crawler.stats else {}
    told["stats"] = {key: value for key, value in stats.items() if isinstance(value, (int, str))}
    sys.stdout.write(json.dumps(told))


def _plain(meta: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value for key, value in meta.items() if isinstance(value, (str, int, float, bool, list, dict))
    }


if __name__ == "__main__":
    _main()
