"""A small HTTP/1.1 server on asyncio: several sites, a port each, in a thread of its own.

It counts what is asked for, and misbehaves where a test has told it to (by calling ``misbehave``, never by HTTP).
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import partial
from http.client import responses
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from radar.demo.http import Answer, Asked, Site

_MOST_HEAD = 64 * 1024
_IDLE_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A way to misbehave. What is left out stays as the site answers."""

    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    """Added to the answer's own."""
    body: bytes | None = None
    content_type: str | None = None
    delay: float = 0.0
    """Seconds before the answer."""
    truncate: int | None = None
    """Send that many bytes of the body, then close, though Content-Length promised all."""
    charset: str | None = None
    """Encode the body so, while the header goes on saying UTF-8."""
    drop: bool = False
    """Close without an answer."""
    times: int | None = None
    """Behave again after so many requests; None never does."""

    @classmethod
    def too_many(cls, retry_after: int, times: int | None = None) -> Fault:
        """429 with Retry-After in seconds."""
        return cls(status=429, headers=(("Retry-After", str(retry_after)),), body=b"Slow down\n", times=times)

    def apply(self, answer: Answer) -> Answer:
        """The answer as this fault spoils it."""
        body = answer.body if self.body is None else self.body
        if self.charset:
            body = body.decode().encode(self.charset, "replace")
        return Answer(
            body=body,
            status=self.status or answer.status,
            content_type=self.content_type or answer.content_type,
            headers=answer.headers + self.headers,
        )


class Server:
    """Serves sites on loopback, each on a free port of its own, between ``start`` and ``stop``."""

    def __init__(self, sites: Mapping[str, Site]) -> None:
        self._sites = sites
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="demo-web", daemon=True)
        self._servers: list[asyncio.Server] = []
        self._open: set[asyncio.StreamWriter] = set()
        self._lock = threading.Lock()
        self._faults: list[tuple[str, str, Fault]] = []
        self._requests: Counter[str] = Counter()
        self._agents: Counter[str] = Counter()
        self.addresses: dict[str, str] = {}
        """Site to scheme, host and port."""

    def start(self, ports: Mapping[str, int] | None = None) -> None:
        """Bind (``ports`` fixes some, the others are free ones) and serve; OSError if a port is taken."""
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._bind(ports or {}), self._loop).result(timeout=30)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Close the ports and what is connected."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(timeout=30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=30)
        self._loop.close()

    def misbehave(self, site: str, path: str, fault: Fault) -> None:
        """Spoil answers to ``path`` (with its query; ``*`` stands for anything) of a site from now on."""
        with self._lock:
            self._faults.insert(0, (site, path, fault))

    def behave(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._faults.clear()

    @property
    def requests(self) -> Counter[str]:
        """How often each URL was asked for, session ids taken out, query in alphabetical order."""
        with self._lock:
            return self._requests.copy()

    @property
    def agents(self) -> Counter[str]:
        """How often each User-Agent asked."""
        with self._lock:
            return self._agents.copy()

    def forget_requests(self) -> None:
        """Count from zero."""
        with self._lock:
            self._requests.clear()
            self._agents.clear()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _bind(self, ports: Mapping[str, int]) -> None:
        for name, site in self._sites.items():
            server = await asyncio.start_server(
                partial(self._converse, name, site),
                "127.0.0.1",
                ports.get(name, 0),
                limit=_MOST_HEAD,
                backlog=256,
            )
            self._servers.append(server)
            site.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            self.addresses[name] = site.base

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        for writer in list(self._open):
            writer.transport.abort()
        await asyncio.sleep(0)
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _converse(
        self, name: str, site: Site, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._open.add(writer)
        try:
            while True:
                async with asyncio.timeout(_IDLE_SECONDS):
                    head = await reader.readuntil(b"\r\n\r\n")
                if not await self._reply(name, site, head, reader, writer):
                    return
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, ConnectionError):
            return
        except asyncio.CancelledError:
            return  # by ``stop``; raised further it would only be logged by asyncio.streams
        finally:
            self._open.discard(writer)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _reply(
        self, name: str, site: Site, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Answer one request; whether the connection stays open."""
        method, target, asked = _parse(head)
        if (length := asked.headers.get("content-length", "")).isdigit():
            await reader.readexactly(min(int(length), 1 << 20))
        fault = self._note(name, site.base + target, target, asked)
        if fault is not None:
            await asyncio.sleep(fault.delay)
            if fault.drop:
                writer.transport.abort()
                return False
        if method in ("GET", "HEAD"):
            answer = site.answer(asked)
        else:
            answer = Answer(b"Only GET and HEAD here.\n", 405, "text/plain", (("Allow", "GET, HEAD"),))
        if fault is not None:
            answer = fault.apply(answer)
        lasting = asked.headers.get("connection", "").lower() != "close"
        writer.write(_head(answer, lasting=lasting))
        if method != "HEAD" and answer.status != 304:
            cut = fault.truncate if fault is not None else None
            writer.write(answer.body[:cut])
            if cut is not None and cut < len(answer.body):
                await writer.drain()
                return False
        await writer.drain()
        return lasting

    def _note(self, name: str, url: str, target: str, asked: Asked) -> Fault | None:
        """Count a request and find the fault that concerns it."""
        with self._lock:
            self._requests[url] += 1
            self._agents[asked.headers.get("user-agent", "")] += 1
            for index, (site, path, fault) in enumerate(self._faults):
                if site == name and (path == target or fnmatchcase(target, path)):
                    if fault.times is not None:
                        if fault.times <= 1:
                            del self._faults[index]
                        else:
                            self._faults[index] = (site, path, replace(fault, times=fault.times - 1))
                    return fault
        return None


def _parse(head: bytes) -> tuple[str, str, Asked]:
    """Method, path with ordered query, and the request."""
    lines = head.decode("latin-1").split("\r\n")
    method, _, rest = lines[0].partition(" ")
    parts = urlsplit(rest.rpartition(" ")[0])
    headers = {}
    for line in lines[1:]:
        key, colon, value = line.partition(":")
        if colon:
            headers[key.strip().lower()] = value.strip()
    pairs = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key != "sid"]
    query: dict[str, tuple[str, ...]] = {}
    for key, value in pairs:
        query[key] = (*query.get(key, ()), value)
    target = (parts.path or "/") + ("?" + urlencode(sorted(pairs)) if pairs else "")
    return method, target, Asked(unquote(parts.path) or "/", query, headers)


def _head(answer: Answer, *, lasting: bool) -> bytes:
    phrase = responses.get(answer.status, "Unknown")
    lines = [f"HTTP/1.1 {answer.status} {phrase}", "Server: demo"]
    if answer.status != 304:
        lines.append(f"Content-Length: {len(answer.body)}")
    if answer.content_type:
        lines.append(f"Content-Type: {answer.content_type}")
    lines += [f"{name}: {value}" for name, value in answer.headers]
    lines.append("Connection: " + ("keep-alive" if lasting else "close"))
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
