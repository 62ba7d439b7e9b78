"""The address guard for pages that need a browser (extra ``browser``).

A browser fetches scripts, frames and images on its own, past Scrapy. So Chromium is started with a SOCKS proxy
of ours as its only way out: it hands over host names, the proxy resolves them with the guard and connects to
allowed addresses only. That covers every sub-request, redirect and web socket at the moment of connecting.

    DOWNLOAD_HANDLERS = {"http": "radar.politeness.browser.GuardedBrowserHandler", "https": (the same)}
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, Any, cast

from playwright.async_api import Error as PlaywrightError
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError
from scrapy.http import Request, Response
from scrapy.utils.httpobj import urlparse_cached
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod
from scrapy_playwright.provider import PlaywrightBrowserProvider

from radar.errors import ConfigError
from radar.politeness.guard import AddressRefused, GuardedDownloadHandler, GuardedResolver

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

_ARGUMENTS = (
    "--disable-quic",  # UDP would pass the proxy by
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # no look-ups but the proxy's
    "--dns-prefetch-disable",
)
PAGES_PER_CONTEXT = 50
"""Pages after which a browser context is replaced: contexts leak memory over long runs."""
SETTLE_SECONDS = 5.0
"""Longest wait, after a page is loaded, for what its scripts still fetch."""
UNWANTED = frozenset({"image", "media", "font"})
"""Types of sub-requests that no post needs."""

_CONNECT_SECONDS = 15.0
_GREETING_SECONDS = 10.0
_CHUNK = 65536

_OK, _FAILED, _NOT_ALLOWED = 0, 4, 2
"""Answers of RFC 1928."""


class GuardedProxy:
    """A SOCKS 5 server (RFC 1928, CONNECT without authentication) on a free port of 127.0.0.1.

    It asks the guard for the addresses of each host and connects to those, so whoever uses it reaches public
    servers and the owner's ``private_hosts`` and nothing else.
    """

    def __init__(self, guard: GuardedResolver) -> None:
        self._guard = guard
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.refused = 0
        """Connections that were asked for and refused."""

    async def start(self) -> str:
        """Listen; returns the proxy's address as Chromium wants it."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        return f"socks5://127.0.0.1:{port}"

    async def close(self) -> None:
        """Stop listening and drop every connection."""
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = cast("asyncio.Task[None]", asyncio.current_task())
        self._tasks.add(task)
        try:
            async with asyncio.timeout(_GREETING_SECONDS):
                host, port = await _greet(reader, writer)
            there = await self._connect(host, port, writer)
            if there is not None:
                await _join((reader, writer), there)
        except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError) as error:
            logger.debug("A connection of the browser ended: %r", error)
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _connect(
        self, host: str, port: int, writer: asyncio.StreamWriter
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for address in await self._guard.addresses(host, port):
            try:
                async with asyncio.timeout(_CONNECT_SECONDS):
                    there = await asyncio.open_connection(address, port)
            except (OSError, TimeoutError):
                continue
            writer.write(_answer(_OK))
            return there
        refused = self._guard.refused(host, port)
        if refused is not None:
            self.refused += 1
            logger.warning("Refused to the browser: %s", refused)
        writer.write(_answer(_FAILED if refused is None else _NOT_ALLOWED))
        await writer.drain()
        return None


class GuardedBrowserProvider(PlaywrightBrowserProvider):
    """Starts Chromium with the guarded proxy as its only way out."""

    def __init__(self, config: Any, guard: Callable[[], Awaitable[GuardedResolver]]) -> None:
        super().__init__(config)
        self._find_guard = guard
        self._proxy: GuardedProxy | None = None

    async def start(self) -> None:
        """Start the proxy, then Playwright; raises ConfigError for a browser that cannot be guarded."""
        if self.config.cdp_url or self.config.connect_url or self.config.browser_type_name != "chromium":
            raise ConfigError(
                "Only a Chromium started here can be guarded: neither remote nor other browsers are."
            )
        self._proxy = GuardedProxy(await self._find_guard())
        options = self.config.launch_options
        options["proxy"] = {"server": await self._proxy.start(), "bypass": "<-loopback>"}
        options["args"] = [*options.get("args", ()), *_ARGUMENTS]
        await super().start()

    async def close(self) -> None:
        """End Playwright, then the proxy."""
        await super().close()
        if self._proxy is not None:
            await self._proxy.close()


class GuardedBrowserHandler(ScrapyPlaywrightDownloadHandler, GuardedDownloadHandler):
    """scrapy-playwright's handler with the guard, a limit of time and one of size for rendered pages.

    Requests without ``meta["playwright"]`` go the way of ``GuardedDownloadHandler``. ``RADAR_BROWSER_TIMEOUT``
    bounds a rendered page from start to end; a browser that dies mid-page would else hold it for hours.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.browser_provider_cls = partial(GuardedBrowserProvider, guard=self.guard)
        self._timeout = crawler.settings.getfloat("RADAR_BROWSER_TIMEOUT", 60.0)
        self._contexts = Contexts()

    async def download_request(self, request: Request) -> Response:
        """Download through the guard, by browser if the request asks for one."""
        if not request.meta.get("playwright"):
            return await super().download_request(request)
        guard = await self.guard()
        parts = urlparse_cached(request)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        if parts.scheme not in {"http", "https"}:
            raise AddressRefused(f"{parts.scheme}: is not fetched, only http and https are")
        await guard.addresses(parts.hostname or "", port)
        if (reason := guard.refused(parts.hostname or "", port)) is not None:
            raise AddressRefused(f"{reason}; RADAR_PRIVATE_HOSTS would have to name it")
        request.meta["playwright_page_methods"] = [PageMethod(settle)]
        context = request.meta["playwright_context"] = self._contexts.begin()
        try:
            async with asyncio.timeout(self._timeout):
                response = await super().download_request(request)
        except TimeoutError as error:
            raise DownloadTimeoutError(
                f"Rendering {request.url} took longer than {self._timeout} s."
            ) from error
        finally:
            del request.meta["playwright_page_methods"]  # of use to the browser alone
            if self._contexts.end(context) and (spent := self.context_wrappers.get(context)):
                with contextlib.suppress(PlaywrightError):
                    await spent.context.close()
        if len(response.body) > self._default_maxsize > 0:
            raise DownloadCancelledError(f"The rendered page {request.url} has {len(response.body)} bytes.")
        return response


class Contexts:
    """Names of browser contexts, a new one every ``PAGES_PER_CONTEXT`` pages."""

    def __init__(self) -> None:
        self._begun = 0
        self._open: Counter[str] = Counter()

    def begin(self) -> str:
        """The context for the next page."""
        name = f"radar-{self._begun // PAGES_PER_CONTEXT}"
        self._begun += 1
        self._open[name] += 1
        return name

    def end(self, name: str) -> bool:
        """A page is through; whether its context has served its time and is to be closed."""
        self._open[name] -= 1
        spent = name != f"radar-{self._begun // PAGES_PER_CONTEXT}" and not self._open[name]
        if spent:
            del self._open[name]
        return spent


async def settle(page: Any) -> None:
    """Wait until a page's scripts have fetched what they want, or give up: some never stop."""
    with contextlib.suppress(PlaywrightError):
        await page.wait_for_load_state("networkidle", timeout=SETTLE_SECONDS * 1000)


def unwanted(request: Any) -> bool:
    """``PLAYWRIGHT_ABORT_REQUEST``: what a page loads for the eye only."""
    return request.resource_type in UNWANTED


async def _greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
    """The host and port that the client wants to reach; raises ValueError for what is not SOCKS 5 CONNECT."""
    version, methods = await reader.readexactly(2)
    if version != 5 or 0 not in await reader.readexactly(methods):
        raise ValueError("not SOCKS 5 without authentication")
    writer.write(b"\x05\x00")
    version, command, _, kind = await reader.readexactly(4)
    if version != 5 or command != 1 or kind not in {1, 3, 4}:
        raise ValueError("not a SOCKS 5 CONNECT")
    if kind == 1:
        host = str(IPv4Address(await reader.readexactly(4)))
    elif kind == 4:
        host = str(IPv6Address(await reader.readexactly(16)))
    else:
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode("ascii")
    return host, int.from_bytes(await reader.readexactly(2), "big")


def _answer(code: int) -> bytes:
    return bytes((5, code, 0, 1)) + bytes(6)


async def _join(
    one: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    other: tuple[asyncio.StreamReader, asyncio.StreamWriter],
) -> None:
    """Carry bytes both ways until both sides have ended."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(_CHUNK):
                writer.write(data)
                await writer.drain()
        with contextlib.suppress(OSError, RuntimeError):
            writer.write_eof()

    try:
        await asyncio.gather(carry(one[0], other[1]), carry(other[0], one[1]))
    finally:
        other[1].close()
