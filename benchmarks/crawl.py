"""Pages and posts a second of a whole crawl: bare Scrapy against the radar with one and with two workers.

All of them read the same three boards, many times the demo's, from one server on loopback, with the same extractors.
"Bare Scrapy" has its queue in memory and throws the posts away; the radar has its queue in Redis, judges, matches
and stores every post in Postgres, and acknowledges a page only then. Rates come from Scrapy's own stats, so that
starting Python and the servers does not count; for two workers they are the pages over the longer of the times.

    python benchmarks/crawl.py [--times 12] [--runs 3]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

from radar import embedded
from radar.demo.content import WrittenThread, written
from radar.demo.example import demo_config
from radar.demo.web import DemoWeb

SITES = {"werkbank": "Werkbank", "serverstube": "Serverstube", "feierabend": "Feierabend"}
"""The boards that are read, and the names of their sources."""
CRAWL = """
import json, sys
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.utils.project import get_project_settings
settings = get_project_settings()
settings.setmodule("radar.settings", priority="project")
settings.setdict(json.loads(sys.argv[1]), priority="cmdline")
process = AsyncCrawlerProcess(settings)
crawlers = []
for arguments in json.loads(sys.argv[2]):
    crawlers.append(process.create_crawler("forum"))
    process.crawl(crawlers[-1], **arguments)
process.start()
wanted = "response_received_count", "item_scraped_count", "elapsed_time_seconds"
print(json.dumps([[crawler.stats.get_value(name, 0) for name in wanted] for crawler in crawlers]))
"""
ALL = {
    "LOG_LEVEL": "ERROR",
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "ROBOTSTXT_OBEY": False,
}
BARE = {
    "SCHEDULER": "scrapy.core.scheduler.Scheduler",
    "ITEM_PIPELINES": {},
    "EXTENSIONS": {},
    "SPIDER_MIDDLEWARES": {},
    "DOWNLOADER_MIDDLEWARES": {},
}


@dataclass
class Rate:
    """What one crawl did."""

    pages: float
    posts: float
    seconds: float


def many(times: int) -> list[WrittenThread]:
    """The boards' threads, many times over, under titles of their own."""
    own = [thread for thread in written() if thread.site in SITES]
    return [replace(thread, title=f"{thread.title} ({number})") for number in range(times) for thread in own]


RADAR = [{"source": ",".join(SITES.values())}]
"""One crawler for all sources: the queue tells them apart."""


def arguments(web: DemoWeb) -> list[dict[str, str]]:
    """For bare Scrapy a crawler for each board, in one process."""
    return [{"url": f"{web.addresses[site]}/", "software": "phpbb"} for site in SITES]


def crawl(workers: int, settings: dict[str, object], arguments: list[dict[str, str]], home: Path) -> Rate:
    """Run workers side by side until all of them have ended."""
    environment = os.environ | {"RADAR_HOME": str(home), "RADAR_CONFIG": str(home / "radar.toml")}
    command = [sys.executable, "-c", CRAWL, json.dumps(ALL | settings), json.dumps(arguments)]
    processes = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(workers)
    ]
    found = [
        stats for process in processes for stats in json.loads(process.communicate()[0].splitlines()[-1])
    ]
    seconds = max(stats[2] for stats in found)
    return Rate(
        sum(stats[0] for stats in found) / seconds, sum(stats[1] for stats in found) / seconds, seconds
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=int, default=12, help="how often the demo's board is repeated")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    ways = {
        "bare Scrapy, in memory, nothing stored": (1, BARE),
        "radar, 1 worker": (1, {}),
        "radar, 2 workers": (2, {}),
    }
    rates: dict[str, list[Rate]] = {name: [] for name in ways}
    with DemoWeb(threads=many(options.times)) as web:
        for run in range(options.runs):
            for name, (workers, settings) in ways.items():
                with tempfile.TemporaryDirectory(prefix="radar-bench-") as folder:
                    home = Path(folder)
                    home.chmod(0o755)
                    (home / "radar.toml").write_text(demo_config(home, web.addresses), "utf-8")
                    embedded.services(home)
                    try:
                        rate = crawl(workers, settings, arguments(web) if settings else RADAR, home)
                    finally:
                        embedded.stop(home)
                rates[name].append(rate)
                print(f"run {run + 1}: {name}: {rate.pages:.0f} pages/s", file=sys.stderr)
                time.sleep(1)
    print(f"{'':42} {'pages/s':>8} {'posts/s':>8} {'seconds':>8}  (medians of {options.runs})")
    for name, found in rates.items():
        pages, posts, seconds = (
            statistics.median(getattr(rate, field) for rate in found)
            for field in ("pages", "posts", "seconds")
        )
        print(f"{name:42} {pages:8.0f} {posts:8.0f} {seconds:8.1f}")


if __name__ == "__main__":
    main()
