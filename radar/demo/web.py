"""The made-up web as a whole: all its sites, started and stopped together.

``python -m radar.demo.web`` serves it until interrupted and prints the addresses as one line of JSON.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from radar.demo.archive import Archive
from radar.demo.content import WrittenThread, written
from radar.demo.discourse import Discourse
from radar.demo.feeds import Feeds
from radar.demo.http import Site
from radar.demo.phpbb import Phpbb
from radar.demo.questions import Questions
from radar.demo.server import Fault, Server

__all__ = ["DemoWeb", "Expected", "Fault"]

_NAMES = {
    "werkbank": "Werkbank – Forum für Handwerk und Mittelstand",
    "serverstube": "Serverstube",
    "feierabend": "Feierabend-Forum",
    "founders": "Founders' Yard",
    "ratundtat": "Rat & Tat",
    "openask": "OpenAsk",
    "aushang": "Aushang",
    "noticeboard": "Notice Board",
}


@dataclass(frozen=True, slots=True)
class Expected:
    """What a careful reader makes of one post."""

    site: str
    thread_id: int
    position: int
    title: str
    text: str
    language: str
    request: bool
    kinds: frozenset[str]


class DemoWeb:
    """All sites on loopback; a context manager.

    ``now`` is the moment to which the written ages relate. ``archives`` holds what each site shows: tests
    publish replies and topics through it, spoil answers through ``server``, and read there what was fetched.
    """

    def __init__(self, now: datetime | None = None, threads: Iterable[WrittenThread] | None = None) -> None:
        moment = now or datetime.now(UTC)
        by_site: dict[str, list[WrittenThread]] = {}
        for thread in written() if threads is None else threads:
            by_site.setdefault(thread.site, []).append(thread)
        self._written = by_site
        self.archives = {site: Archive.of(group, moment) for site, group in by_site.items()}
        self.server = Server({site: _site(site, archive) for site, archive in self.archives.items()})

    @property
    def addresses(self) -> Mapping[str, str]:
        """Site to its address without slash at the end; empty before the start."""
        return self.server.addresses

    def start(self, ports: Mapping[str, int] | None = None) -> Self:
        """Serve; OSError if one of the wished-for ``ports`` is taken."""
        self.server.start(ports)
        return self

    def stop(self) -> None:
        """Stop serving."""
        self.server.stop()

    def expected(self) -> list[Expected]:
        """The judgement of every post as written, to measure found leads against."""
        found: list[Expected] = []
        for site, archive in self.archives.items():
            threads = sorted(self._written[site], key=lambda thread: thread.posts[0].ago, reverse=True)
            for topic, thread in zip(archive.topics.values(), threads, strict=False):
                found += [
                    Expected(
                        site, topic.id, position, thread.title, post.text, thread.language,
                        post.request, post.kinds,
                    )
                    for position, post in enumerate(thread.posts, start=1)
                ]  # fmt: skip
        return found

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _site(name: str, archive: Archive) -> Site:
    title = _NAMES.get(name, name)
    if name == "founders":
        return Discourse(title, archive)
    if name == "ratundtat":
        return Questions(title, archive, "microdata")
    if name == "openask":
        return Questions(title, archive, "json-ld")
    if name in ("aushang", "noticeboard"):
        return Feeds(title, archive)
    return Phpbb(title, archive, private="Mitgliederbereich" if name == "serverstube" else "")


def _wait_for_parent(stop: threading.Event) -> None:
    sys.stdin.read()
    stop.set()


def main(arguments: Sequence[str] = ()) -> int:
    """Serve until SIGINT or SIGTERM, or until standard input ends if ``--with-parent`` is given."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with DemoWeb() as web:
        sys.stdout.write(json.dumps(dict(web.addresses)) + "\n")
        sys.stdout.flush()
        if "--with-parent" in arguments:
            threading.Thread(target=_wait_for_parent, args=(stop,), daemon=True).start()
        stop.wait()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
