"""Looks at a site once and politely, to find out how it can be read.

A small Scrapy crawl without queue, database and pipelines: ``radar.recognise`` says which addresses to look at, the
middlewares of ``radar.politeness`` hold for them as for any crawl.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.settings import Settings
from twisted.python.failure import Failure

from radar.config import Config
from radar.extract.page import Page
from radar.politeness.middlewares import OPT_OUT
from radar.politeness.policy.optouts import OptOut
from radar.recognise import Proposal, conclude, plan


@dataclass(slots=True)
class Findings:
    """What came of looking."""

    answers: dict[str, Page | None] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    """By address: why it was not fetched."""
    opt_outs: dict[str, OptOut] = field(default_factory=dict)
    """By address: what the page does not allow."""


class Scout(scrapy.Spider):
    """Fetches what ``plan`` asks for, one round after the other."""

    name = "scout"

    def __init__(self, url: str, findings: Findings) -> None:
        super().__init__()
        self._url = url
        self._found = findings
        self._outstanding = 0

    async def start(self) -> AsyncIterator[Any]:
        """The address itself."""
        for request in self._round():
            yield request

    def _round(self) -> Iterator[scrapy.Request]:
        wanted = plan(self._url, self._found.answers)
        self._outstanding += len(wanted)
        for address in wanted:
            meta = {"asked": address}
            yield scrapy.Request(address, self.parse, errback=self.failed, meta=meta, dont_filter=True)

    def parse(self, response: Response, **kwargs: Any) -> Iterator[scrapy.Request]:
        """Keep the page; go on when the round is complete."""
        headers = {
            name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
            for name, values in response.headers.items()
        }
        page = Page(
            url=response.url,
            body=response.body,
            fetched_at=datetime.now(UTC),
            status=response.status,
            headers=headers,
        )
        asked = response.meta["asked"]
        if noted := response.meta.get(OPT_OUT):
            self._found.opt_outs[asked] = OptOut(**noted)
        return self._keep(asked, page)

    def failed(self, failure: Failure) -> Iterator[scrapy.Request]:
        """Keep why nothing came."""
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]
        asked = request.meta["asked"]
        self._found.refused[asked] = failure.getErrorMessage()
        return self._keep(asked, None)

    def _keep(self, asked: str, page: Page | None) -> Iterator[scrapy.Request]:
        self._found.answers[asked] = page
        self._outstanding -= 1
        if self._outstanding == 0:
            yield from self._round()


def look(url: str, config: Config) -> tuple[Proposal, Findings]:
    """Find out how ``url`` can be read; once in the life of a process, since Scrapy's reactor starts only once.

    Raises ``ConfigError`` if the address is outside of this machine and no contact is set.
    """
    config.require_contact(url)
    settings = Settings()
    settings.setmodule("radar.settings", priority="project")
    settings.setdict(
        {
            "ADDONS": {},
            "SCHEDULER": "scrapy.core.scheduler.Scheduler",
            "ITEM_PIPELINES": {},
            "SPIDER_MIDDLEWARES": {},
            "EXTENSIONS": {},
            "LOG_ENABLED": False,
            "USER_AGENT": config.user_agent,
            "DOWNLOAD_DELAY": config.delay,
            "RADAR_PRIVATE_HOSTS": list(config.private_hosts),
        },
        priority="cmdline",
    )
    findings = Findings()
    process = AsyncCrawlerProcess(settings)
    process.crawl(Scout, url=url, findings=findings)
    process.start()
    return conclude(url, findings.answers, findings.opt_outs), findings
