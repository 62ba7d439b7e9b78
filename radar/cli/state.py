"""``sources``: where the radar looks, and how that goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import click

from radar.cli.options import json_option
from radar.cli.session import Session, pass_session
from radar.cli.terminal import ago, console, echo_json, harmless, one_line, table
from radar.errors import ConfigError

if TYPE_CHECKING:
    from radar.store import SourceRow

REASON = "paused by the owner"


@click.command(short_help="List the sources and how they are doing.")
@click.option("--pause", multiple=True, metavar="NAME", show_envvar=True, help="Stop reading this source.")
@click.option(
    "--resume",
    multiple=True,
    metavar="NAME",
    show_envvar=True,
    help="Read this source again, at once: one that was paused, forbidden or gone.",
)
@json_option
@pass_session
def sources(session: Session, pause: tuple[str, ...], resume: tuple[str, ...], as_json: bool) -> None:
    """List the sources: when they were read, when they are due, and what is wrong with those in trouble."""
    session.sync()
    known = {row.source.name for row in session.store.sources()}
    for name in (*pause, *resume):
        if name not in known:
            raise ConfigError(f"there is no source “{harmless(name)}”; `radar sources` lists them")
    if pause:
        session.store.pause(pause, REASON, session.now)
    if resume:
        session.store.resume(resume, session.now)
    found = session.store.sources()
    if as_json:
        echo_json([asdict(row) for row in found])
    elif found:
        _print_sources(found, session.now)
    else:
        click.echo("No sources. `radar add https://…` finds out what a site runs and writes an entry.")


def _print_sources(found: Sequence[SourceRow], now: datetime) -> None:
    from rich.text import Text

    made = table(
        *("Source", "Channel", "Health", "Read", "Due", "Newest post", "Posts 7 d", "Leads 7 d", "Problems"),
        right=("Posts 7 d", "Leads 7 d", "Problems"),
    )
    for row in found:
        health = Text(one_line(row.health), style="green" if row.health == "ok" else "yellow")
        if row.reason:
            health.append(f"\n{one_line(row.reason, 60)}", style="dim")
        made.add_row(
            Text(one_line(row.source.name)),
            row.source.channel.value,
            health,
            ago(row.last_visit_at, now),
            _due(row, now),
            ago(row.newest_post_at, now),
            str(row.posts_in_7_days),
            str(row.leads_in_7_days),
            str(row.problems_in_7_days),
        )
    console().print(made)


def _due(row: SourceRow, now: datetime) -> str:
    if row.state != "active":
        return row.state
    if not row.source.enabled:
        return "disabled"
    return "now" if row.next_check_at is None or row.next_check_at <= now else ago(row.next_check_at, now)
