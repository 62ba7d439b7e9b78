"""What all workers know together about hosts: robots files, and how often a host refused."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlsplit

from redis.asyncio import Redis

from radar.frontier.connection import translated

_DEFAULT_PORTS = {"http": 80, "https": 443}


def host_key(url: str) -> str:
    """What a delay applies to: the host name, and the port if it is not the scheme's own.

    >>> host_key("https://Forum.example:443/t/1"), host_key("http://127.0.0.1:8080/")
    ('forum.example', '127.0.0.1:8080')
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "invalid"
    if port is None or port == _DEFAULT_PORTS.get(parts.scheme):
        return host
    return f"{host}:{port}"


class Hosts:
    """Shared host state; raises FrontierUnavailable while Redis is away."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._prefix = prefix

    async def get_robots(self, origin: str) -> bytes | None:
        """What ``put_robots`` kept for an origin (``https://host:port``), or None."""
        with translated():
            return cast("bytes | None", await self._redis.get(f"{self._prefix}:robots:{origin}"))

    async def put_robots(self, origin: str, value: bytes, ttl: float) -> None:
        """Keeps a robots answer for ``ttl`` seconds, for all workers."""
        with translated():
            await self._redis.set(f"{self._prefix}:robots:{origin}", value, px=max(1, int(ttl * 1000)))

    async def strike(self, host: str, forgive_after: float) -> int:
        """Counts a refusal and returns how many there are; quiet ``forgive_after`` seconds forget them."""
        name = f"{self._prefix}:strikes:{host}"
        with translated():
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.incr(name)
                pipe.pexpire(name, max(1, int(forgive_after * 1000)))
                count, _ = await pipe.execute()
        return int(count)

    async def strikes(self, host: str) -> int:
        """How many refusals of a host are not forgiven yet."""
        with translated():
            return int(await self._redis.get(f"{self._prefix}:strikes:{host}") or 0)

    async def forgive(self, host: str) -> None:
        """Forgets a host's refusals."""
        with translated():
            await self._redis.delete(f"{self._prefix}:strikes:{host}")
