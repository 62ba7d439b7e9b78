"""``demo``: the main job on a small made-up web, from nothing to leads on the screen."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from radar.cli.session import Session, pass_session
from radar.cli.terminal import console, one_line
from radar.errors import ConfigError, RadarError

if TYPE_CHECKING:
    from rich.console import Console

    from radar.config import Config
    from radar.store import Store
    from radar.store.rows import LeadRow

FOLDER = "demo"
TOML = "radar.toml"
LOG = "radar.log"
MARK = "# The demo's radar."
"""First words of the demo's radar.toml: only a folder that has it is emptied."""
EVIDENCE = 110
"""Characters shown of the words that carried a verdict."""


@click.command(short_help="Watch the radar work on a made-up web.")
@click.option(
    "--workers", type=click.IntRange(1, 8), default=2, show_envvar=True, help="Processes that crawl."
)
@click.option(
    "--shown", type=click.IntRange(1, 100), default=8, show_envvar=True, help="Leads shown of each profile."
)
@pass_session
def demo(session: Session, workers: int, shown: int) -> None:
    """Serve a small made-up web on this machine, crawl it, and show the leads of two example profiles.

    It has a data folder of its own, “demo” in the data folder, and begins anew each time.
    """
    from radar import config as configuration
    from radar import embedded
    from radar.demo.example import demo_config
    from radar.demo.web import DemoWeb
    from radar.opening import open_store

    home = session.config.home / FOLDER
    screen = console()
    began = time.monotonic()
    _empty(home)
    try:
        with DemoWeb() as web:
            (home / TOML).write_text(demo_config(home, web.addresses), "utf-8")
            configuration.tell_children(home / TOML, home)
            config = configuration.load()
            screen.print(f"A made-up web of {len(web.addresses)} sites is up on this machine.")
            services = embedded.services(home)
            screen.print(f"Postgres and Valkey run in {home}.", soft_wrap=True)
            with open_store(config, services.database_url) as store:
                _crawl(screen, config, store, workers)
                _report(screen, config, store, shown)
    finally:
        embedded.stop(home)
    screen.print(f"\nDone in {time.monotonic() - began:.0f} s; everything is stopped. To look further:\n")
    for command in (
        "leads --kind provider",
        "show 1",
        "sql 'select kind, sum(requests) from kinds_by_day group by kind order by 2 desc'",
    ):
        screen.print(f"    radar --home {home} --config {home / TOML} {command}", soft_wrap=True)
    screen.print(f"\nTo be rid of it: radar --home {home} stop, then delete that folder.\n", soft_wrap=True)


def _empty(home: Path) -> None:
    """Begin anew, but never delete a folder that is not the demo's."""
    from radar import embedded

    if home.exists() and any(home.iterdir()):
        toml = home / TOML
        if not toml.is_file() or not toml.read_text("utf-8", "replace").startswith(MARK):
            raise ConfigError(f"{home} is not the demo's folder; move it away, or use another --home")
        embedded.stop(home)
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)


def _crawl(screen: Console, config: Config, store: Store, workers: int) -> None:
    from datetime import UTC, datetime

    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from radar.worker import run

    now = datetime.now(UTC)
    store.save_sources(config.sources, now)
    store.save_profiles(config.profiles, now)
    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    with Progress(*columns, console=screen) as progress:
        line = progress.add_task(f"{workers} workers read {len(config.sources)} sources")

        def tick() -> None:
            status = store.status(datetime.now(UTC))
            progress.update(
                line,
                description=f"{workers} workers read {len(config.sources)} sources: "
                f"{status.posts} posts, {status.leads} leads",
            )

        report = run(config, once=True, workers=workers, log=config.home / LOG, on_tick=tick)
        tick()
    if report.interrupted:
        raise click.Abort
    if report.failed:
        raise RadarError(f"a worker failed; {config.home / LOG} says why")


def _report(screen: Console, config: Config, store: Store, shown: int) -> None:
    from radar.store.rows import LeadFilter

    for profile in config.profiles:
        leads = store.leads(LeadFilter(profile=profile.name, order="best", limit=1000))
        screen.print(f"\n{profile.name}: {len(leads)} leads", style="bold")
        for lead in leads[:shown]:
            _print(screen, lead)
        if len(leads) > shown:
            screen.print(f"  … and {len(leads) - shown} more.")


def _print(screen: Console, lead: LeadRow) -> None:
    kinds = ", ".join(lead.kinds)
    screen.print(f"  {lead.id:>4}  {lead.score:.2f}  {one_line(lead.title, 90)}  [{kinds}]", soft_wrap=True)
    if lead.evidence:
        screen.print(f"              “{one_line(lead.evidence[0], EVIDENCE)}”", style="dim", soft_wrap=True)
    screen.print(f"              {one_line(lead.url)}", style="dim", soft_wrap=True)
