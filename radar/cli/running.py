"""``run`` and ``stop``: workers, and the embedded servers they use."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from radar.cli.session import Session, pass_session
from radar.cli.terminal import console, harmless
from radar.errors import ConfigError, RadarError
from radar.model import Channel

if TYPE_CHECKING:
    from radar.store import Status

LOOK = 2.0
"""Seconds between two looks at the figures while workers run."""
INTERRUPTED = 130


@click.command(short_help="Read what is due, once or around the clock.")
@click.option(
    "--once/--forever",
    default=True,
    show_envvar=True,
    help="Read what is due and end, or go on until it is stopped.",
)
@click.option(
    "--source", "names", multiple=True, metavar="NAME", show_envvar=True, help="Read this source now."
)
@click.option(
    "--channel",
    "channels",
    multiple=True,
    type=click.Choice([channel.value for channel in Channel]),
    show_envvar=True,
    help="Only sources of this channel.",
)
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_envvar=True, help="Processes that read."
)
@click.option(
    "--log",
    type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"]),
    show_envvar=True,
    help="What workers log; without it WARNING with --once, INFO with --forever.",
)
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", show_envvar=True, help="A setting of Scrapy."
)
@pass_session
def run(
    session: Session,
    once: bool,
    names: tuple[str, ...],
    channels: tuple[str, ...],
    workers: int,
    log: str | None,
    settings: tuple[str, ...],
) -> None:
    """Read the sources that are due, judge their posts and store those who ask for help as leads.

    Several workers, and several `radar run` on any number of machines, share the work through one queue.
    --source may be given several times; named sources are read even if they are not due.
    """
    from radar import worker

    config = session.config
    known = {source.name: source for source in config.sources if source.enabled}
    if not known:
        raise ConfigError(
            "there is nothing to read; `radar add https://…` writes a [[source]] into radar.toml"
        )
    for name in names:
        if name not in known:
            raise ConfigError(f"there is no enabled source “{harmless(name)}” in radar.toml")
    for setting in settings:
        if "=" not in setting:
            raise click.UsageError(f"--set takes NAME=VALUE, not “{harmless(setting)}”.")
    for source in known.values():
        config.require_contact(source.url)
    session.sync()
    wanted = {Channel(channel) for channel in channels} or {known[name].channel for name in names or known}
    level = f"LOG_LEVEL={log or ('WARNING' if once else 'INFO')}"
    before = session.store.status(session.now)
    with _progress(session, before, workers) as tick:
        report = worker.run(
            config,
            once=once,
            workers=workers,
            sources=names,
            channels=sorted(wanted),
            settings=[level, *settings],
            on_tick=tick,
        )
    after = session.store.status(session.now)
    click.echo(f"{_growth(before, after)}. `radar leads` lists them.")
    if report.failed:
        raise RadarError(f"{report.failed} of {report.workers} workers failed; the log above says why")
    if report.interrupted and once:
        click.get_current_context().exit(INTERRUPTED)


def _growth(before: Status, after: Status) -> str:
    posts, leads = max(0, after.posts - before.posts), max(0, after.leads - before.leads)
    return f"{posts} new posts, {leads} new leads"


@contextmanager
def _progress(session: Session, before: Status, workers: int) -> Iterator[Callable[[], None]]:
    """A line that grows, for people who watch; silent in a pipe. Yields what is called now and then."""
    out = console(stderr=True)
    if not out.is_terminal:
        yield lambda: None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    what = f"{workers} worker{'s' if workers > 1 else ''}"
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=out
    ) as progress:
        line = progress.add_task(f"{what} read")
        looked = 0.0

        def tick() -> None:
            nonlocal looked
            if time.monotonic() - looked >= LOOK:
                looked = time.monotonic()
                progress.update(
                    line, description=f"{what}: {_growth(before, session.store.status(session.now))}"
                )

        yield tick


@click.command(short_help="Stop the embedded servers.")
@pass_session
def stop(session: Session) -> None:
    """Stop the embedded Postgres and Valkey of the data folder; the next command starts them again."""
    from radar import embedded

    stopped = embedded.stop(session.config.home)
    click.echo(f"Stopped {' and '.join(stopped)}." if stopped else "No embedded server is running.")
