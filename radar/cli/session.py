"""What a command works with, made when it is first asked for."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from radar.config import Config
    from radar.embedded import Services
    from radar.store import Store


class Session:
    """Configuration and services of one call of ``radar``."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self.now = datetime.now(UTC)

    @cached_property
    def config(self) -> Config:
        """What ``radar.toml`` and the environment say. Raises ``ConfigError``."""
        from radar.config import load

        return load()

    @cached_property
    def services(self) -> Services:
        """Postgres and Redis: the configured ones, else embedded ones, started if need be.

        Raises ``EmbeddedError``.
        """
        from radar.embedded import services

        config = self.config
        return services(config.home, database_url=config.database_url, redis_url=config.redis_url)

    @cached_property
    def store(self) -> Store:
        """The database, brought up to date. Raises ``StoreUnavailable`` or ``MigrationError``."""
        from radar.opening import open_store

        return self._open.enter_context(open_store(self.config, self.services.database_url))

    def sync(self) -> None:
        """Make sources and profiles of the database those of ``radar.toml``, if there is one."""
        if self.config.path is not None:
            self.store.save_sources(self.config.sources, self.now)
            self.store.save_profiles(self.config.profiles, self.now)

    def close(self) -> None:
        """Give back what was opened."""
        self._open.close()


pass_session = click.make_pass_decorator(Session)
