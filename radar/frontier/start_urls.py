"""scrapy-redis's way in: a list, set or sorted set that other tools push URLs to.

An element is taken out only after its request is in the frontier, and one worker drains at a time, so a crash
on the way loses nothing and queues nothing twice.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, cast

from redis.asyncio import Redis
from scrapy import Request, Spider
from scrapy.settings import BaseSettings

from radar.frontier.client import Entry
from radar.frontier.connection import translated

logger = logging.getLogger(__name__)

_LOCK_MS = 30_000
_FIELDS = frozenset(
    {"url", "method", "headers", "body", "meta", "cb_kwargs", "priority", "encoding", "flags"}
)


def request_from_data(data: bytes, encoding: str = "utf-8") -> Request:
    """The request of an element: a plain URL, or JSON with ``url`` and other fields of a Request.

    Raises ValueError if it is neither.
    """
    text = data.decode(encoding).strip()
    if not text.startswith("{"):
        return Request(text, dont_filter=True)
    fields = json.loads(text)
    if not isinstance(fields.get("url"), str):
        raise ValueError("no url in it")
    return Request(dont_filter=True, **{k: v for k, v in fields.items() if k in _FIELDS})


class StartUrls:
    """Drains ``<spider>:start_urls`` (or what ``redis_key`` and REDIS_START_URLS_KEY say) in bounded batches."""

    def __init__(
        self,
        redis: Redis,
        prefix: str,
        spider: Spider,
        settings: BaseSettings,
        queue: Callable[[Request, bytes], Entry | None],
        store: Callable[[list[Entry]], Awaitable[Any]],
        batch: int,
    ) -> None:
        pattern = getattr(spider, "redis_key", None) or settings.get(
            "REDIS_START_URLS_KEY", "%(name)s:start_urls"
        )
        self.key: str = pattern % {"name": spider.name}
        self._redis = redis
        self._lock = f"{prefix}:drain:{spider.name}"
        self._make = getattr(spider, "make_request_from_data", None)
        self._encoding = settings.get("REDIS_ENCODING", "utf-8")
        self._queue = queue
        self._store = store
        self._batch = batch

    async def drain(self) -> bool:
        """Moves one batch; True if there was one. The type of the key decides how it is read."""
        with translated():
            if not await self._redis.exists(self.key):
                return False
            token = secrets.token_hex(8)
            if not await self._redis.set(self._lock, token, nx=True, px=_LOCK_MS):
                return False
            try:
                kind = cast("bytes", await self._redis.type(self.key)).decode()
                elements = await self._peek(kind)
                entries = [entry for data in elements for entry in self._entries(data)]
                if entries:
                    await self._store(entries)
                await self._remove(kind, elements)
            finally:
                if await self._redis.get(self._lock) == token.encode():
                    await self._redis.delete(self._lock)
            return bool(elements)

    async def _peek(self, kind: str) -> list[bytes]:
        match kind:
            case "list":
                return cast(
                    "list[bytes]",
                    await cast("Awaitable[Any]", self._redis.lrange(self.key, 0, self._batch - 1)),
                )
            case "set":
                found = await cast("Awaitable[Any]", self._redis.srandmember(self.key, self._batch))
                return cast("list[bytes]", found)
            case "zset":
                return cast("list[bytes]", await self._redis.zrevrange(self.key, 0, self._batch - 1))
        logger.error("%s is a %s; start URLs come from a list, a set or a sorted set", self.key, kind)
        return []

    async def _remove(self, kind: str, elements: list[bytes]) -> None:
        if not elements:
            return
        async with self._redis.pipeline(transaction=False) as pipe:
            match kind:
                case "list":
                    for data in elements:
                        pipe.lrem(self.key, 1, data)  # type: ignore[arg-type]
                case "set":
                    pipe.srem(self.key, *elements)
                case _:
                    pipe.zrem(self.key, *elements)
            await pipe.execute()

    def _entries(self, data: bytes) -> Iterable[Entry]:
        try:
            made = self._make(data) if self._make else request_from_data(data, self._encoding)
        except Exception as error:
            logger.error("Start URL refused: %r: %s", data[:200], error)
            return
        for n, request in enumerate(made if isinstance(made, Iterable) else [made]):
            if isinstance(request, Request):
                id_ = hashlib.blake2b(b"%d %s" % (n, data), digest_size=12).digest()
                if entry := self._queue(request, id_):
                    yield entry
