"""Thin Scrapy middlewares around the rules in ``radar.politeness.policy``.

request  ─► RobotsMiddleware ─► (Scrapy's own) ─► downloader with the address guard
response ◄─ OptOutMiddleware ◄─ AnswersMiddleware ◄─ (Scrapy's own: redirects, decompression)

What they decide of a source stands in ``request.meta``: ``radar_outcome`` (a value of ``Outcome``), ``radar_detail``
(one sentence) and ``radar_status``. A request that is to be tried again, given up or whose host must rest is noted with
``radar.frontier.outcome``; without the frontier such a request simply ends. Nothing is retried in this process.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from time import monotonic, time
from typing import Any, Self

from itemadapter import is_item
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.statscollectors import StatsCollector

from radar.errors import FrontierUnavailable
from radar.frontier.hosts import host_key
from radar.frontier.outcome import block_host, give_up, lease_of, retry_later, set_host_delay
from radar.model import Outcome
from radar.politeness.guard import AddressRefused
from radar.politeness.hosts import Memory
from radar.politeness.origins import OWN, Origins
from radar.politeness.policy.answers import Next, moved, rule
from radar.politeness.policy.optouts import OptOut, of_answer
from radar.politeness.policy.robots import product_token
from radar.politeness.policy.waiting import (
    FORGIVEN_AFTER,
    backoff,
    clock_of,
    growing_delay,
    limit_reset,
    retry_after,
)

logger = logging.getLogger(__name__)

OUTCOME = "radar_outcome"
DETAIL = "radar_detail"
STATUS = "radar_status"
"""Meta key of the status of an answer that goes no further: a refusal or a redirect."""
RESERVED = "radar_reserved"
"""Meta key of whether the site's tdmrep.json reserves the page."""
DELAY = "radar_delay"
"""Meta key of the seconds between two requests to the host that the source wants, instead of DOWNLOAD_DELAY."""
OPT_OUT = "radar_optout"
"""Meta key of what a page allows: {"store": bool, "follow": bool, "reason": str}; absent if everything."""

_UNANSWERED = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    OSError,  # a body that cannot be decompressed
)
_PATIENCE = 5
"""Refusals of a host in a row (half an hour of waiting) after which its requests end instead of waiting: a
visit that cannot be finished would keep the source from being visited at all. The next visit asks again."""


class NotFetched(IgnoreRequest):
    """The request ends without a page for the spider; ``str()`` says why, ``response`` is what came, if any."""

    def __init__(self, reason: str, response: Response | None = None) -> None:
        super().__init__(reason)
        self.response = response


def record(request: Request, outcome: Outcome | None, detail: str) -> None:
    """Leave in ``request.meta`` what this request tells of its source."""
    if outcome is not None:
        request.meta[OUTCOME] = outcome.value
        request.meta[DETAIL] = detail[:300]


class RobotsMiddleware:
    """Lets through what robots.txt and tdmrep.json of the origin allow; applies Crawl-delay and the source's delay."""

    def __init__(
        self, origins: Origins, stats: StatsCollector, *, delay: float, longest_delay: float
    ) -> None:
        self._origins = origins
        self._stats = stats
        self._delay = delay
        self._longest_delay = longest_delay

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read USER_AGENT, DOWNLOAD_DELAY and RADAR_CRAWL_DELAY_MAX."""
        settings = crawler.settings
        assert crawler.stats is not None
        return cls(
            Origins(crawler, _token(settings)),
            crawler.stats,
            delay=settings.getfloat("DOWNLOAD_DELAY"),
            longest_delay=settings.getfloat("RADAR_CRAWL_DELAY_MAX", 60.0),
        )

    async def process_request(self, request: Request) -> None:
        """Raises NotFetched for what is not allowed, now or at all."""
        if OWN in request.meta or not request.url.startswith(("http://", "https://")):
            return
        try:
            rules = await self._origins.rules(request.url)
        except ValueError as error:
            raise NotFetched(str(error)) from error
        if not rules.robots.reachable:
            wait = max(rules.until - time(), 1.0)
            reason = "robots.txt cannot be had: nothing is fetched until it can"
            record(request, Outcome.UNREACHABLE, reason)
            self._stats.inc_value("politeness/robots_unreachable")
            block_host(request, wait)
            retry_later(request, wait, reason)
            raise NotFetched(reason)
        if not rules.robots.allows(request.url):
            self._refuse(request, "forbidden by robots.txt", "robots")
        if (usage := rules.robots.refused_usage(request.url)) is not None:
            self._refuse(request, f"robots.txt refuses this use: {usage}", "usage")
        # kept for the answer, whose own header or meta tag may lift it; a redirect has brought the note of another page
        request.meta[RESERVED] = bool(rules.reservations.reserves(request.url))
        asked = min(rules.robots.delay or 0.0, self._longest_delay)
        wanted = request.meta.get(DELAY)
        if wanted is not None:
            set_host_delay(request, max(asked, float(wanted)))
        elif asked > self._delay:
            set_host_delay(request, asked)

    def _refuse(self, request: Request, reason: str, name: str) -> None:
        record(request, Outcome.OPTED_OUT, reason)
        self._stats.inc_value(f"politeness/opted_out/{name}")
        raise NotFetched(reason)


class AnswersMiddleware:
    """Retry-After, back-off, blocks, moves and failures: what becomes of request, host and source."""

    def __init__(
        self, memory: Memory, stats: StatsCollector, *, longest_wait: float, grow_from: float
    ) -> None:
        self._memory = memory
        self._stats = stats
        self._longest_wait = longest_wait
        self._grow_from = grow_from
        self._resting: dict[str, float] = {}
        self._closed: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read RADAR_RETRY_AFTER_MAX and RADAR_RETRY_DELAY."""
        assert crawler.stats is not None
        return cls(
            Memory(crawler),
            crawler.stats,
            longest_wait=crawler.settings.getfloat("RADAR_RETRY_AFTER_MAX", 86_400.0),
            grow_from=crawler.settings.getfloat("RADAR_RETRY_DELAY", 60.0),
        )

    def process_request(self, request: Request) -> None:
        """Ends requests of a host whose refusals have used up our patience."""
        until = self._closed.get(host_key(request.url))
        if until is not None and OWN not in request.meta:
            if until > monotonic():
                reason = "the host keeps refusing: asked again at the next visit"
                record(request, Outcome.UNREACHABLE, reason)
                raise NotFetched(reason)
            del self._closed[host_key(request.url)]

    async def process_response(self, request: Request, response: Response) -> Response:
        """Pass on what the spider can use; raise NotFetched for the rest."""
        if OWN in request.meta:
            return response
        headers = _headers(response)
        ruling = rule(response.status, headers, response.body)
        if ruling.next is Next.GO_ON:
            return response
        self._stats.inc_value(f"politeness/answers/{ruling.next.value}/{response.status}")
        wanted = request.meta.get("handle_httpstatus_list", ())
        if (
            ruling.next is Next.DROP
            and ruling.outcome in {None, Outcome.UNREACHABLE}
            and response.status in wanted
        ):
            return response
        record(request, ruling.outcome, ruling.reason)
        request.meta[STATUS] = response.status
        if ruling.next is Next.REST:
            now = clock_of(headers, datetime.now(UTC))
            asked = retry_after(headers.get("retry-after"), now, self._longest_wait)
            if asked is None:
                asked = limit_reset(headers, now, self._longest_wait)
            await self._rest(request, ruling.reason, asked)
        elif ruling.next is Next.LATER:
            retry_later(request, growing_delay(_attempt(request), self._grow_from), ruling.reason)
        raise NotFetched(ruling.reason, response)

    async def process_exception(self, request: Request, exception: Exception) -> None:
        """Failures of the network wait like 5xx answers; refusals of the guard and oversize pages are final."""
        if OWN in request.meta:
            return
        reason = f"{type(exception).__name__}: {exception}"
        if isinstance(exception, AddressRefused | DownloadCancelledError | UnsupportedURLSchemeError):
            self._stats.inc_value(f"politeness/given_up/{type(exception).__name__}")
            record(request, Outcome.UNREACHABLE, reason)
            give_up(request, reason)
        elif isinstance(exception, _UNANSWERED):
            self._stats.inc_value(f"politeness/unanswered/{type(exception).__name__}")
            record(request, Outcome.UNREACHABLE, reason)
            if isinstance(exception, ResponseDataLossError | OSError):
                retry_later(request, growing_delay(_attempt(request), self._grow_from), reason)
            else:
                await self._rest(request, reason, None)
            raise NotFetched(reason) from exception

    async def _rest(self, request: Request, reason: str, asked: float | None) -> None:
        """Leave the host alone: as long as it asks for, else twice as long as the last time."""
        host = host_key(request.url)
        now = monotonic()
        rest = self._resting.get(host, 0.0) - now
        if rest <= 0 or (asked or 0.0) > rest:
            rest = max(asked, 1.0) if asked is not None else 0.0
            try:
                refusals = await self._memory.hosts.strikes(host) + 1
                rest = rest or backoff(refusals)
                await self._memory.hosts.strike(host, rest + FORGIVEN_AFTER)
            except FrontierUnavailable:
                refusals, rest = 1, rest or backoff(1)
            self._resting[host] = now + rest
            logger.info("%s is left alone for %d s: %s", host, rest, reason)
            if refusals > _PATIENCE:
                self._closed[host] = now + rest
                return
        block_host(request, rest)
        retry_later(request, rest, reason)


class Redirects(RedirectMiddleware):
    """Scrapy's redirects, which also tell the source of permanent moves and the books of what was no page."""

    def process_response(
        self, request: Request, response: Response, spider: object = None
    ) -> Request | Response:
        """Follow a redirect; raises IgnoreRequest after too many."""
        try:
            result = super().process_response(request, response)
        except IgnoreRequest as error:
            record(request, Outcome.UNREACHABLE, str(error))
            raise
        if isinstance(result, Request):
            request.meta[STATUS] = response.status
            if moved(response.status, request.url, result.url):
                record(result, Outcome.MOVED, f"{request.url} has moved for good to {result.url}")
                self.crawler.stats.inc_value("politeness/moved")
        return result


class OptOutMiddleware:
    """What a page itself says: as downloader middleware it reads, as spider middleware it applies."""

    def __init__(self, token: str, stats: StatsCollector) -> None:
        self._token = token
        self._stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read USER_AGENT."""
        assert crawler.stats is not None
        return cls(_token(crawler.settings), crawler.stats)

    def process_response(self, request: Request, response: Response) -> Response:
        """Note in the request's meta what the page does not allow."""
        if OWN in request.meta:
            return response
        headers: dict[str, Sequence[str]] = {
            name.decode("latin-1").lower(): [value.decode("latin-1") for value in values]
            for name, values in response.headers.items()
        }
        said = of_answer(
            headers,
            response.body,
            token=self._token,
            now=datetime.now(UTC),
            reserved=request.meta.get(RESERVED),
        )
        if not (said.store and said.follow):
            request.meta[OPT_OUT] = {"store": said.store, "follow": said.follow, "reason": said.reason}
        return response

    async def process_spider_output(
        self, response: Response, result: AsyncIterator[Any]
    ) -> AsyncIterator[Any]:
        """Hold back the items and requests that the page does not allow."""
        noted = response.meta.get(OPT_OUT)
        said = OptOut(**noted) if noted else OptOut()
        async for one in result:
            if is_item(one) and not said.store:
                self._hold_back(response, said.reason, "item")
            elif isinstance(one, Request) and not said.follow:
                self._hold_back(response, said.reason, "link")
            else:
                yield one

    def _hold_back(self, response: Response, reason: str, what: str) -> None:
        self._stats.inc_value(f"politeness/opted_out/{what}")
        if response.request is not None:
            record(response.request, Outcome.OPTED_OUT, reason)


def _token(settings: BaseSettings) -> str:
    return product_token(settings.get("USER_AGENT", ""))


def _attempt(request: Request) -> int:
    lease = lease_of(request)
    return lease.attempt if lease is not None else 1


def _headers(response: Response) -> Mapping[str, str]:
    return {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }
