"""When a source is read, and what of it.

A spider middleware, because it stands between the spider and the queue:

    due sources (Postgres) ──► process_start ──► the spider's first requests
    spider output ──► process_spider_output ──► posts, and only those links that lead to something new

It keeps no state that matters: a worker that dies leaves its visits to the others.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.utils.asyncio import run_in_thread

from radar.extract import ANY_ACTIVITY, LinkKind
from radar.frontier.signals import epoch_changed
from radar.model import Post, ThreadMark, Visit
from radar.services import RadarAddon, scheduler_of
from radar.spiders.channel import ChannelSpider
from radar.spiders.task import CUT_KEY, META_KEY, REPORT_KEY, Report, Task

logger = logging.getLogger(__name__)

CLAIM = 20
"""Sources claimed at a time: few enough that several workers share a full plan."""
LEASE = timedelta(minutes=10)
"""How long a claimed source is nobody else's; a worker that dies in between delays it by that."""
VISITS_COUNTED = 1000
"""Visits whose requests are counted at a time; a worker has far fewer in hand."""
LOOK_AGAIN = 5.0
"""Seconds between two looks at the plan, in a worker that runs for ever."""


class VisitsMiddleware:
    """Begins visits of due sources and keeps the crawl to what is new."""

    def __init__(self, crawler: Crawler, addon: RadarAddon, *, forever: bool) -> None:
        self._crawler = crawler
        self._addon = addon
        self._forever = forever
        self._epoch = ""
        self._spent: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Without our queue there are no visits: the spider then reads just its ``url``."""
        if not crawler.settings["SCHEDULER"].endswith("frontier.scheduler.Scheduler"):
            raise NotConfigured("visits need the scheduler of radar.frontier")
        addon = crawler.get_addon(RadarAddon)
        if addon is None:
            raise NotConfigured("visits need radar.services.RadarAddon")
        visits = cls(crawler, addon, forever=crawler.settings.getbool("FRONTIER_FOREVER"))
        crawler.signals.connect(visits._epoch_changed, epoch_changed)
        return visits

    # --- begin ------------------------------------------------------------------------------------

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """The first requests of every visit that this worker begins."""
        spider = self._crawler.spider
        if not isinstance(spider, ChannelSpider):
            async for each in start:
                yield each
            return
        while True:
            for visit in await self._due(spider):
                async for request in self._begin(spider, visit):
                    yield request
            if not self._forever:
                return
            await asyncio.sleep(LOOK_AGAIN)

    async def _due(self, spider: ChannelSpider) -> list[Visit]:
        store = await run_in_thread(self._addon.store)
        names = spider.only
        if spider.adhoc:
            names = (spider.adhoc.name,)
            await run_in_thread(store.ensure_source, spider.adhoc, _now())
        return await run_in_thread(
            store.claim_due,
            _now(),
            channels=spider.channels,
            names=names,
            limit=max(CLAIM, len(names)),
            lease=LEASE,
            force=bool(names),
            render=spider.render,
            epoch=await self._known_epoch(),
        )

    async def _begin(self, spider: ChannelSpider, visit: Visit) -> AsyncIterator[Request]:
        visit_id = await scheduler_of(self._crawler).frontier.open_visit(visit.source.name)
        if visit_id is None:
            logger.info("%s: an earlier visit is not through; its requests go on.", visit.source.name)
            return
        store = await run_in_thread(self._addon.store)
        await run_in_thread(store.begin_visit, visit_id, visit.source.name, _now())
        for request in spider.visit_requests(visit, visit_id):
            yield request

    # --- only what is new -------------------------------------------------------------------------

    async def process_spider_output(
        self, response: Response, result: AsyncIterator[Any]
    ) -> AsyncIterator[Any]:
        """Posts, and the links worth a request: towards something new, and within the visit's budget."""
        output = [each async for each in result]
        report: Report | None = response.meta.get(REPORT_KEY)
        if report and not report.task.first:
            output = await self._worthwhile(output, report.task)
        for each in output:
            if not isinstance(each, Request) or self._affordable(each):
                yield each
            else:
                response.meta[CUT_KEY] = True

    async def _worthwhile(self, output: list[Any], page: Task) -> list[Any]:
        """Drop links to threads and boards whose mark is unchanged, and paging where nothing is new."""
        store = await run_in_thread(self._addon.store)
        links = [(each, _task(each)) for each in output if isinstance(each, Request)]
        posts = [each for each in output if isinstance(each, Post)]
        marked = [task.thread for _, task in links if task.activity and not task.paging]
        marks = (
            await run_in_thread(store.thread_marks, page.source, marked, await self._known_epoch())
            if marked
            else {}
        )
        kept: list[Any] = [each for each in output if not isinstance(each, Request)]
        news = page.kind is LinkKind.THREAD  # whoever reads a thread reads it to its end
        for request, task in links:
            mark = marks.get(task.thread)
            if task.paging or (mark and task.activity in {mark.activity, ANY_ACTIVITY}):
                continue
            news = news or bool(task.activity)
            kept.append(_resumed(request, task, mark) if mark else request)
        if not news and posts:
            known = await run_in_thread(store.known_posts, page.source, [post.external_id for post in posts])
            news = any(post.external_id not in known for post in posts)
        if news:
            kept += [request for request, task in links if task.paging]
        return kept

    def _affordable(self, request: Request) -> bool:
        task = _task(request)
        if not task.budget:
            return True
        self._spent[task.visit] += 1
        if len(self._spent) > VISITS_COUNTED:
            del self._spent[next(iter(self._spent))]
        if self._spent[task.visit] == task.budget + 1:
            logger.info("%s: the visit's budget of %d requests is used up.", task.source, task.budget)
        return self._spent[task.visit] <= task.budget

    async def _known_epoch(self) -> str:
        self._epoch = self._epoch or await scheduler_of(self._crawler).frontier.epoch()
        return self._epoch

    def _epoch_changed(self, epoch: str) -> None:
        self._epoch = epoch


def _now() -> datetime:
    return datetime.now(UTC)


def _task(request: Request) -> Task:
    return Task.from_meta(request.meta[META_KEY])


def _resumed(request: Request, task: Task, mark: ThreadMark) -> Request:
    """Read a known thread from where reading ended, and tell the extractor what was known."""
    known = replace(task, carry={**task.carry, "known": mark.activity})
    return request.replace(
        url=mark.last_page_url or request.url, meta={**request.meta, META_KEY: known.to_meta()}
    )
