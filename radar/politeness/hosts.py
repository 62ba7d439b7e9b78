"""What is known of hosts beyond one request: shared through the frontier, or kept here without it."""

from __future__ import annotations

from time import monotonic
from typing import Protocol, cast

from scrapy.crawler import Crawler


class HostMemory(Protocol):
    """The part of ``radar.frontier.hosts.Hosts`` that manners need; see there."""

    async def get_robots(self, origin: str) -> bytes | None:
        """What ``put_robots`` kept, or None."""

    async def put_robots(self, origin: str, value: bytes, ttl: float) -> None:
        """Keep ``value`` for ``ttl`` seconds."""

    async def strike(self, host: str, forgive_after: float) -> int:
        """Count a refusal, forgotten after ``forgive_after`` quiet seconds; returns how many there are."""

    async def strikes(self, host: str) -> int:
        """How many refusals are not forgotten."""


class OwnMemory:
    """The memory of a crawl that runs without the frontier (``scrapy crawl`` with Scrapy's own scheduler)."""

    def __init__(self) -> None:
        self._robots: dict[str, tuple[bytes, float]] = {}
        self._strikes: dict[str, tuple[int, float]] = {}

    async def get_robots(self, origin: str) -> bytes | None:
        """What ``put_robots`` kept, or None."""
        value, until = self._robots.get(origin, (b"", 0.0))
        return value if until > monotonic() else None

    async def put_robots(self, origin: str, value: bytes, ttl: float) -> None:
        """Keep ``value`` for ``ttl`` seconds."""
        self._robots[origin] = value, monotonic() + ttl

    async def strike(self, host: str, forgive_after: float) -> int:
        """Count a refusal, forgotten after ``forgive_after`` quiet seconds; returns how many there are."""
        count = await self.strikes(host) + 1
        self._strikes[host] = count, monotonic() + forgive_after
        return count

    async def strikes(self, host: str) -> int:
        """How many refusals are not forgotten."""
        count, until = self._strikes.get(host, (0, 0.0))
        return count if until > monotonic() else 0


class Memory:
    """Finds the crawl's ``HostMemory`` when it is first needed: the scheduler exists only then."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._own = OwnMemory()

    @property
    def hosts(self) -> HostMemory:
        """The frontier's memory if the crawl has a frontier, else the crawl's own."""
        engine = self._crawler.engine
        frontier = getattr(engine.scheduler if engine else None, "frontier", None)
        return cast(HostMemory, frontier.hosts) if frontier is not None else self._own
