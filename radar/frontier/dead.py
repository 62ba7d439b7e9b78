"""Dead letters: requests that failed too often or that no worker may run, kept until the owner decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgpack
from redis.asyncio import Redis

from radar.errors import CodecError
from radar.frontier.codec import unpack

_BATCH = 200


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One buried request; ``url`` is empty if the entry cannot be read."""

    id: str
    url: str
    reason: str
    at: datetime
    spider: str
    host: str
    visit: str


class DeadLetters:
    """Reads and deletes dead letters; putting them back is a script, see ``lua/retry_dead.lua``."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._times, self._bodies, self._reasons = (
            f"{prefix}:{n}" for n in ("dead", "dead-body", "dead-why")
        )

    async def youngest(self, limit: int) -> list[DeadLetter]:
        """The youngest ``limit`` letters, the youngest first."""
        found: Any = await self._redis.zrevrange(self._times, 0, max(0, limit - 1), withscores=True)
        if not found:
            return []
        ids = [id_ for id_, _ in found]
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hmget(self._bodies, ids)
            pipe.hmget(self._reasons, ids)
            bodies, reasons = await pipe.execute()
        return [
            _letter(id_, score, body or b"", reason or b"")
            for (id_, score), body, reason in zip(found, bodies, reasons, strict=True)
        ]

    async def batches(self, ids: Sequence[str] | None) -> list[list[bytes]]:
        """The raw ids of these (or of all) letters, in handy portions."""
        raw: list[Any] = (
            await self._redis.zrange(self._times, 0, -1) if ids is None else [_raw(i) for i in ids]
        )
        return [raw[i : i + _BATCH] for i in range(0, len(raw), _BATCH)]

    async def purge(self, ids: Sequence[str] | None) -> int:
        """Deletes these (or all) letters and returns how many there were."""
        gone = 0
        for batch in await self.batches(ids):
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.zrem(self._times, *batch)
                pipe.hdel(self._bodies, *batch)
                pipe.hdel(self._reasons, *batch)
                gone += int((await pipe.execute())[0])
        return gone


def _raw(id_: str) -> bytes:
    try:
        return bytes.fromhex(id_)
    except ValueError:
        return id_.encode()


def _letter(id_: bytes, score: float, value: bytes, reason: bytes) -> DeadLetter:
    spider = host = visit = url = ""
    unpacker = msgpack.Unpacker(raw=False, unicode_errors="replace")
    unpacker.feed(value)
    try:
        spider, host, visit, _ = unpacker.unpack()
        url = unpack(value[unpacker.tell() :])["u"]
    except (CodecError, ValueError, TypeError, msgpack.UnpackException):
        pass
    at = datetime.fromtimestamp(score / 1000, UTC)
    return DeadLetter(
        id_.hex(), url, reason.decode("utf-8", "replace"), at, str(spider), str(host), str(visit)
    )
