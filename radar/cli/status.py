"""``status``: how the radar is doing, in figures."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from radar.cli.options import json_option
from radar.cli.session import Session, pass_session
from radar.cli.terminal import ago, console, echo_json, one_line, table
from radar.errors import FrontierUnavailable

if TYPE_CHECKING:
    from radar.frontier import Stats
    from radar.store import Status


@click.command(short_help="Say how the radar is doing, in figures.")
@json_option
@pass_session
def status(session: Session, as_json: bool) -> None:
    """Say how the radar is doing: posts, leads, sources, the queue, servers."""
    from radar import embedded
    from radar.cli.queue import ask

    store = session.store.status(session.now)
    running = embedded.running(session.config.home)
    away: FrontierUnavailable | None = None
    queue: Stats | None = None
    try:
        queue = ask(session, lambda frontier: frontier.stats())
    except FrontierUnavailable as error:
        away = error
    if as_json:
        figures: dict[str, Any] = {"store": asdict(store), "queue": asdict(queue) if queue else None}
        echo_json(figures | {"embedded": running})
    else:
        _print_store(session, store)
        if queue:
            _print_queue(queue)
        for name, process in running.items():
            click.echo(f"{name.capitalize()} runs in {session.config.home} (process {process}).")
    if away:
        raise away


def _print_store(session: Session, store: Status) -> None:
    made = table("", "")
    made.show_header = False
    for name, figure in (
        ("Leads", f"{store.open_leads} open of {store.leads}"),
        ("Posts", f"{store.posts}, the latest {ago(store.latest_post_at, session.now)}"),
        ("Sources", f"{store.sources}, {store.sources_due} due, {store.sources_in_trouble} in trouble"),
        ("Latest visit", ago(store.latest_visit_at, session.now)),
        ("Refused posts", str(store.dead_letters)),
        ("Database", f"Postgres {one_line(store.server)}, {store.bytes / 1e6:,.0f} MB"),
    ):
        made.add_row(name, figure)
    console().print(made)


def _print_queue(queue: Stats) -> None:
    waiting = sum(depth.total for depth in queue.spiders.values())
    click.echo(
        f"Queue: {waiting} requests, {queue.visits} visits under way, {queue.hosts_leased} hosts in hand, "
        f"{queue.dead} failed for good (`radar queue status` says more)."
    )
