"""A door in front of a server: closed, the server is away for those who come through it."""

from __future__ import annotations

import asyncio
import contextlib
from types import TracebackType
from typing import Self

from tests.crash.background import Background


class Gate:
    """Forwards a loopback port to another address. ``close()`` cuts all connections and refuses new ones."""

    def __init__(self, host: str, port: int = 0) -> None:
        self._target = (host, port)  # a host that is a path is a Unix socket
        self._background = Background()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0

    def open(self) -> None:
        self._background.do(self._open())

    def close(self) -> None:
        self._background.do(self._close())

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        self._background.stop()

    async def _open(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._forward, "127.0.0.1", self.port)
            self.port = int(self._server.sockets[0].getsockname()[1])

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
            for writer in list(self._writers):
                writer.transport.abort()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = self._target
        unix = host.startswith("/")
        try:
            there = await (
                asyncio.open_unix_connection(host) if unix else asyncio.open_connection(host, port)
            )
        except OSError:
            writer.transport.abort()
            return
        both = {writer, there[1]}
        self._writers |= both
        await asyncio.gather(_pump(reader, there[1]), _pump(there[0], writer))
        self._writers -= both


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
