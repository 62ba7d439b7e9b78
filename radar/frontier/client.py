"""The frontier itself: a queue of requests in Redis that loses nothing, shared by all workers.

:class:`Frontier` knows nothing of Scrapy's engine; the scheduler, the command line and the metrics use it.
Times are in seconds at this border and in milliseconds inside Redis.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self, TypeVar

from redis.asyncio import Redis

from radar.frontier.connection import check_server, connect, translated
from radar.frontier.dead import DeadLetter, DeadLetters
from radar.frontier.hosts import Hosts
from radar.frontier.scripts import EpochChanged, Scripts
from radar.frontier.stats import Stats, read_stats

T = TypeVar("T")

# The seen-set is split so that each part stays in Redis' 8-byte-an-entry encoding (intset, at most 512):
# without a visit up to about a million pages a period, in a visit up to about 30,000. Beyond, it still works
# and takes some 50 bytes an entry.
OPEN_ENDED_SHARDS = 4096
VISIT_SHARDS = 64


class Entry(NamedTuple):
    """A request to be queued. ``fingerprint`` None: do not ask the seen-set; ``due_in`` seconds."""

    id: bytes
    spider: str
    host: str
    body: bytes
    priority: int = 0
    due_in: float = 0.0
    visit: str = ""
    fingerprint: bytes | None = None


class Ending(NamedTuple):
    """What became of a leased request, see ``lua/complete.lua``."""

    id: bytes
    host: str
    fence: int
    outcome: str
    after: float = 0.0
    gap: float = 0.0
    block: float = 0.0
    delay: float | None = None
    counts: bool = True
    reason: str = ""


class HostLease(NamedTuple):
    """A host that this worker holds, its delay in seconds, and the (id, attempt, body) it may work on."""

    host: str
    fence: int
    delay: float
    requests: list[tuple[bytes, int, bytes]]


class Ask(NamedTuple):
    """How many requests of which spider a worker wants now, at most ``per_host`` of one host."""

    spider: str
    limit: int
    per_host: int


class State(NamedTuple):
    """How a spider's part of the frontier stands; ``next_due`` in seconds, None if nothing waits for a time."""

    total: int
    leased: int
    delayed: int
    hosts_ready: int
    next_due: float | None


@dataclass(slots=True)
class Exchanged:
    """The answers to one :meth:`Frontier.exchange`."""

    done: list[int] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    leases: list[HostLease] = field(default_factory=list)
    state: State | None = None


class Frontier:
    """A client of one frontier. Methods raise FrontierUnavailable while Redis is away, else FrontierError.

    ``lease``: seconds until the requests of a silent worker go to another. ``hold``: for how many seconds of
    a host's delays one lease may last. ``seen``: seconds that a page counts as seen in its visit (kept up to
    twice as long). ``delay``: of hosts that have none of their own.
    """

    def __init__(
        self,
        redis: Redis,
        key: str = "radar",
        *,
        lease: float = 60.0,
        attempts: int = 5,
        delay: float = 0.0,
        hold: float = 10.0,
        seen: float = 7 * 86400.0,
    ) -> None:
        self.redis = redis
        self.prefix = f"{{{key}}}"
        self.scripts = Scripts(redis, self.prefix)
        self.hosts = Hosts(redis, self.prefix)
        self.lease = lease
        self.attempts = attempts
        self.default_delay = delay
        self.hold = hold
        self.seen = seen
        self._dead = DeadLetters(redis, self.prefix)

    @classmethod
    async def open(cls, url: str, key: str = "radar", **options: Any) -> Self:
        """A frontier that is checked and ready."""
        frontier = cls(connect(url), key, **options)
        await frontier.start()
        return frontier

    async def start(self) -> None:
        """Checks the server and learns the epoch; raises FrontierError with one sentence if it will not do."""
        await check_server(self.redis)
        await self.epoch()

    async def close(self) -> None:
        """Gives the connections back."""
        await self.redis.aclose()

    async def epoch(self) -> str:
        """The name of this Redis' life: a new one after it was emptied or replaced."""
        self.scripts.epoch = ""
        with translated():
            epoch: bytes = await self.scripts.run("open", [secrets.token_hex(8)])
        self.scripts.epoch = epoch.decode()
        return self.scripts.epoch

    async def enqueue(self, entries: Sequence[Entry]) -> list[bool]:
        """Stores requests and tells of each whether it is in (False: seen before). Safe to repeat."""
        rows = [
            (
                e.id,
                e.spider,
                e.host,
                e.priority,
                _ms(e.due_in),
                e.visit,
                *(("", "") if e.fingerprint is None else _seen_place(e.fingerprint, e.visit)),
                e.body,
            )
            for e in entries
        ]
        with translated():
            return [bool(x) for x in await self.scripts.run("enqueue", [_ms(self.seen), rows])]

    async def exchange(
        self,
        endings: Sequence[Ending] = (),
        renewals: Sequence[tuple[str, int]] = (),
        ask: Ask | None = None,
    ) -> Exchanged:
        """Hands in what ended, keeps leases alive and takes new ones, in one round trip.

        Raises EpochChanged if Redis is another than before: all leases are void then.
        """
        calls: list[tuple[str, Sequence[Any]]] = []
        if endings:
            rows = [
                (
                    e.id,
                    e.host,
                    e.fence,
                    e.outcome,
                    _ms(e.after),
                    math.ceil(e.gap * 1000),
                    _ms(e.block),
                    -1 if e.delay is None else _ms(e.delay),
                    int(e.counts),
                    e.reason,
                )
                for e in endings
            ]
            calls.append(("complete", [self.attempts, rows]))
        if renewals:
            calls.append(("renew", [_ms(self.lease), renewals]))
        if ask:
            times = (_ms(self.hold), _ms(self.lease), _ms(self.default_delay), 2 * self.attempts)
            calls.append(("lease", [*ask, *times]))
        with translated():
            answers = dict(zip((name for name, _ in calls), await self.scripts.run_all(calls), strict=True))
        result = Exchanged(
            done=answers.get("complete", []), lost=[h.decode() for h in answers.get("renew", [])]
        )
        if "lease" in answers:
            leases, (total, leased, delayed, hosts, due) = answers["lease"]
            result.leases = [
                HostLease(h.decode(), fence, delay / 1000, reqs) for h, fence, delay, reqs in leases
            ]
            result.state = State(total, leased, delayed, hosts, None if due < 0 else due / 1000)
        return result

    async def open_visit(self, source: str, grace: float | None = None) -> str | None:
        """A new visit of a source, or None if one is open. Without any request it is finished after ``grace``."""

        async def run() -> str | None:
            args = [source, _ms(self.lease if grace is None else grace), self.scripts.epoch]
            opened = await self.scripts.run("open_visit", args)
            return opened[0].decode() if opened else None

        return await self._whatever_epoch(run)

    async def finished_visits(self, limit: int, hide: float) -> list[tuple[str, str]]:
        """(visit, source) of visits of which nothing is outstanding.

        Each is shown again after ``hide`` seconds until it is closed.
        """

        async def run() -> list[tuple[str, str]]:
            found = await self.scripts.run("finished_visits", [limit, _ms(hide)])
            return [(visit.decode(), source.decode()) for visit, source in found]

        return await self._whatever_epoch(run)

    async def close_visit(self, visit: str) -> bool:
        """Forgets a visit and its seen-set; False if there was none."""

        async def run() -> bool:
            return bool((await self.scripts.run("close_visit", [visit, _ms(self.seen), VISIT_SHARDS]))[0])

        return await self._whatever_epoch(run)

    async def stats(self) -> Stats:
        """Depths, leases, dead letters, visits, counters and rates, for people and metrics."""
        with translated():
            return await read_stats(self.redis, self.prefix)

    async def dead(self, limit: int = 100) -> list[DeadLetter]:
        """The dead letters, the youngest first."""
        with translated():
            return await self._dead.youngest(limit)

    async def retry_dead(self, ids: Sequence[str] | None = None) -> int:
        """Puts dead letters (all by default) back into their queues; returns how many."""

        async def run() -> int:
            done = 0
            for batch in await self._dead.batches(ids):
                done += len(await self.scripts.run("retry_dead", [batch]))
            return done

        return await self._whatever_epoch(run)

    async def purge_dead(self, ids: Sequence[str] | None = None) -> int:
        """Deletes dead letters (all by default) for good; returns how many."""
        with translated():
            return await self._dead.purge(ids)

    async def _whatever_epoch(self, run: Callable[[], Coroutine[Any, Any, T]]) -> T:
        with translated():
            try:
                return await run()
            except EpochChanged:
                await self.epoch()
                return await run()


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _seen_place(fingerprint: bytes, visit: str) -> tuple[int, str]:
    """The shard and the member: 64 bits of the fingerprint, as the integer that Redis packs best.

    Two of n pages fall on one member with a probability of about n² / 2^65: 3e-8 for a million pages.
    """
    shards = VISIT_SHARDS if visit else OPEN_ENDED_SHARDS
    shard = int.from_bytes(fingerprint[:2], "big") % shards
    return shard, str(int.from_bytes(fingerprint[2:10], "big", signed=True))
