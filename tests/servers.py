"""A real HTTP server on loopback for tests: what it answers is a table, what it was asked is a list.

with Site({"/": page("<p>hello</p>"), "/old": redirect("/")}) as site:
    ...  # http://127.0.0.1:PORT/ is site.url("/"), site.asked holds one Asked for each request
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType


@dataclass(frozen=True)
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    at: float
    """Monotonic seconds."""
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """What to send back."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: Callable[[], Iterator[bytes]] | None = None
    """Sent instead of ``body``, without a length, piece by piece; the connection is closed at the end."""


Table = dict[str, Answer | Callable[[Asked], Answer]]


def page(html: str, status: int = 200, **headers: str) -> Answer:
    """An HTML page; underscores in header names become hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(html.encode(), status, {"Content-Type": "text/html; charset=utf-8", **named})


def text(body: str, status: int = 200) -> Answer:
    """A plain text file, such as a robots.txt."""
    return Answer(body.encode(), status, {"Content-Type": "text/plain; charset=utf-8"})


def redirect(location: str, status: int = 302) -> Answer:
    """A redirect."""
    return Answer(b"", status, {"Location": location})


class Site:
    """A server on a free port of 127.0.0.1, by default; paths that the table lacks are answered by
    ``otherwise``, or with 404.

    Table keys are paths with query; a key without query answers for every query. The table may be changed
    while the server runs.
    """

    def __init__(
        self,
        table: Table | None = None,
        host: str = "127.0.0.1",
        otherwise: Callable[[Asked], Answer] | None = None,
    ) -> None:
        self.table: Table = dict(table or {})
        self.otherwise = otherwise
        self.asked: list[Asked] = []
        self.host = host
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_GET(self) -> None:
                site._answer(self)

            do_HEAD = do_POST = do_GET

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer((host, 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def netloc(self) -> str:
        return f"{self.host}:{self.port}"

    def url(self, path: str = "/", host: str = "") -> str:
        """The address of ``path``; ``host`` for another name of this machine."""
        return f"http://{host or self.host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [asked.path for asked in list(self.asked)]

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        asked = Asked(handler.command, handler.path, dict(handler.headers.items()), time.monotonic(), body)
        self.asked.append(asked)
        found = self.table.get(handler.path) or self.table.get(handler.path.partition("?")[0])
        found = found or self.otherwise
        answer = found(asked) if callable(found) else found or Answer(b"not found", 404)
        try:
            handler.send_response(answer.status)
            for name, value in answer.headers.items():
                for one in value.split("\n"):
                    handler.send_header(name, one)
            if answer.pieces is not None:
                handler.close_connection = True
                handler.send_header("Connection", "close")
                handler.end_headers()
                for piece in answer.pieces():
                    handler.wfile.write(piece)
                    handler.wfile.flush()
                return
            handler.send_header("Content-Length", str(len(answer.body)))
            handler.end_headers()
            if handler.command != "HEAD":
                handler.wfile.write(answer.body)
        except (BrokenPipeError, ConnectionResetError):
            handler.close_connection = True

    def __enter__(self) -> Site:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
