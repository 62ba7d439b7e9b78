"""How the frontier stands, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from redis.asyncio import Redis


@dataclass(frozen=True, slots=True)
class Depth:
    """The requests of one spider by state; they add up to ``total``."""

    total: int
    ready: int
    delayed: int
    leased: int


@dataclass(frozen=True, slots=True)
class Stats:
    """``counters`` count since the epoch began: enqueued, filtered, leased, ok, retry, release, dead, expired, stale.

    ``hosts_paused``: hosts that nobody may ask at the moment (delay, Retry-After). ``rates``: requests
    finished per host in the last whole minute, the busiest first.
    """

    spiders: Mapping[str, Depth]
    hosts_leased: int
    hosts_paused: int
    dead: int
    visits: int
    counters: Mapping[str, int]
    rates: Mapping[str, int]


async def read_stats(redis: Redis, prefix: str) -> Stats:
    """Reads everything in two round trips; the numbers are of about the same moment."""
    async with redis.pipeline(transaction=False) as pipe:
        pipe.smembers(f"{prefix}:spiders")
        pipe.time()
        names, (seconds, micros) = await pipe.execute()
    spiders = sorted(name.decode() for name in names)
    now = seconds * 1000 + micros // 1000
    async with redis.pipeline(transaction=False) as pipe:
        for name in ("total", "leased", "stats"):
            pipe.hgetall(f"{prefix}:{name}")
        pipe.hlen(f"{prefix}:lease")
        pipe.zcount(f"{prefix}:pause", now, "+inf")
        pipe.zcard(f"{prefix}:dead")
        pipe.hlen(f"{prefix}:visit-of")
        pipe.hgetall(f"{prefix}:rate:{now // 60000 - 1}")
        for spider in spiders:
            pipe.zcard(f"{prefix}:delayed:{spider}")
        total, leased, counters, hosts, paused, dead, visits, rates, *delayed = await pipe.execute()
    depths = {}
    for spider, waiting in zip(spiders, delayed, strict=True):
        all_, held = int(total.get(spider.encode(), 0)), int(leased.get(spider.encode(), 0))
        depths[spider] = Depth(all_, max(0, all_ - held - waiting), waiting, held)
    busiest = sorted(((host.decode(), int(n)) for host, n in rates.items()), key=lambda pair: -pair[1])
    return Stats(
        spiders=depths,
        hosts_leased=hosts,
        hosts_paused=paused,
        dead=dead,
        visits=visits,
        counters={name.decode(): int(n) for name, n in counters.items()},
        rates=dict(busiest[:100]),
    )
