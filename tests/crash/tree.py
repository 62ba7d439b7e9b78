"""A site whose pages form a tree over several hosts, which notes who was asked when.

Page N links to the pages 2N+1 and 2N+2; it lies on host N modulo the number of hosts.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, defaultdict
from itertools import pairwise
from types import TracebackType
from typing import Self

from tests.crash.background import Background
from tests.rediserver import free_port


class Tree:
    """``slow``: seconds that each of these pages takes to answer, the first time it is asked for."""

    def __init__(self, pages: int, hosts: int = 8, slow: dict[int, float] | None = None) -> None:
        self.pages = pages
        self.hosts = [f"127.0.0.{n + 1}" for n in range(hosts)]
        self.asked: list[tuple[str, int, float]] = []
        self._slow = dict(slow or {})
        self._port = free_port()
        self._background = Background()
        self._server: asyncio.Server | None = None

    def url(self, page: int) -> str:
        return f"http://{self.hosts[page % len(self.hosts)]}:{self._port}/{page}"

    def fetched(self) -> Counter[int]:
        return Counter(page for _, page, _ in list(self.asked))

    def closest(self) -> float:
        """The shortest time between two requests to one host, in seconds."""
        times = defaultdict(list)
        for host, _, at in list(self.asked):
            times[host].append(at)
        gaps = [b - a for seen in times.values() for a, b in pairwise(seen)]
        return min(gaps, default=float("inf"))

    async def _start(self) -> None:
        self._server = await asyncio.start_server(self._answer, self.hosts, self._port)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                page = int(head.split(b" ", 2)[1].lstrip(b"/"))
                self.asked.append((host, page, time.monotonic()))
                await asyncio.sleep(self._slow.pop(page, 0.0))
                children = [self.url(n) for n in (2 * page + 1, 2 * page + 2) if n < self.pages]
                body = json.dumps({"page": page, "children": children}).encode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
                writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def __enter__(self) -> Self:
        self._background.do(self._start())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server:
            self._background.loop.call_soon_threadsafe(self._server.close)
        self._background.stop()
