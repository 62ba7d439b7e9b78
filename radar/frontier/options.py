"""The settings of the frontier, read once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from scrapy.settings import BaseSettings

from radar.errors import FrontierError


@dataclass(frozen=True, slots=True)
class Options:
    """Times in seconds. ``docs/frontier.md`` says what each is for."""

    key: str = "radar"
    lease: float = 60.0
    attempts: int = 5
    batch: int = 128
    retry_delay: float = 30.0
    wait: float = 75.0
    forever: bool = False
    hold: float = 10.0
    seen: float = 7 * 86400.0
    stop: float = 12.0
    hard_exit: bool = False
    max_bytes: int = 256 * 1024
    start_urls: bool = True
    delay: float = 0.0
    concurrency: int = 8

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """Reads FRONTIER_* and Scrapy's own DOWNLOAD_DELAY and CONCURRENT_REQUESTS_PER_DOMAIN."""
        lease = settings.getfloat("FRONTIER_LEASE", 60.0)
        options = cls(
            key=settings.get("FRONTIER_KEY", "radar"),
            lease=lease,
            attempts=settings.getint("FRONTIER_MAX_ATTEMPTS", 5),
            batch=settings.getint("FRONTIER_BATCH", 128),
            retry_delay=settings.getfloat("FRONTIER_RETRY_DELAY", 30.0),
            wait=settings.getfloat("FRONTIER_WAIT", lease * 1.25),
            forever=settings.getbool("FRONTIER_FOREVER", False),
            hold=settings.getfloat("FRONTIER_HOLD", 10.0),
            seen=settings.getfloat("FRONTIER_SEEN", 7 * 86400.0),
            stop=settings.getfloat("FRONTIER_STOP_TIMEOUT", 12.0),
            hard_exit=settings.getbool("FRONTIER_HARD_EXIT", False),
            max_bytes=settings.getint("FRONTIER_MAX_REQUEST_BYTES", 256 * 1024),
            start_urls=settings.getbool("FRONTIER_START_URLS", True),
            delay=settings.getfloat("DOWNLOAD_DELAY"),
            concurrency=settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") or 1_000_000,
        )
        if options.lease < 1 or options.attempts < 1 or options.batch < 1 or options.seen < 1:
            raise FrontierError(
                "FRONTIER_LEASE, FRONTIER_MAX_ATTEMPTS, FRONTIER_BATCH and FRONTIER_SEEN must be at least 1."
            )
        if not options.key or set(options.key) & set("{}"):
            raise FrontierError("FRONTIER_KEY must be a name without braces.")
        return options
