"""The processes of a run: each is one Scrapy process with a crawler per channel, all on one queue.

``python -m radar.worker`` is one worker; ``run`` starts several, watches them and stops them together.
"""

from __future__ import annotations

import argparse
import logging
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from radar.config import Config
from radar.model import Channel
from radar.spiders.browser import BrowserSpider

logger = logging.getLogger(__name__)

STOPPING = 25.0
"""Seconds a worker has for a clean exit (it needs 20 at most) before it is killed; its leases run out then."""
RESTART_PAUSE = 5.0
LOOK = 0.5


@dataclass(frozen=True, slots=True)
class RunReport:
    """How a run ended."""

    workers: int
    failed: int
    """Workers that ended with an error."""
    interrupted: bool


def run(
    config: Config,
    *,
    once: bool,
    workers: int = 1,
    sources: Sequence[str] = (),
    channels: Sequence[Channel] = (),
    settings: Sequence[str] = (),
    log: Path | None = None,
    on_tick: Callable[[], None] = lambda: None,
) -> RunReport:
    """Run workers until what is due is read (``once``) or until a signal comes.

    The workers read the same environment as this process, so they come to the same configuration.
    ``sources`` are read now, whether due or not; ``channels`` restricts to those. ``settings`` are passed on as
    ``NAME=value``; ``log`` takes what the workers have to say, otherwise standard error does; ``on_tick`` is
    called about twice a second, for progress. A worker of an endless run that dies is replaced.
    """
    command = [sys.executable, "-m", "radar.worker"]
    command += ["--once"] if once else []
    settings = [*settings, *([f"LOG_FILE={log}"] if log else [])]
    spiders = spiders_for(config, sources, channels)
    for name, values in (("--source", sources), ("--spider", spiders), ("--set", settings)):
        for value in values:
            command += [name, str(value)]
    failed = 0
    with _signals() as stopping:
        processes = [_start(command) for _ in range(workers)]
        try:
            while processes and not stopping():
                time.sleep(LOOK)
                on_tick()
                for process in [each for each in processes if each.poll() is not None]:
                    processes.remove(process)
                    failed += process.returncode != 0
                    if not once:
                        logger.warning("A worker ended with %d; another takes its place.", process.returncode)
                        time.sleep(RESTART_PAUSE)
                        processes.append(_start(command))
        finally:
            failed += _stop(processes)
        return RunReport(workers=workers, failed=failed, interrupted=stopping())


def spiders_for(config: Config, sources: Sequence[str], channels: Sequence[Channel]) -> list[str]:
    """Names of the spiders that the enabled sources need; those that need a browser have one of their own."""
    return sorted(
        {
            BrowserSpider.name if source.render else str(source.channel)
            for source in config.sources
            if source.enabled
            and (not sources or source.name in sources)
            and (not channels or source.channel in channels)
        }
    )


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    # in a session of its own: Ctrl-C is for us, and we tell the workers once
    return subprocess.Popen(command, start_new_session=True)  # noqa: S603


@contextmanager
def _signals() -> Iterator[Callable[[], bool]]:
    """Whether SIGINT or SIGTERM came, instead of dying from it: the workers are told first."""
    came = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal came
        came = True

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(processes: Sequence[subprocess.Popen[bytes]]) -> int:
    """Ask all to stop, wait, kill what is left; the number of those that had to be killed."""
    killed = 0
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + STOPPING
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            killed += 1
    return killed


def crawl(*, once: bool, sources: Sequence[str], spiders: Sequence[str], overrides: dict[str, str]) -> bool:
    """One worker: these spiders side by side in this process; whether all of them went well."""
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.utils.project import get_project_settings

    settings = get_project_settings()
    settings.setmodule("radar.settings", priority="project")
    settings.set("FRONTIER_FOREVER", not once, priority="cmdline")
    settings.setdict(overrides, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    tasks = [process.crawl(spider, source=",".join(sources)) for spider in spiders]
    process.start()
    return all(task.done() and not task.cancelled() and task.exception() is None for task in tasks)


def main() -> None:
    """Entry point of a worker process."""
    parser = argparse.ArgumentParser(prog="python -m radar.worker", description=crawl.__doc__)
    parser.add_argument("--once", action="store_true", help="read what is due, then end")
    parser.add_argument("--source", action="append", default=[], help="read this source now")
    parser.add_argument("--spider", action="append", required=True, help="run this spider")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a Scrapy setting")
    options = parser.parse_args()
    fine = crawl(
        once=options.once,
        sources=options.source,
        spiders=options.spider,
        overrides=dict(each.split("=", 1) for each in options.set),
    )
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
