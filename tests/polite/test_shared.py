"""Manners that hold across workers, because they live with the shared queue."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from radar.frontier.client import Frontier
from radar.frontier.hosts import Hosts
from tests.polite.crawling import crawl, crawl_together
from tests.servers import Answer, Asked, Site, page, text


def settings(redis_url: str, *sites: Site, **more: object) -> dict[str, object]:
    return {
        "SCHEDULER": "radar.frontier.scheduler.Scheduler",
        "REDIS_URL": redis_url,
        "FRONTIER_WAIT": 6,
        "RADAR_PRIVATE_HOSTS": [site.netloc for site in sites],
        "USER_AGENT": "MyBusinessRadar/1.0 (+test)",
        **more,
    }


def on_frontier(redis_url: str, use: object) -> object:
    async def run() -> object:
        frontier = await Frontier.open(redis_url)
        try:
            return await use(frontier)  # type: ignore[operator]
        finally:
            await frontier.close()

    return asyncio.run(run())


def test_workers_fetch_robots_once_and_keep_the_crawl_delay_together(redis_url: str) -> None:
    robots = text("User-agent: *\nCrawl-delay: 1\nDisallow: /no")
    tables = [{"/robots.txt": robots, **{f"/{n}": page(f"{n}") for n in range(4)}} for _ in range(2)]
    with Site(dict(tables[0])) as one, Site(dict(tables[1])) as other:
        urls = [site.url(path) for site in (one, other) for path in ("/0", "/1", "/2", "/3", "/no")]
        results = crawl_together(2, urls, settings(redis_url, one, other, CONCURRENT_REQUESTS_PER_DOMAIN=1))
        fetched = sorted(seen["url"] for result in results for seen in result.pages)
        assert fetched == sorted(url for url in urls if not url.endswith("/no"))
        for site in (one, other):
            assert site.paths().count("/robots.txt") == 1
            assert site.paths().count("/.well-known/tdmrep.json") == 1
            pages = [asked.at for asked in site.asked if asked.path in {"/0", "/1", "/2", "/3"}]
            # from the second page on: the first comes right after the files that ask for the delay
            assert all(later - earlier > 0.9 for earlier, later in pairwise(pages[1:]))


def test_a_host_that_asks_for_a_pause_gets_it_and_nothing_is_lost(redis_url: str) -> None:
    refusals: list[float] = []

    def busy(asked: Asked) -> Answer:
        if not refusals:
            refusals.append(asked.at)
            return Answer(b"", 429, {"Retry-After": "2"})
        return page("now")

    with Site({"/robots.txt": text(""), **{f"/{n}": busy for n in range(3)}}) as site:
        urls = [site.url(f"/{n}") for n in range(3)]
        limits = settings(redis_url, site, CONCURRENT_REQUESTS_PER_DOMAIN=1)
        result = crawl(urls, limits)
        assert sorted(seen["url"] for seen in result.pages) == urls
        later = [asked.at for asked in site.asked if asked.path != "/robots.txt" and asked.at > refusals[0]]
        assert min(later) - refusals[0] >= 1.9


def test_a_host_that_refuses_without_a_word_rests_a_minute_for_all_workers(redis_url: str) -> None:
    with Site({"/robots.txt": text(""), "/0": Answer(b"", 503), "/1": page("x")}) as site:
        limits = settings(redis_url, site, CONCURRENT_REQUESTS_PER_DOMAIN=1, FRONTIER_WAIT=1)
        result = crawl([site.url("/0"), site.url("/1")], limits)
        assert result.pages == []
        again = crawl([site.url("/0"), site.url("/1")], limits)
        assert again.pages == []
        assert [path for path in site.paths() if path in {"/0", "/1"}] == ["/0"]

        async def strikes(frontier: Frontier) -> int:
            return await frontier.hosts.strikes(site.netloc)

        assert on_frontier(redis_url, strikes) == 1


def test_a_host_that_keeps_refusing_ends_the_visit_instead_of_holding_it(redis_url: str) -> None:
    with Site({"/robots.txt": text(""), **{f"/{n}": Answer(b"", 503) for n in range(5)}}) as site:

        async def refuse(frontier: Frontier) -> None:
            for _ in range(5):
                await Hosts.strike(frontier.hosts, site.netloc, 3600)

        on_frontier(redis_url, refuse)
        limits = settings(redis_url, site, CONCURRENT_REQUESTS_PER_DOMAIN=1)
        result = crawl([site.url(f"/{n}") for n in range(5)], limits)
        assert len(result.failures) == 5
        assert {failure["meta"]["radar_outcome"] for failure in result.failures} == {"unreachable"}
        assert len([path for path in site.paths() if path != "/robots.txt" and "tdm" not in path]) == 1


def test_an_unreachable_robots_file_holds_the_host_back_without_judging_it(redis_url: str) -> None:
    with Site({"/robots.txt": Answer(b"", 500), "/": page("x")}) as site:
        result = crawl([site.url()], settings(redis_url, site, FRONTIER_WAIT=1))
        assert result.failures[0]["meta"]["radar_outcome"] == "unreachable"
        again = crawl([site.url("/?again")], settings(redis_url, site, FRONTIER_WAIT=1))
        assert again.pages == []
        assert site.paths() == ["/robots.txt"]


def test_a_refused_address_is_one_dead_letter_and_is_not_tried_again(redis_url: str) -> None:
    with Site({"/": page("secret")}) as hidden:
        result = crawl([hidden.url()], settings(redis_url))
        assert [failure["kind"] for failure in result.failures] == ["AddressRefused"]

        async def dead(frontier: Frontier) -> list[str]:
            return [letter.reason for letter in await frontier.dead()]

        [reason] = on_frontier(redis_url, dead)  # type: ignore[misc]
        assert "loopback" in reason
        assert hidden.asked == []
