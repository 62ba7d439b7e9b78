"""Where Scrapy meets the configuration: one add-on turns ``Config`` into settings and services.

``scrapy crawl``, scrapyd and ``radar run`` all come through here, so all of them use the same
``radar.toml``, the same Postgres and the same queue. What is given with ``-s`` wins.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from radar import config as configuration
from radar import embedded
from radar.config import Config
from radar.frontier.scheduler import Scheduler
from radar.opening import open_store
from radar.store import Store


class RadarAddon:
    """Fill in what ``radar.settings`` cannot know; keep the one ``Store`` that a crawler's parts share."""

    def __init__(self) -> None:
        self._opening = threading.Lock()
        self._store: Store | None = None
        self._database_url = ""
        self._config: Config | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Close the store when the engine has stopped."""
        addon = cls()
        crawler.signals.connect(addon.engine_stopped, signals.engine_stopped)
        return addon

    def update_settings(self, settings: BaseSettings) -> None:
        """Read the configuration, start embedded servers where none are configured."""
        config = configuration.load()
        services = embedded.services(
            config.home,
            database_url=settings.get("RADAR_DATABASE_URL") or config.database_url,
            redis_url=settings.get("REDIS_URL") or config.redis_url,
        )
        self._config = config
        self._database_url = services.database_url
        for name, value in {
            "RADAR_CONFIG": config,
            "REDIS_URL": services.redis_url,
            "RADAR_PRIVATE_HOSTS": list(config.private_hosts),
            "RADAR_CLASSIFIER": config.classifier,
            "RADAR_METRICS_PORT": config.metrics_port,
            "USER_AGENT": config.user_agent,
        }.items():
            settings.set(name, value, priority="project")

    def store(self) -> Store:
        """The crawler's store, opened, migrated and told of ``radar.toml`` on first use; may block, so call it in a thread.

        Raises:
            StoreUnavailable: Postgres cannot be reached.
        """
        with self._opening:
            if self._store is None:
                assert self._config is not None
                self._store = open_store(self._config, self._database_url)
                if self._config.path:  # without a file nothing is said about sources
                    now = datetime.now(UTC)
                    self._store.save_sources(self._config.sources, now)
                    self._store.save_profiles(self._config.profiles, now)
            return self._store

    def engine_stopped(self) -> None:
        """Give the connections back."""
        with self._opening:
            if self._store:
                self._store.close()
                self._store = None


def scheduler_of(crawler: Crawler) -> Scheduler:
    """The running crawl's scheduler, for what talks to the queue beside it."""
    scheduler = crawler.engine.scheduler if crawler.engine else None
    if not isinstance(scheduler, Scheduler):
        raise RuntimeError("the crawl does not run on the scheduler of radar.frontier")
    return scheduler
