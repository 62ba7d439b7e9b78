"""What a request costs Redis: memory queued and seen, round trips, bytes and CPU, by the number of URLs.

python benchmarks/frontier_redis.py [--sizes 10000 100000 1000000] [--hosts 10000] [--steps 20000]

The frontier is filled with requests as the forum spider makes them, then worked on for ``--steps`` requests the
way a worker does: 64 endings, 64 children and 64 new leases an exchange, so its size stays what it is. Memory
is the growth of ``used_memory``: for seen URLs with everything else deleted, for queued URLs what is beyond that.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

from _frontier_servers import valkey
from scrapy import Request, Spider

from radar.frontier.client import Ask, Ending, Entry, Frontier
from radar.frontier.codec import Codec

BATCH = 64


class Forum(Spider):
    name = "forum"

    def parse(self, response: Any) -> None: ...


class Cost(NamedTuple):
    """Of one size: bytes a queued and a seen URL; a request's round trips, bytes in and out, and CPU in µs."""

    queued: float
    seen: float
    trips: float
    received: float
    sent: float
    cpu: float


def entries(hosts: int) -> Iterator[Entry]:
    """Requests for ever, host after host."""
    spider = Forum()
    codec = Codec(spider)
    for n in itertools.count():
        host = f"forum-{n % hosts}.example"
        url = f"https://{host}/thread/{n}-how-do-i-connect-a-scanner/page-2"
        task = {"source": "forum", "visit": "", "software": "xenforo", "language": "de", "kind": "thread"}
        body = codec.encode(Request(url, callback=spider.parse, meta={"radar": task, "depth": 1}))
        fingerprint = hashlib.sha1(url.encode()).digest()
        yield Entry(n.to_bytes(12, "big"), "forum", host, body, fingerprint=fingerprint)


async def memory(frontier: Frontier) -> int:
    return int((await frontier.redis.info("memory"))["used_memory"])


async def fill(frontier: Frontier, source: Iterator[Entry], size: int) -> None:
    for start in range(0, size, 500):
        await frontier.enqueue(list(itertools.islice(source, min(500, size - start))))


async def leave_the_seen(frontier: Frontier) -> None:
    names = [name async for name in frontier.redis.scan_iter(count=1000) if b":seen:" not in name]
    for start in range(0, len(names), 1000):
        await frontier.redis.delete(*names[start : start + 1000])
    while (await frontier.redis.info("memory"))["lazyfree_pending_objects"]:  # noqa: ASYNC110
        await asyncio.sleep(0.1)


async def work(frontier: Frontier, source: Iterator[Entry], steps: int) -> tuple[float, float, float, float]:
    async def counters() -> tuple[int, int, int, float]:
        info = await frontier.redis.info()
        cpu = float(info["used_cpu_user"]) + float(info["used_cpu_sys"])
        trips = frontier.scripts.round_trips
        return trips, info["total_net_input_bytes"], info["total_net_output_bytes"], cpu

    before, done, endings = await counters(), 0, list[Ending]()
    while done < steps:
        await frontier.enqueue(list(itertools.islice(source, BATCH)))
        got = await frontier.exchange(endings, (), Ask("forum", BATCH, BATCH // 4))
        endings = [
            Ending(q[0], lease.host, lease.fence, "ok") for lease in got.leases for q in lease.requests
        ]
        done += len(endings)
    await frontier.exchange(endings)
    after = await counters()
    trips, received, sent, cpu = ((b - a) / done for a, b in zip(before, after, strict=True))
    return trips, received, sent, cpu * 1e6


async def measure(url: str, size: int, hosts: int, steps: int) -> Cost:
    frontier = await Frontier.open(url)
    try:
        source = entries(hosts)
        await work(frontier, source, BATCH)  # the server's scripts and buffers are not the URLs'
        empty = await memory(frontier)
        await fill(frontier, source, size)
        full = await memory(frontier) - empty
        costs = await work(frontier, source, steps)
        await leave_the_seen(frontier)
        seen = (await memory(frontier) - empty) / (size + steps)
        return Cost(full / size - seen, seen, *costs)
    finally:
        await frontier.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--hosts", type=int, default=10_000)
    parser.add_argument("--steps", type=int, default=20_000)
    args = parser.parse_args()
    print(f"{args.hosts} hosts, {args.steps} requests worked on at each size, batches of {BATCH}\n")
    print("| URLs | B a queued URL | B a seen URL | round trips a request | B in | B out | Redis CPU µs |")
    print("|---|---|---|---|---|---|---|")
    for size in args.sizes:
        with valkey() as url:
            c = asyncio.run(measure(url, size, args.hosts, args.steps))
        print(
            f"| {size} | {c.queued:.0f} | {c.seen:.1f} | {c.trips:.3f} | {c.received:.0f} | {c.sent:.0f} "
            f"| {c.cpu:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
