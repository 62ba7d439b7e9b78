"""``forget`` and ``expire``: what must go."""

from __future__ import annotations

from dataclasses import asdict

import click

from radar.cli.options import json_option
from radar.cli.session import Session, pass_session
from radar.cli.terminal import ago, console, echo_json, one_line, table


@click.command(short_help="Delete posts for good, also from later visits.")
@click.option("--lead", type=int, metavar="ID", show_envvar=True, help="The post of this lead.")
@click.option("--post", type=int, metavar="ID", show_envvar=True, help="This post.")
@click.option(
    "--author", metavar="NAME", show_envvar=True, help="All posts of an author: name as shown, or pseudonym."
)
@click.option("--source", default="", metavar="NAME", show_envvar=True, help="With --author: only there.")
@click.option("--url", metavar="URL", show_envvar=True, help="The post or thread at this address.")
@click.option("--reason", default="", metavar="TEXT", show_envvar=True, help="Why, for your records.")
@click.option("--list", "listing", is_flag=True, show_envvar=True, help="List what is forgotten (as hashes).")
@click.option("--yes", is_flag=True, show_envvar=True, help="Do not ask.")
@json_option
@pass_session
def forget(
    session: Session,
    lead: int | None,
    post: int | None,
    author: str | None,
    source: str,
    url: str | None,
    reason: str,
    listing: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Delete posts for good, for example because their author asks for it.

    A tombstone keeps them from being stored again, so an author or address that is not stored yet can be named,
    too: this is the list of objections.
    """
    if listing:
        _list(session, as_json)
        return
    named = [given for given in (lead, post, author, url) if given is not None]
    if len(named) != 1:
        raise click.UsageError("Say what to forget: one of --lead, --post, --author and --url.")
    if source and author is None:
        raise click.UsageError("--source goes with --author.")
    if not yes:
        click.confirm("Delete it for good, and keep it out from now on?", abort=True)
    count = session.store.forget(
        now=session.now, lead=lead, post=post, author=author, source=source, url=url, reason=reason
    )
    if as_json:
        echo_json({"deleted": count})
    else:
        click.echo(
            f"{count} post{'' if count == 1 else 's'} deleted; what is found of this again is not stored."
        )


def _list(session: Session, as_json: bool) -> None:
    stones = session.store.tombstones(100_000)
    if as_json:
        echo_json([asdict(stone) for stone in stones])
        return
    made = table("What", "When", "Why", right=())
    for stone in stones:
        made.add_row(stone.kind, ago(stone.created_at, session.now), one_line(stone.reason))
    console().print(made)


@click.command(short_help="Remove what is older than you keep.")
@json_option
@pass_session
def expire(session: Session, as_json: bool) -> None:
    """Remove what is older than `keep_unmatched` and `keep_matched` of radar.toml allow."""
    gone = session.store.expire(session.now, session.config.privacy)
    if as_json:
        echo_json(asdict(gone))
        return
    click.echo(
        f"Text removed from {gone.unmatched} posts that fit no profile and {gone.matched} others; "
        f"{gone.dead_letters} refused posts deleted."
    )
