"""What a command works with, made when it is first asked for."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from radar.config import Config


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

    def close(self) -> None:
        """Give back what was opened."""
        self._open.close()


pass_session = click.make_pass_decorator(Session)
