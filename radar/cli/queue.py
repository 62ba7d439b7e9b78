"""``queue``: what waits to be fetched, what failed for good, and trying that again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, TypeVar

import click

from radar.cli.options import json_option
from radar.cli.session import Session, pass_session
from radar.cli.terminal import ago, console, echo_json, one_line, table

if TYPE_CHECKING:
    from radar.frontier.client import Frontier
    from radar.frontier.stats import Stats

Answer = TypeVar("Answer")


def ask(session: Session, question: Callable[[Frontier], Awaitable[Answer]]) -> Answer:
    """The frontier's answer. Raises ``FrontierUnavailable`` if Redis is away."""
    from radar.frontier.client import Frontier

    async def run() -> Answer:
        frontier = await Frontier.open(session.services.redis_url)
        try:
            return await question(frontier)
        finally:
            await frontier.close()

    return asyncio.run(run())


@click.group(short_help="Look into the queue of requests.")
def queue() -> None:
    """Look into the queue of requests that all workers share."""


@queue.command(short_help="Say what waits, in figures.")
@json_option
@pass_session
def status(session: Session, as_json: bool) -> None:
    """Say what waits, what is being fetched, and how fast hosts are read."""
    stats = ask(session, lambda frontier: frontier.stats())
    if as_json:
        echo_json(asdict(stats))
        return
    _print_stats(stats)


def _print_stats(stats: Stats) -> None:
    depths = table(
        "Spider", "Ready", "Delayed", "In hand", "Total", right=("Ready", "Delayed", "In hand", "Total")
    )
    for name, depth in stats.spiders.items():
        depths.add_row(one_line(name), *map(str, (depth.ready, depth.delayed, depth.leased, depth.total)))
    out = console()
    if stats.spiders:
        out.print(depths)
    else:
        click.echo("Nothing waits.\n")
    click.echo(f"Visits under way: {stats.visits}")
    click.echo(f"Hosts in hand: {stats.hosts_leased}, waiting for their delay: {stats.hosts_paused}")
    click.echo(f"Failed for good: {stats.dead}" + (" (`radar queue dead` lists them)" if stats.dead else ""))
    if stats.counters:
        told = ", ".join(f"{name} {count}" for name, count in sorted(stats.counters.items()))
        click.echo(f"Counted so far: {told}")
    for host, rate in list(stats.rates.items())[:10]:
        click.echo(f"  {one_line(host)}: {rate} in the last minute")


@queue.command(short_help="List requests that failed for good.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_envvar=True, help="Most to list.")
@json_option
@pass_session
def dead(session: Session, limit: int, as_json: bool) -> None:
    """List requests that failed too often, or that no worker may run, the youngest first."""
    letters = ask(session, lambda frontier: frontier.dead(limit))
    if as_json:
        echo_json([asdict(letter) for letter in letters])
        return
    if not letters:
        click.echo("No request has failed for good.")
        return
    made = table("ID", "When", "Spider", "Address", "Why")
    for letter in letters:
        made.add_row(
            letter.id[:16],
            ago(letter.at, session.now),
            one_line(letter.spider, 20),
            one_line(letter.url) or "(cannot be read)",
            one_line(letter.reason, 80),
        )
    console().print(made)
    click.echo("`radar queue retry` tries them again, `radar queue purge` deletes them; both take IDs.")


def _whole_ids(session: Session, told: tuple[str, ...]) -> list[str] | None:
    """IDs of dead letters by their beginnings; None for all."""
    if not told:
        return None
    known = [letter.id for letter in ask(session, lambda frontier: frontier.dead(100_000))]
    found: list[str] = []
    for beginning in told:
        matching = [each for each in known if each.startswith(beginning.lower())]
        if len(matching) != 1:
            how = "no failed request" if not matching else f"{len(matching)} failed requests"
            raise click.UsageError(f"“{beginning}” names {how}; `radar queue dead` lists them.")
        found += matching
    return found


@queue.command(short_help="Try failed requests again.")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@pass_session
def retry(session: Session, ids: tuple[str, ...]) -> None:
    """Put failed requests back into their queues: those named by ID (or its beginning), else all."""
    whole = _whole_ids(session, ids)
    count = ask(session, lambda frontier: frontier.retry_dead(whole))
    click.echo(f"{count} request{'' if count == 1 else 's'} put back; `radar run` fetches them.")


@queue.command(short_help="Delete failed requests.")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--yes", is_flag=True, show_envvar=True, help="Do not ask.")
@pass_session
def purge(session: Session, ids: tuple[str, ...], yes: bool) -> None:
    """Delete failed requests: those named by ID (or its beginning), else all."""
    whole = _whole_ids(session, ids)
    if not yes:
        what = f"{len(whole)} failed requests" if whole else "all failed requests"
        click.confirm(f"Delete {what} for good?", abort=True)
    count = ask(session, lambda frontier: frontier.purge_dead(whole))
    click.echo(f"{count} request{'' if count == 1 else 's'} deleted.")
