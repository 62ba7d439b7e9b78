"""Askbot from PyPI on SQLite: German, in Berlin; tags stand for boards, some replies are comments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from radar.model import Channel
from tests.live.forums import Django
from tests.live.plan import Thread
from tests.live.software import SEEDS


class Askbot(Django):
    """Askbot as ``askbot-setup`` leaves it, but for the hosts that may ask it."""

    name = "askbot"
    channel = Channel.QA
    requirements = ("askbot==0.13.0", "setuptools<81")
    settings = "forum.settings"
    start = "/Fragen/"
    thread_page = r"/Frage/\d+/"
    timezone: ClassVar[str] = "Europe/Berlin"

    @property
    def path(self) -> str:
        return str(self.folder / "site-of-questions")

    def plan(self) -> list[Thread]:
        """Tags stand for boards, and have no spaces."""
        return [replace(thread, board=re.sub(r"\W+", "-", thread.board).lower()) for thread in super().plan()]

    def prepare(self) -> None:
        options = {
            "root-directory": "site-of-questions",
            "proj-name": "forum",
            "db-engine": "sqlite",
            "db-name": str(self.folder / "askbot.sqlite"),
            "language-code": "de",
            "timezone": "Europe/Berlin",
            "domain-name": "forum.example",
            "admin-name": "Admin",
            "admin-email": "admin@example.org",
            "append-settings": (
                "ALLOWED_HOSTS = ['*']\nDEBUG = True\n"
                "CACHES['default'] |= {'BACKEND': 'django.core.cache.backends.filebased.FileBasedCache',"
                f" 'LOCATION': {str(self.folder / 'cache')!r}}}\n"  # the seed is another process
            ),
        }
        self.run(
            "askbot-setup",
            "--noinput",
            *(part for name, value in options.items() for part in (f"--{name}", value)),
        )

    def seed_command(self) -> Sequence[str]:
        return "python", str(SEEDS / "into_askbot.py")
