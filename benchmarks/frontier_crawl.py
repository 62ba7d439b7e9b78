"""Pages a second of a crawl of 5,000 local pages over 200 hosts, by scheduler, side by side.

python benchmarks/frontier_crawl.py [--rounds 3] [--pages 5000]

Measured at the site, from its first page to its last, so without the start of the processes. Every crawler has
the same settings: CONCURRENT_ITEMS 8, 16 requests at a time, no delay, one item a page. Site, Valkey and
crawlers share the machine.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from typing import Any, NamedTuple

import redis
from _frontier_servers import HOSTS, site, valkey

KINDS = {
    "bare Scrapy, in memory": ("bare", 1),
    "scrapy-redis 0.9.1": ("scrapy-redis", 1),
    "scrapy-redis 0.9.1, 2 workers": ("scrapy-redis", 2),
    "the frontier, 1 worker": ("frontier", 1),
    "the frontier, 2 workers": ("frontier", 2),
}
SETTINGS: dict[str, Any] = {
    "CONCURRENT_ITEMS": 8,
    "CONCURRENT_REQUESTS": 16,
    "LOG_LEVEL": "ERROR",
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "RETRY_ENABLED": False,
}


def work(kind: str, port: int, redis_url: str) -> None:
    """One crawler process."""
    from scrapy import Request, Spider
    from scrapy.crawler import CrawlerProcess
    from scrapy.http import Response
    from scrapy_redis.spiders import RedisSpider

    class Forum(Spider):
        name = "forum"

        async def start(self) -> AsyncIterator[Any]:
            for host in HOSTS:  # every worker knows them; the seen-set makes one of two
                yield Request(f"http://{host}:{port}/", callback=self.parse)

        def parse(self, response: Response) -> Iterator[Any]:
            yield {"url": response.url, "size": len(response.body)}
            for link in re.findall(rb'<a href="([^"]+)">', response.body):
                yield response.follow(link.decode(), callback=self.parse)

    class RedisForum(RedisSpider):  # type: ignore[misc]
        name = "forum"
        redis_batch_size = 1000
        max_idle_time = 1
        parse = Forum.parse

        async def start(self) -> AsyncIterator[Any]:  # it only has start_requests(), which nobody calls now
            for request in self.next_requests():
                yield request

    settings = dict(SETTINGS)
    if kind == "frontier":
        settings |= {
            "SCHEDULER": "radar.frontier.scheduler.Scheduler",
            "REDIS_URL": redis_url,
            "FRONTIER_WAIT": 1,
        }
    elif kind == "scrapy-redis":
        settings |= {
            "SCHEDULER": "scrapy_redis.scheduler.Scheduler",
            "DUPEFILTER_CLASS": "scrapy_redis.dupefilter.RFPDupeFilter",
            "REDIS_URL": redis_url,
        }
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(RedisForum if kind == "scrapy-redis" else Forum)
    process.crawl(crawler)
    began = time.process_time()
    process.start()
    assert crawler.stats is not None
    trips = crawler.stats.get_value("frontier/round_trips", 0)
    print(json.dumps({"trips": trips, "cpu": time.process_time() - began}))


class Run(NamedTuple):
    """Of one crawl: pages a second; for each page the ms of CPU time in the crawlers, and the round trips."""

    speed: float
    cpu: float
    trips: float


def measure(kind: str, workers: int, port: int, redis_url: str, pages: int) -> Run:
    """One crawl of the whole site."""
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
        if kind == "scrapy-redis":
            client.rpush("forum:start_urls", *(json.dumps({"url": f"http://{h}:{port}/"}) for h in HOSTS))
    urllib.request.urlopen(f"http://{HOSTS[0]}:{port}/.times").read()
    processes = []
    for _ in range(workers):
        command = [sys.executable, __file__, "--work", kind, str(port), redis_url]
        processes.append(subprocess.Popen(command, stdout=subprocess.PIPE))
    told = [json.loads(p.communicate()[0].splitlines()[-1]) for p in processes]
    seconds, count = urllib.request.urlopen(f"http://{HOSTS[0]}:{port}/.times").read().split()
    assert int(count) == pages, f"{kind}: {int(count)} of {pages} pages"
    cpu, trips = (sum(one[name] for one in told) for name in ("cpu", "trips"))
    return Run(pages / float(seconds), 1000 * cpu / pages, trips / pages)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", type=int, default=5000)
    parser.add_argument("--work", nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.work:
        kind, port, url = args.work
        work(kind, int(port), url)
        return
    found: dict[str, list[Run]] = {name: [] for name in KINDS}
    with valkey() as url, site(args.pages // len(HOSTS)) as port:
        for _ in range(args.rounds):
            for name, (kind, workers) in KINDS.items():
                found[name].append(measure(kind, workers, port, url, args.pages))
    bare, stock = (statistics.median(run.speed for run in found[name]) for name in list(KINDS)[:2])
    print(
        f"{args.pages} pages of 16 kB over {len(HOSTS)} hosts, median of {args.rounds} rounds (least, most)\n"
    )
    print("| scheduler | pages/s | of bare | of scrapy-redis | crawler CPU ms a page | round trips a page |")
    print("|---|---|---|---|---|---|")
    for name, runs in found.items():
        speeds = [run.speed for run in runs]
        middle = statistics.median(speeds)
        trips = statistics.median(run.trips for run in runs)
        print(
            f"| {name} | {middle:.0f} ({min(speeds):.0f}, {max(speeds):.0f}) | {middle / bare:.2f} "
            f"| {middle / stock:.2f} | {statistics.median(run.cpu for run in runs):.2f} "
            f"| {f'{trips:.3f}' if trips else ''} |"
        )


if __name__ == "__main__":
    main()
