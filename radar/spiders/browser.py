"""The spider for sources of any channel whose posts exist only after scripts ran (``render = true``).

It has a queue of its own, so that only workers with a browser are given its requests.
"""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from typing import ClassVar

from scrapy.settings import BaseSettings

from radar.errors import ConfigError
from radar.model import Channel
from radar.spiders.channel import ChannelSpider

HANDLER = "radar.politeness.browser.GuardedBrowserHandler"
CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The smallest first: it takes half the time and memory of the full browser."""


class BrowserSpider(ChannelSpider):
    """Reads sources whose pages need a browser; needs the extra ``browser`` and a Chromium."""

    name = "browser"
    channel = Channel.FORUM
    render: ClassVar[bool] = True

    @property
    def channels(self) -> tuple[Channel, ...]:
        """All of them: what a source needs, not what it is, brings it here."""
        return tuple(Channel)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Put the guarded browser in place of the download handlers."""
        super().update_settings(settings)
        if find_spec("scrapy_playwright") is None:
            raise ConfigError(
                "sources with render = true need a browser: pip install 'my-business-radar[browser]'"
            )
        arguments = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
        if os.geteuid() == 0:  # Chromium refuses to sandbox itself as root
            arguments.append("--no-sandbox")
        launch: dict[str, object] = {"args": arguments}
        if found := next(filter(None, map(shutil.which, CHROMIUMS)), None):
            launch["executable_path"] = found  # else the one that `playwright install` brought
        for name, value in {
            "DOWNLOAD_HANDLERS": {**settings["DOWNLOAD_HANDLERS"], "http": HANDLER, "https": HANDLER},
            "PLAYWRIGHT_LAUNCH_OPTIONS": launch,
            "PLAYWRIGHT_ABORT_REQUEST": "radar.politeness.browser.unwanted",
            "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": 30_000,
            "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 4,
            "CONCURRENT_REQUESTS": 4,  # a page in a browser costs a hundred times what one without does
        }.items():
            settings.set(name, value, priority="spider")
