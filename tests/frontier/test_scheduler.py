"""Stock Scrapy on the frontier: what is acknowledged, what is retried, what is buried."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from itertools import pairwise
from typing import Any, TypeVar

import msgpack
import pytest
import redis

from radar.errors import FrontierError
from radar.frontier import Frontier
from radar.frontier.client import Ask, Ending, Entry
from tests.frontier.crawls import Seeded, Stock, crawl, crawls
from tests.rediserver import RedisServer, free_port
from tests.servers import Answer, Asked, Site, redirect

T = TypeVar("T")


def says(**page: Any) -> Answer:
    return Answer(json.dumps(page).encode(), 200, {"Content-Type": "application/json"})


def ask(url: str, question: Callable[[Frontier], Awaitable[T]]) -> T:
    async def run() -> T:
        frontier = await Frontier.open(url)
        try:
            return await question(frontier)
        finally:
            await frontier.close()

    return asyncio.run(run())


@pytest.fixture
def url(server: RedisServer) -> str:
    server.wipe()
    return server.url


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


def test_a_stock_spider_crawls_and_leaves_nothing_behind(url: str, site: Site) -> None:
    pages = {f"/{n}": says() for n in range(1, 30)}
    site.table = {"/": says(follow=[site.url(p) for p in pages] * 2), **pages, "/old": redirect("/1")}
    result = crawl(Stock, url, [site.url("/"), site.url("/old")])
    assert sorted(item["url"] for item in result.items) == sorted(site.url(p) for p in ["/", *pages])
    assert {outcome for _, outcome in result.outcomes} == {"ok"}
    assert len(result.outcomes) == 31, "the redirect is one too"
    stats = ask(url, lambda f: f.stats())
    assert (stats.spiders["stock"].total, stats.hosts_leased, stats.dead) == (0, 0, 0)
    assert result.stats["frontier/filtered"] == 29 + 1
    assert result.stats["finish_reason"] == "finished"


def test_a_page_whose_item_fails_is_retried_then_buried_and_can_be_replayed(url: str, site: Site) -> None:
    site.table = {"/": says(bad=True, follow=[site.url("/1")]), "/1": says()}
    result = crawl(Stock, url, [site.url("/")])
    assert [o for u, o in result.outcomes if u == site.url("/")] == ["retry", "retry", "dead"]
    [letter] = ask(url, lambda f: f.dead())
    assert (letter.url, letter.reason) == (site.url("/"), "item: ValueError: this item is bad")
    assert (letter.spider, letter.host) == ("stock", site.netloc)

    site.table["/"] = says()
    assert ask(url, lambda f: f.retry_dead([letter.id])) == 1
    result = crawl(Stock, url, [])
    assert [item["url"] for item in result.items] == [site.url("/")]
    assert ask(url, lambda f: f.dead()) == []


def test_callbacks_that_raise_and_downloads_that_fail(url: str, site: Site) -> None:
    site.table = {
        "/": says(**{"raise": "broken page"}),
        "/e": says(errback=[f"http://127.0.0.1:{free_port()}/"]),
    }
    nobody = f"http://127.0.0.1:{free_port()}/"
    result = crawl(Stock, url, [site.url("/"), nobody, site.url("/e")])
    letters = {letter.url: letter.reason for letter in ask(url, lambda f: f.dead())}
    assert letters.keys() == {site.url("/"), nobody}
    assert letters[site.url("/")] == "callback: RuntimeError: broken page"
    assert letters[nobody].startswith("download: ")
    assert [item for item in result.items if "failure" in item], "an errback takes care of a failure"
    assert ask(url, lambda f: f.purge_dead()) == 2
    assert ask(url, lambda f: f.dead()) == []


def test_a_page_may_be_wanted_later_or_given_up(url: str, site: Site) -> None:
    site.table = {
        "/later": says(later=0.3),
        "/gone": says(give_up="gone for good"),
    }
    result = crawl(Stock, url, [site.url(p) for p in site.table], FRONTIER_MAX_ATTEMPTS=2)
    outcomes = {site.url(p): [o for u, o in result.outcomes if u == site.url(p)] for p in site.table}
    assert outcomes[site.url("/later")] == ["retry", "ok"]
    assert outcomes[site.url("/gone")] == ["dead"]
    times = [asked.at for asked in site.asked if asked.path == "/later"]
    assert times[1] - times[0] >= 0.3
    assert {letter.reason for letter in ask(url, lambda f: f.dead())} >= {"gone for good"}


def test_two_workers_keep_a_hosts_own_delay(url: str, site: Site) -> None:
    pages = [f"/{n}" for n in range(10)]
    site.table = {"/": says(delay=0.4, follow=[site.url(p) for p in pages])} | {p: says() for p in pages}
    results = crawls(Stock, url, [site.url("/")], 2, CONCURRENT_REQUESTS_PER_DOMAIN=1, FRONTIER_BATCH=4)
    assert sum(len(result.items) for result in results) == 11
    assert min(b.at - a.at for a, b in pairwise(site.asked)) >= 0.4


def test_a_blocked_host_is_left_alone_and_the_others_go_on(url: str, site: Site) -> None:
    with Site() as other:
        site.table = {"/": says(block=2.0), "/1": says()}
        other.table = {f"/{n}": says() for n in range(20)}
        urls = [site.url("/"), site.url("/1"), *(other.url(p) for p in other.table)]
        crawl(Stock, url, urls, CONCURRENT_REQUESTS_PER_DOMAIN=1)
        assert site.paths() == ["/", "/1"]
        assert site.asked[1].at - site.asked[0].at >= 1.9
        assert max(asked.at for asked in other.asked) < site.asked[1].at


def test_hostile_entries_are_buried_unread(url: str, site: Site) -> None:
    site.table = {"/": says()}
    bad = {
        b"1": b"\x01" + msgpack.packb({"u": site.url("/x"), "cb": "__init__"}),
        b"2": b"\x01" + msgpack.packb({"u": site.url("/x"), "c": "os.system"}),
        b"3": b"cos\nsystem\n(S'touch /tmp/owned'\ntR.",
        b"4": b"\x01" + msgpack.packb({"u": "file:///etc/passwd", "cb": "update_settings"}),
    }

    async def plant(frontier: Frontier) -> None:
        await frontier.enqueue([Entry(id_, "stock", "h", body) for id_, body in bad.items()])

    ask(url, plant)
    with redis.Redis.from_url(url) as client:
        client.hset("{radar}:body", "torn", b"\xc1\xff")
        client.zadd("{radar}:queue:stock:h", {"torn": -1, "absent": 0})
        client.hincrby("{radar}:total", "stock", 1)
    result = crawl(Stock, url, [site.url("/")])
    assert [item["url"] for item in result.items] == [site.url("/")]
    assert site.paths() == ["/"]
    reasons = {letter.id: letter.reason for letter in ask(url, lambda f: f.dead())}
    assert reasons.keys() == {*(id_.hex() for id_ in bad), b"torn".hex()}
    assert reasons[b"1".hex()] == "queue entry refused: '__init__' is no callback of this spider"


def test_what_cannot_be_queued_does_not_stop_the_crawl(url: str, site: Site) -> None:
    site.table = {"/": says(**{"lambda": [site.url("/1")]}, follow=[site.url("/2")]), "/2": says()}
    result = crawl(Stock, url, [site.url("/")])
    assert len(result.items) == 2
    assert result.stats["frontier/unqueueable"] == 1
    assert result.stats["log_count/ERROR"] == 1


def test_pages_share_their_round_trips(url: str, site: Site) -> None:
    site.table = {f"/{n}": says() for n in range(400)}
    result = crawl(Stock, url, [site.url(p) for p in site.table])
    assert len(result.items) == 400
    # About 30 on an idle machine; a busy one sees more exchanges, as they are also due by time.
    assert result.stats["frontier/round_trips"] < 200


@pytest.mark.parametrize("kind", ["list", "set", "zset"])
def test_start_urls_of_other_tools(url: str, site: Site, kind: str) -> None:
    site.table = {"/plain": says(), "/json": says()}
    data = [site.url("/plain"), json.dumps({"url": site.url("/json"), "meta": {"a": 1}}), "{broken", "no url"]
    with redis.Redis.from_url(url) as client:
        match kind:
            case "list":
                client.rpush("stock:start_urls", *data)
            case "set":
                client.sadd("stock:start_urls", *data)
            case _:
                client.zadd("stock:start_urls", {one: n for n, one in enumerate(data)})
        result = crawl(Stock, url, [])
        assert sorted(item["url"] for item in result.items) == [site.url("/json"), site.url("/plain")]
        assert not client.exists("stock:start_urls")


def test_start_urls_may_be_read_by_the_spider(url: str, site: Site) -> None:
    site.table = {f"/{n}": says() for n in range(50)}
    with redis.Redis.from_url(url) as client:
        client.rpush("elsewhere", *(site.url(p) for p in site.table))
    settings = {"REDIS_START_URLS_KEY": "elsewhere", "FRONTIER_BATCH": 16}
    assert len(crawl(Seeded, url, [], **settings).items) == 50


def test_an_evicting_redis_is_refused(url: str, site: Site) -> None:
    with redis.Redis.from_url(url) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        try:
            result = crawl(Stock, url, [site.url("/")], LOG_LEVEL="CRITICAL")
        finally:
            client.config_set("maxmemory-policy", "noeviction")
    assert result.items == []
    assert site.asked == []


def test_a_full_redis_holds_the_crawl_but_loses_nothing(url: str, site: Site) -> None:
    site.table = {f"/{n}": says() for n in range(20)}
    with redis.Redis.from_url(url) as client:

        async def fill_then_lease(frontier: Frontier) -> None:
            await frontier.enqueue([Entry(b"1", "s", "h", b"x")])
            client.config_set("maxmemory", 1)
            try:
                with pytest.raises(FrontierError, match=r"OOM|maxmemory"):
                    await frontier.enqueue([Entry(b"2", "s", "h", b"x")])
                got = await frontier.exchange(ask=Ask("s", 1, 1))
                [lease] = got.leases
                done = await frontier.exchange([Ending(b"1", "h", lease.fence, "ok")])
                assert done.done == [1], "what is done can be told also to a full Redis"
            finally:
                client.config_set("maxmemory", 0)
            assert await frontier.enqueue([Entry(b"2", "s", "h", b"x")]) == [True]

        ask(url, fill_then_lease)


def test_a_crawl_on_a_full_redis_goes_on_when_there_is_room(url: str, site: Site) -> None:
    with redis.Redis.from_url(url) as client:

        def fill(asked: Asked) -> Answer:
            """While this page is on its way Redis gets full; half a second after its children it has room."""
            client.config_set("maxmemory", 1)
            threading.Timer(1.5, client.config_set, ("maxmemory", 0)).start()
            return says(follow=[site.url(f"/{n}") for n in range(10)])

        site.table = {"/": fill, **{f"/{n}": says() for n in range(10)}}
        result = crawl(Stock, url, [site.url("/")], LOG_LEVEL="ERROR")
    assert len(result.items) == 11
    assert result.stats["frontier/unavailable"] >= 1
    assert site.paths().count("/") == 1
