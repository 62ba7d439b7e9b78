"""``add``: from an address to a source."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from radar.cli.options import json_option
from radar.cli.session import Session, pass_session
from radar.cli.terminal import echo_json, harmless, one_line
from radar.errors import ConfigError, RadarError

if TYPE_CHECKING:
    from radar.model import Source
    from radar.recognise import Proposal
    from radar.scouting import Findings

MOST_BOARDS = 60


@click.command(short_help="Find out how a site can be read.")
@click.argument("url")
@click.option(
    "--yes", is_flag=True, show_envvar=True, help="Write the entry into radar.toml instead of showing it."
)
@click.option("--name", show_envvar=True, help="What the source is called; without it, after its host.")
@click.option(
    "--board",
    "boards",
    multiple=True,
    metavar="ID",
    show_envvar=True,
    help="Read only this board; may be given several times.",
)
@json_option
@pass_session
def add(
    session: Session, url: str, yes: bool, name: str | None, boards: tuple[str, ...], as_json: bool
) -> None:
    """Find out what runs at URL (any page of the site: home, board, thread or feed) and how it is best read.

    A dozen pages are fetched at most, as politely as ever. Prints a [[source]] entry; with --yes it is written to
    the end of radar.toml.
    """
    from radar.config.values import url as address
    from radar.config.writing import add_sources, entry
    from radar.scouting import look

    config = session.config
    try:
        url = address(url if "://" in url else f"https://{url}")
    except ValueError as error:
        raise click.UsageError(harmless(str(error))) from None
    proposal, findings = look(url, config)
    source = _named(proposal.source, name, boards, [known.name for known in config.sources])
    if as_json:
        told = asdict(proposal) | {"source": asdict(source) if source else None, "refused": findings.refused}
        echo_json(told)
    else:
        _print(proposal, source, findings, reasons=yes)
    if source is None:
        raise RadarError(f"nothing that can be read was found at {harmless(url)}")
    twin = next((known for known in config.sources if known.url == source.url), None)
    if twin is not None:
        raise ConfigError(f"radar.toml has this address already, as source “{one_line(twin.name)}”")
    text = entry(source, "\n".join(one_line(reason) for reason in proposal.reasons))
    if not yes:
        if not as_json:
            click.echo(f"\n{harmless(text)}")
            click.echo("--yes writes this into radar.toml.", err=True)
        return
    target = config.path or Path("radar.toml")
    add_sources(target, [text])
    now = (
        f"`radar run --source '{one_line(source.name)}'` reads it now"
        if source.enabled
        else "it is switched off"
    )
    click.echo(f"Written into {target}; {now}.", err=as_json)


def _named(
    source: Source | None, name: str | None, boards: tuple[str, ...], taken: list[str]
) -> Source | None:
    """The source with the owner's wishes, and a name of its own."""
    if source is None:
        return None
    wanted, number = name or source.name, 1
    known = {each.casefold() for each in taken}
    while name is None and wanted.casefold() in known:
        number += 1
        wanted = f"{source.name} {number}"
    return replace(source, name=wanted, boards=boards or source.boards)


def _print(proposal: Proposal, source: Source | None, findings: Findings, *, reasons: bool) -> None:
    if source is None:
        click.echo("What was tried:")
        for line in proposal.tried:
            click.echo(f"  {one_line(line, 200)}")
    else:
        version = f" {one_line(proposal.version)}" if proposal.version else ""
        sure = f"{proposal.confidence:.0%} sure"
        click.echo(f"{proposal.software}{version} ({sure}), read through {proposal.way or 'its pages'}.")
        for reason in proposal.reasons if reasons else ():
            click.echo(f"  {one_line(reason, 200)}")
    if proposal.alternatives:
        click.echo(f"It might also be: {', '.join(proposal.alternatives)}.")
    if proposal.boards:
        click.echo(f"{len(proposal.boards)} boards; --board ID restricts to some of them:")
        for board in proposal.boards[:MOST_BOARDS]:
            click.echo(f"  {one_line(board.id, 40)}  {one_line(board.name, 80)}")
        if len(proposal.boards) > MOST_BOARDS:
            click.echo(f"  … and {len(proposal.boards) - MOST_BOARDS} more")
    for feed in proposal.feeds[:10]:
        click.echo(f"Feed: {one_line(feed)}")
    for opt_out in proposal.opt_outs:
        click.echo(f"The site reserves: {one_line(opt_out, 200)}")
    for where, why in findings.refused.items():
        click.echo(f"Not fetched: {one_line(where)} ({one_line(why, 160)})")
