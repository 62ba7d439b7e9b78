"""The spider that all channels share: fetch, call the extractor, yield posts, follow its links.

It decides nothing about what is worth reading again: that is the business of
``radar.extensions.visits``, which knows what was read before.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

import scrapy
from scrapy.http import Response

from radar import recognise
from radar.errors import ExtractionError
from radar.extract import Extraction, Link, LinkKind, Page, Software
from radar.extract.registry import SOFTWARE
from radar.model import Channel, Post, Problem, Source, Validator, Visit
from radar.politeness.middlewares import DELAY
from radar.spiders.task import META_KEY, REPORT_KEY, Report, Task

PRIORITY = {LinkKind.BOARD: 0, LinkKind.NEXT: 0, LinkKind.ENTRY: 5, LinkKind.THREAD: 10}
"""Threads before further listings, so that a visit cut short by its budget has read the newest ones."""


class ChannelSpider(scrapy.Spider):
    """Reads the sources of one channel.

    Arguments (``-a name=value``):

    url
        read this address now, whether or not ``radar.toml`` knows it
    source
        names of sources in ``radar.toml``, separated by commas: read these now; without ``url`` and
        ``source`` all sources of the channel that are due are read
    software, boards, timezone, language, budget
        for ``url``: as in ``radar.toml``
    """

    channel: ClassVar[Channel]
    render: ClassVar[bool] = False
    """Whether it reads the sources that need a browser, instead of those that do not."""
    only_software: ClassVar[str] = ""
    """The software of every source of this channel, where there is just one."""
    fallback_software: ClassVar[str] = "generic"
    """Reads pages which no software's marks fit."""

    def __init__(
        self,
        url: str = "",
        source: str = "",
        software: str = "",
        boards: str = "",
        timezone: str = "",
        language: str = "",
        budget: str = "0",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if software and software not in SOFTWARE:
            raise ValueError(f"unknown software {software!r}; known are {', '.join(SOFTWARE)}")
        if url and (off := recognise.off_by_default(url, software)):
            raise ValueError(f"{off.off} It is read only as a source in radar.toml with enabled = true")
        self.only: tuple[str, ...] = tuple(name.strip() for name in source.split(",") if name.strip())
        self.adhoc: Source | None = None
        if url:
            self.adhoc = Source(
                name=source or urlsplit(url).netloc or url,
                url=url,
                channel=self.channel,
                software=software,
                boards=tuple(board.strip() for board in boards.split(",") if board.strip()),
                timezone=timezone,
                language=language,
                budget=int(budget),
                render=self.render,
            )

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Channels whose sources it reads."""
        return (self.channel,)

    async def start(self) -> AsyncIterator[Any]:
        """The requests for ``url``; what is due is added by the visits middleware."""
        if self.adhoc:
            for request in self.visit_requests(Visit(source=self.adhoc, first=True, due_at=_now())):
                yield request

    def visit_requests(self, visit: Visit, visit_id: str = "") -> Iterator[scrapy.Request]:
        """The requests a visit of a source begins with."""
        source = _within_limits(replace(visit.source, software=visit.source.software or self.only_software))
        task = Task.begin(source, visit=visit_id, first=visit.first, now=_now())
        if software := SOFTWARE.get(source.software):
            for link in software.entries(source):
                yield self._request(link, task, visit.validators.get(link.url))
        else:
            yield self._request(Link(url=source.url, kind=LinkKind.BOARD), task)

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Post | scrapy.Request]:
        """Read one page.

        @url data:,
        @returns requests 0 0
        """
        task = self._task(response)
        page = _page(response)
        if response.status == 304:
            response.meta[REPORT_KEY] = Report(task=task, url=page.url)
            return
        software = SOFTWARE.get(task.software)
        if software is None:
            software = recognise.identify(page) or SOFTWARE[self.fallback_software]
            if software.off:  # a source that names it was switched on by its owner
                problem = Problem(url=page.url, what=f"{software.off} Name the software in the source.")
                response.meta[REPORT_KEY] = Report(task=task, url=page.url, problems=(problem,))
                return
            boards = software.boards_in(page.url) if software.boards_in else ()
            task = task.settle(software.name, _base(software, page, task.base), boards)
            entries = self._entries(software, task)
            yield from (self._request(link, task.follow(link)) for link in entries if link.url != page.url)
            if all(link.url != page.url for link in entries):
                response.meta[REPORT_KEY] = Report(task=task, url=page.url)
                return
        try:
            extraction = software.extract(page, task.context())
        except ExtractionError as error:
            extraction = Extraction(problems=(Problem(url=page.url, what=str(error)),))
        response.meta[REPORT_KEY] = Report(
            task=task,
            url=page.url,
            posts=len(extraction.posts),
            problems=extraction.problems,
            login_wall=extraction.login_wall,
            missing=extraction.missing,
            newest_at=extraction.newest_at,
            ttl=extraction.ttl,
            hub=extraction.hub,
        )
        if extraction.login_wall or extraction.missing:
            return
        yield from extraction.posts
        links = [link for link in extraction.links if self._reachable(link, task, page.url)]
        threads = [link for link in links if link.kind is LinkKind.THREAD]
        recent = [link for link in threads if _is_recent(link, task)]
        for link in links:
            if link.kind is LinkKind.THREAD and link not in recent:
                continue
            if link.kind is LinkKind.NEXT and ((threads and not recent) or not _is_recent(link, task)):
                continue  # further pages are older still
            yield self._request(link, task.follow(link))

    def _task(self, response: Response) -> Task:
        if plain := response.meta.get(META_KEY):
            return Task.from_meta(plain)
        # a request from elsewhere: `scrapy parse`, a URL pushed to <spider>:start_urls
        source = Source(name=urlsplit(response.url).netloc, url=response.url, channel=self.channel)
        return Task.begin(self.adhoc or source, now=_now())

    def _entries(self, software: Software, task: Task) -> Sequence[Link]:
        """Where a visit really begins, now that the page has told which software it is."""
        return software.entries(
            Source(
                name=task.source,
                url=task.base,
                channel=self.channel,
                software=software.name,
                boards=task.boards,
            )
        )

    def _reachable(self, link: Link, task: Task, page_url: str) -> bool:
        """Links stay on the site, but for the pages of a feed's entries where those are asked for."""
        if link.kind is LinkKind.ENTRY:
            return task.full_text
        return urlsplit(link.url).hostname in {urlsplit(page_url).hostname, urlsplit(task.base).hostname}

    def _request(self, link: Link, task: Task, validator: Validator | None = None) -> scrapy.Request:
        headers = {}
        if validator and validator.etag:
            headers["If-None-Match"] = validator.etag
        if validator and validator.last_modified:
            headers["If-Modified-Since"] = validator.last_modified
        meta: dict[str, Any] = {META_KEY: task.to_meta()}
        if task.render:
            meta["playwright"] = True
        least = SOFTWARE[task.software].least_delay if task.software else 0.0
        if task.delay is not None or least:
            meta[DELAY] = max(task.delay or 0.0, least)
        return scrapy.Request(
            link.url, callback=self.parse, headers=headers, meta=meta, priority=PRIORITY[link.kind]
        )


def _now() -> datetime:
    return datetime.now(UTC)


def _page(response: Response) -> Page:
    headers = {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }
    return Page(
        url=response.url,
        body=response.body,
        fetched_at=_now(),
        status=response.status,
        headers=headers,
    )


def _is_recent(link: Link, task: Task) -> bool:
    return not (link.active_at and task.since and link.active_at.timestamp() < task.since)


def _within_limits(source: Source) -> Source:
    """The source with no larger budget than the limits of its site allow (a budget of 0 is none)."""
    software = SOFTWARE.get(source.software)
    if software is None or not software.budget:
        return source
    return replace(source, budget=min(source.budget or software.budget, software.budget))


def _base(software: Software, page: Page, known: str) -> str:
    if software.base_told and (told := software.base_told(page)):
        return told
    if software.base_url:
        return software.base_url(page.url)
    return known or page.url
