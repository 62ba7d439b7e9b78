"""Fetches, keeps and shares each origin's robots.txt and tdmrep.json.

Looked up in this order: this process, the memory that all workers share, the site. The frontier leases a host to
one worker at a time, and concurrent requests of this worker wait for one another here, so that all workers
together fetch each file once a day.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from time import time
from urllib.parse import urljoin

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from radar.errors import FrontierUnavailable
from radar.politeness.guard import AddressRefused
from radar.politeness.hosts import Memory
from radar.politeness.policy.optouts import Reservations, reservations
from radar.politeness.policy.robots import (
    MOST_BYTES,
    MOST_REDIRECTS,
    OLDEST,
    RETRY_AFTER_FAILURE,
    Robots,
    from_answer,
    origin,
)
from radar.politeness.policy.waiting import clock_of, retry_after

logger = logging.getLogger(__name__)

OWN = "radar_manners"
"""Marks the requests made here in their meta: no other rule applies to them."""
_KEPT = 2000
"""Origins kept in this process."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What an origin says about itself; ``until`` (Unix seconds) it may be used."""

    robots: Robots
    reservations: Reservations
    until: float


@dataclass(frozen=True, slots=True)
class _File:
    """A file as answered; status 0 means that no answer came."""

    status: int
    body: bytes
    until: float

    def to_bytes(self) -> bytes:
        return b"%d %d\n" % (self.status, int(self.until)) + self.body

    @classmethod
    def from_bytes(cls, value: bytes) -> _File | None:
        head, _, body = value.partition(b"\n")
        try:
            status, until = head.split(b" ")
            return cls(int(status), body, float(int(until)))
        except ValueError:
            return None


class Origins:
    """The rules of origins; ``token`` is the product token that robots files know us by."""

    def __init__(self, crawler: Crawler, token: str) -> None:
        self._crawler = crawler
        self._token = token
        self._memory = Memory(crawler)
        self._known: OrderedDict[str, Rules] = OrderedDict()
        self._locks: dict[str, asyncio.Lock] = {}
        crawler.signals.connect(self._cut, signals.bytes_received)

    async def rules(self, url: str) -> Rules:
        """The rules for ``url``. Raises AddressRefused if its host is, ValueError if it has none."""
        key = origin(url)
        if (known := self._fresh(key)) is not None:
            return known
        lock = self._locks.setdefault(key, asyncio.Lock())
        try:
            async with lock:
                if (known := self._fresh(key)) is not None:
                    return known
                rules = await self._load(key)
                self._known[key] = rules
                while len(self._known) > _KEPT:
                    self._known.popitem(last=False)
                return rules
        finally:
            if not lock.locked():
                self._locks.pop(key, None)

    def _fresh(self, key: str) -> Rules | None:
        known = self._known.get(key)
        return known if known is not None and known.until > time() else None

    async def _load(self, key: str) -> Rules:
        file = await self._file(key, "/robots.txt", essential=True)
        robots = from_answer(file.status or 599, file.body, self._token)
        if not robots.allows(f"{key}/.well-known/tdmrep.json"):
            return Rules(robots, Reservations(), file.until)
        tdm = await self._file(key, "/.well-known/tdmrep.json", essential=False)
        return Rules(robots, reservations(tdm.status or 599, tdm.body), min(file.until, tdm.until))

    async def _file(self, key: str, path: str, *, essential: bool) -> _File:
        name = key if path == "/robots.txt" else key + path
        try:
            shared = await self._memory.hosts.get_robots(name)
        except FrontierUnavailable:
            shared = None  # asking the site once too often is the lesser evil
        if shared is not None and (file := _File.from_bytes(shared)) is not None and file.until > time():
            return file
        file = await self._fetch(key + path, essential)
        try:
            await self._memory.hosts.put_robots(name, file.to_bytes(), max(file.until - time(), 1.0))
        except FrontierUnavailable:
            logger.info("Redis is away: %s is known to this process only", name)
        return file

    async def _fetch(self, url: str, essential: bool) -> _File:
        """Fetch with at most five redirects; what cannot be had is asked for again in ten minutes or so."""
        first, failed = url, RETRY_AFTER_FAILURE
        for _ in range(MOST_REDIRECTS + 1):
            try:
                response = await self._download(url)
            except AddressRefused:
                if url == first and essential:
                    raise
                return _File(0, b"", time() + failed)
            except Exception as error:
                logger.info("%s cannot be had: %s: %s", url, type(error).__name__, error)
                return _File(0, b"", time() + failed)
            target = _target(url, response)
            if target is None:
                return self._answered(response)
            url = target
        logger.info("%s redirects more than %d times: taken for absent", first, MOST_REDIRECTS)
        return _File(404, b"", time() + OLDEST)

    async def _download(self, url: str) -> Response:
        engine = self._crawler.engine
        assert engine is not None
        request = Request(
            url,
            headers={"Accept": "text/plain,application/json;q=0.9,*/*;q=0.1", "Accept-Encoding": "identity"},
            meta={OWN: True, "dont_redirect": True, "handle_httpstatus_all": True, "dont_cache": True},
            callback=NO_CALLBACK,
            dont_filter=True,
        )
        self._count("politeness/files_requested")
        return await engine.download_async(request)

    def _answered(self, response: Response) -> _File:
        status = response.status
        self._count(f"politeness/files_status/{status}")
        keep = OLDEST
        if status == 429 or status >= 500:
            now = datetime.now(UTC)
            headers = {"date": _text(response, "Date")}
            keep = max(
                retry_after(_text(response, "Retry-After"), clock_of(headers, now)) or 0.0,
                RETRY_AFTER_FAILURE,
            )
        return _File(status, response.body[:MOST_BYTES], time() + keep)

    def _cut(self, data: bytes, request: Request) -> None:
        """Stop reading a file of ours where the cap is: what is there by then counts."""
        if OWN in request.meta:
            received = request.meta["radar_received"] = request.meta.get("radar_received", 0) + len(data)
            if received > MOST_BYTES:
                raise StopDownload(fail=False)

    def _count(self, name: str) -> None:
        assert self._crawler.stats is not None
        self._crawler.stats.inc_value(name)


def _target(url: str, response: Response) -> str | None:
    if response.status not in {301, 302, 303, 307, 308} or not response.headers.get("Location"):
        return None
    try:
        target = urljoin(url, _text(response, "Location"))
        origin(target)
    except ValueError:
        return None
    return target if target.startswith(("http://", "https://")) else None


def _text(response: Response, name: str) -> str:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else ""
