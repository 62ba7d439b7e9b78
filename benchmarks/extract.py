"""Milliseconds a page for every extractor, from its saved pages, and beside parsel and feedparser.

    python benchmarks/extract.py

feedparser and fastfeedparser are shown where they are installed (``pip install feedparser fastfeedparser``).
"""

from __future__ import annotations

import dataclasses
import importlib
import io
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from radar.errors import ExtractionError
from radar.extract.page import Context, Page
from radar.extract.registry import SOFTWARE
from radar.recognise import identify
from tests.pages.saved import cases, load

ROUNDS = 15
POSTS = 20
ENTRIES = 50


def milliseconds(work: Callable[[], object]) -> float:
    """Median of several runs after one to warm up, in processor time."""
    work()
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times) * 1000


def fresh(page: Page) -> Page:
    """The page without what it has decoded and parsed before."""
    return dataclasses.replace(page)


def read(software: str, page: Page, context: Context) -> int:
    """Posts read; pages that are refused count as none."""
    try:
        return len(SOFTWARE[software].extract(fresh(page), context).posts)
    except ExtractionError:
        return 0


def each_software() -> None:
    print(f"{'software':16}{'pages':>6}{'kB a page':>11}{'posts':>7}{'ms a page':>11}{'ms to recognise':>17}")
    for name in sorted(SOFTWARE):
        pages = [load(case)[1:] for case in cases(name)]
        if not pages:
            continue
        size = statistics.mean(len(page.body) for page, _ in pages) / 1000
        posts = sum(read(name, page, context) for page, context in pages)
        reading, telling = timed(name, pages)
        print(f"{name:16}{len(pages):6}{size:11.1f}{posts:7}{reading:11.2f}{telling:17.2f}")


def timed(name: str, pages: list[tuple[Page, Context]]) -> tuple[float, float]:
    """Milliseconds a page to read and to recognise."""
    reading = milliseconds(lambda: [read(name, page, context) for page, context in pages])
    telling = milliseconds(lambda: [identify(fresh(page)) for page, _ in pages])
    return reading / len(pages), telling / len(pages)


def thread_page() -> tuple[Page, Context]:
    """A phpBB thread of ``POSTS`` posts, made of a saved one."""
    _, page, context = load("phpbb/thread")
    start, end = page.text.index('<div id="p51"'), page.text.index('<div id="p52"')
    block = page.text[start:end]
    posts = "".join(block.replace("p51", f"p{number}") for number in range(100, 100 + POSTS))
    body = page.text[:start] + posts + page.text[end:]
    return dataclasses.replace(page, body=body.encode()), context


def by_parsel(page: Page) -> list[dict[str, str]]:
    """The same fields with parsel, as a spider's callback would; quotes and paragraphs not told apart."""
    selector = importlib.import_module("parsel").Selector(page.body.decode())
    return [
        {
            "id": post.css("::attr(id)").get(""),
            "author": post.css("p.author strong a::text").get(""),
            "time": post.css("time::attr(datetime)").get(""),
            "text": " ".join(post.css("div.content ::text").getall()),
        }
        for post in selector.css("div.post")
    ]


def beside_parsel() -> None:
    page, context = thread_page()
    ours = milliseconds(lambda: read("phpbb", page, context))
    theirs = milliseconds(lambda: by_parsel(page))
    print(f"\nA phpBB thread of {read('phpbb', page, context)} posts, {len(page.body) / 1000:.0f} kB")
    print(f"  radar   {ours:8.2f} ms   (whole posts: text with quotes apart, dates in UTC, links)")
    print(f"  parsel  {theirs:8.2f} ms   (id, author, time, text as strings)")


def feed_page() -> tuple[Page, Context]:
    """An RSS feed of ``ENTRIES`` entries, made of a saved one."""
    _, page, context = load("feed/rss20")
    start, end = page.text.index("<item>"), page.text.index("</item>") + len("</item>")
    block = page.text[start:end]
    items = "".join(block.replace("?p=71", f"?p={number}") for number in range(ENTRIES))
    return dataclasses.replace(page, body=(page.text[:start] + items + page.text[end:]).encode()), context


def beside_feedparser() -> None:
    page, context = feed_page()
    print(f"\nAn RSS feed of {read('feed', page, context)} entries, {len(page.body) / 1000:.0f} kB")
    print(f"  radar          {milliseconds(lambda: read('feed', page, context)):8.2f} ms   (whole posts)")
    for name, work in (
        ("feedparser", lambda module: module.parse(io.BytesIO(page.body))),
        ("fastfeedparser", lambda module: module.parse(page.body)),
    ):
        try:
            module = importlib.import_module(name)
        except ImportError:
            print(f"  {name:14} not installed")
            continue
        print(f"  {name:14} {milliseconds(lambda: work(module)):8.2f} ms   (strings, HTML not read)")  # noqa: B023


if __name__ == "__main__":
    each_software()
    beside_parsel()
    beside_feedparser()
