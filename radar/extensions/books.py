"""The books of visits: what was fetched, what is remembered, how each visit ended, when the next is due.

    request finished, its posts committed ──► page, validator and mark are recorded, in batches
    last request of a visit finished, by whichever worker ──► visit closed, next one planned

A worker begins with the visits that an earlier one could not close any more. Of a visit of which nothing is recorded
the records may still be on their way from another worker: they are waited for, for a short time.

The books follow the posts, never the other way round: a crash in between means a page read once more.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.utils.asyncio import run_in_thread

from radar.errors import FrontierError, StoreError
from radar.extract import LinkKind
from radar.extract.registry import SOFTWARE
from radar.frontier.client import Frontier
from radar.frontier.signals import epoch_changed, request_finished
from radar.model import Outcome, Problem, ThreadMark, Validator
from radar.schedule import Wishes, max_age, next_visit
from radar.services import RadarAddon, scheduler_of
from radar.spiders.task import CUT_KEY, META_KEY, REPORT_KEY, Report, Task
from radar.store import PageRecord, Store

logger = logging.getLogger(__name__)

TIDY = 2.0
"""Seconds between two rounds of book-keeping."""
CLOSING = 8.0
"""Seconds that the last round may take when the crawler stops."""
RECORDS = 2000
"""Page records kept while Postgres is away; beyond that the oldest go, and their pages are read once more."""
PATIENCE = 2.5 * TIDY
"""How long a visit without any record is left open: by then every worker has written what it held."""
FORGOTTEN = 4 * PATIENCE
"""After so long a visit that was left open has surely been closed by another worker."""
AT_A_TIME = 50
"""Visits closed in one round."""
ANSWER_KEY = "radar_answer"
OUTCOME_KEY = "radar_outcome"
"""Where the middlewares of ``radar.politeness`` say what an answer means for the source."""
DETAIL_KEY = "radar_detail"
"""Where they say why, in one sentence."""
STATUS_KEY = "radar_status"
"""Where they say the status of an answer that goes no further."""


class Books:
    """Keeps the books of one crawler."""

    def __init__(self, crawler: Crawler, addon: RadarAddon) -> None:
        self._crawler = crawler
        self._addon = addon
        self._records: list[PageRecord] = []
        self._bare: dict[str, float] = {}
        """Finished visits of which nothing was recorded, and when that was first seen."""
        self._epoch = ""
        self._round = asyncio.Lock()
        self._tidying: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Connect to the signals of a crawl over our queue."""
        addon = crawler.get_addon(RadarAddon)
        if addon is None or not crawler.settings["SCHEDULER"].endswith("frontier.scheduler.Scheduler"):
            raise NotConfigured("books are kept for crawls over radar.frontier")
        books = cls(crawler, addon)
        crawler.signals.connect(books.spider_opened, signals.spider_opened)
        crawler.signals.connect(books.response_received, signals.response_received)
        crawler.signals.connect(books.request_finished, request_finished)
        crawler.signals.connect(books._epoch_changed, epoch_changed)
        crawler.signals.connect(books.spider_closed, signals.spider_closed)
        return books

    async def spider_opened(self) -> None:
        """Begin with what was left open: a source whose visit is not closed would not be read."""
        self._epoch = await self._frontier.epoch()
        await self._tidy_if_possible()
        self._tidying = asyncio.create_task(self._tidy_for_ever())

    def response_received(self, response: Response, request: Request) -> None:
        """Remember what the server said, also where no spider will see it."""
        request.meta[ANSWER_KEY] = Answer.of(response)

    def request_finished(self, request: Request, outcome: str) -> None:
        """Note a page whose posts are committed, or a request that will not be tried again."""
        if META_KEY not in request.meta or outcome not in {"ok", "dead"}:
            return
        task = Task.from_meta(request.meta[META_KEY])
        report: Report | None = request.meta.get(REPORT_KEY)
        answer: Answer = request.meta.get(ANSWER_KEY, Answer())
        if report is None and OUTCOME_KEY not in request.meta and 300 < request.meta.get(STATUS_KEY, 0) < 400:
            return  # a redirect: what it leads to is a request of its own
        done = report is not None and outcome == "ok" and CUT_KEY not in request.meta
        status = answer.status or request.meta.get(STATUS_KEY, 0)
        self._records.append(
            PageRecord(
                source=task.source,
                visit=task.visit,
                url=request.url,
                status=status,
                outcome=_outcome(request, answer, report),
                entry=task.entry,
                wait=_longest(report.ttl if report else None, answer.max_age),
                bytes=answer.size,
                validator=answer.validator if done and _is_listing(task) else None,
                thread_mark=_mark(request.url, report) if done and report else _refused(task, status),
                problems=_problems(request, report),
                epoch=self._epoch,
            )
        )
        del self._records[:-RECORDS]

    async def spider_closed(self) -> None:
        """Leave the books in order if Postgres and Redis let us; else another worker will.

        A round that is under way is waited for: cut short, it would leave visits open that the queue hides from the
        last round, and the source would not be read while they are.
        """
        try:
            async with asyncio.timeout(CLOSING):
                await self._tidy()
                if self._bare:
                    await asyncio.sleep(PATIENCE)
                    await self._tidy()
        except (StoreError, FrontierError, TimeoutError) as error:
            logger.warning("The books are left to the next worker: %s", error)
        finally:
            if self._tidying:
                self._tidying.cancel()

    async def _tidy_for_ever(self) -> None:
        while True:
            await asyncio.sleep(TIDY)
            await self._tidy_if_possible()

    async def _tidy_if_possible(self) -> None:
        try:
            await self._tidy()
        except (StoreError, FrontierError) as error:
            logger.warning("The books are behind: %s", error)

    async def _tidy(self) -> None:
        """Write the page records, then close the visits of which nothing is outstanding; one round at a time."""
        async with self._round:
            store = await run_in_thread(self._addon.store)
            if records := self._records:
                self._records = []
                try:
                    await run_in_thread(store.record_pages, records, _now())
                except StoreError:
                    self._records = (records + self._records)[-RECORDS:]
                    raise
            now = monotonic()
            self._bare = {visit: since for visit, since in self._bare.items() if now - since < FORGOTTEN}
            for visit, source in await self._frontier.finished_visits(AT_A_TIME, hide=PATIENCE):
                bare = now - self._bare.setdefault(visit, now) >= PATIENCE
                if await run_in_thread(close_visit, store, visit, source, _now(), bare=bare):
                    await self._frontier.close_visit(visit)
                    del self._bare[visit]

    def _epoch_changed(self, epoch: str) -> None:
        self._epoch = epoch

    @property
    def _frontier(self) -> Frontier:
        return scheduler_of(self._crawler).frontier


def close_visit(store: Store, visit: str, source: str, now: datetime, *, bare: bool) -> bool:
    """Decide how the visit ended and when the next one is due; doing it twice changes nothing.

    Without ``bare`` a visit of which nothing is recorded stays open; returns False then.
    """
    summary = store.visit_summary(visit)
    if summary is None or summary.finished_at is not None:
        return True
    if not (bare or summary.pages or summary.unchanged_pages or summary.failed_pages):
        return False
    outcome = summary.entry_outcome
    if outcome is Outcome.OK and not summary.pages:
        outcome = Outcome.UNCHANGED if summary.unchanged_pages else Outcome.UNREACHABLE
    elif outcome is Outcome.OK and not summary.posts_known:
        outcome = Outcome.EMPTY
    due = next_visit(
        store.posting_times(source),
        now,
        outcome=outcome,
        failures=summary.failures + 1,
        wishes=Wishes(interval=summary.longest_interval, ttl=summary.asked_wait),
    )
    store.finish_visit(visit, source, outcome, due, now)
    return True


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered, kept from the moment it came: no spider may ever see it."""

    status: int = 0
    size: int = 0
    validator: Validator | None = None
    max_age: float | None = None

    @classmethod
    def of(cls, response: Response) -> Self:
        """The part of a response that the books need."""
        etag, modified, cache = (
            (response.headers.get(name) or b"").decode("latin-1")
            for name in ("ETag", "Last-Modified", "Cache-Control")
        )
        fresh = response.status == 200 and (etag or modified)
        return cls(
            status=response.status,
            size=len(response.body),
            validator=Validator(etag, modified) if fresh else None,
            max_age=max_age(cache),
        )


def _outcome(request: Request, answer: Answer, report: Report | None) -> Outcome:
    if told := request.meta.get(OUTCOME_KEY):
        return Outcome(told)
    if answer.status == 304:
        return Outcome.UNCHANGED
    if report is None:
        return Outcome.UNREACHABLE
    return Outcome.BLOCKED if report.login_wall else Outcome.OK


def _problems(request: Request, report: Report | None) -> tuple[Problem, ...]:
    found = report.problems if report else ()
    told = request.meta.get(DETAIL_KEY)
    return (*found, Problem(request.url, str(told))) if told else found


def _is_listing(task: Task) -> bool:
    return task.kind is LinkKind.BOARD and not task.paging


def _mark(url: str, report: Report) -> ThreadMark | None:
    """How far the thread has been read once this page is safe."""
    task = report.task
    if report.login_wall:
        return _refused(task, 401)
    if not task.thread or not task.activity:
        return None
    if report.missing:
        # the last page read is gone, as its posts were deleted: begin at the first page next time
        return ThreadMark(task.thread, "") if "known" in task.carry else None
    resumable = task.kind is LinkKind.THREAD and SOFTWARE[task.software].resumable
    return ThreadMark(task.thread, task.activity, url if resumable else "")


def _refused(task: Task, status: int) -> ThreadMark | None:
    """A board that is shown but closed to guests: it is asked again when its row shows news, not on every visit."""
    closed = status == 401 and task.kind is LinkKind.BOARD and not task.paging
    return ThreadMark(task.thread, task.activity) if closed and task.thread and task.activity else None


def _longest(*waits: float | None) -> float | None:
    return max((wait for wait in waits if wait is not None), default=None)


def _now() -> datetime:
    return datetime.now(UTC)
