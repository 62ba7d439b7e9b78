"""A connection to Redis, from a URL or from the settings that scrapy-redis made common."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import BusyLoadingError, RedisError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from scrapy.settings import BaseSettings

from radar.errors import FrontierError, FrontierUnavailable

# A dead server is noticed in seconds: whoever waits for it keeps its work and tries again.
_DEFAULTS: dict[str, Any] = {"socket_timeout": 5, "socket_connect_timeout": 5}
_SETTINGS = {"REDIS_HOST": "host", "REDIS_PORT": "port", "REDIS_DB": "db"}
# scrapy-redis takes these for its own clients; here they mean nothing.
_IGNORED = frozenset({"redis_cls", "decode_responses", "encoding", "retry_on_timeout"})


@contextmanager
def translated() -> Iterator[None]:
    """Turns what the driver raises into FrontierUnavailable (try again) or FrontierError."""
    try:
        yield
    except (RedisConnectionError, RedisTimeoutError, BusyLoadingError, OSError) as error:
        raise FrontierUnavailable(f"Redis cannot be reached: {error}") from error
    except RedisError as error:
        raise FrontierError(f"Redis refused: {error}") from error


def connect(url: str | None, **params: Any) -> Redis:
    """A client for ``url`` or for host, port and db in ``params``; connects when first used."""
    options = {**_DEFAULTS, "retry": Retry(ExponentialBackoff(cap=1.0, base=0.05), 1), **params}
    try:
        return Redis.from_url(url, **options) if url else Redis(**options)
    except (ValueError, TypeError) as error:
        raise FrontierError(f"REDIS_URL or REDIS_PARAMS cannot be used: {error}") from error


def connect_from_settings(settings: BaseSettings) -> Redis:
    """Reads ``REDIS_URL``, ``REDIS_PARAMS``, ``REDIS_HOST``, ``REDIS_PORT`` and ``REDIS_DB``."""
    params = {k: v for k, v in settings.getdict("REDIS_PARAMS").items() if k not in _IGNORED}
    for name, param in _SETTINGS.items():
        if settings.get(name) is not None:
            params[param] = settings.get(name)
    url = settings.get("REDIS_URL") or params.pop("url", None)
    params.pop("url", None)
    return connect(url, **params)


async def check_server(redis: Redis) -> None:
    """Raises FrontierError if this Redis would lose requests: too old, or set up to evict keys."""
    with translated():
        info = await redis.info("server")
        memory = await redis.info("memory")
    version = str(info.get("redis_version", "0"))
    if int(version.split(".")[0]) < 7:
        raise FrontierError(f"Redis {version} is too old: 7.0 or later, or Valkey 8 or later, is needed.")
    policy = memory.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        raise FrontierError(
            f"Redis has maxmemory-policy {policy} and may throw queued requests away: set it to noeviction."
        )
