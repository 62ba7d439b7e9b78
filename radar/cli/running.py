"""``stop``: the embedded servers."""

from __future__ import annotations

import click

from radar.cli.session import Session, pass_session


@click.command(short_help="Stop the embedded servers.")
@pass_session
def stop(session: Session) -> None:
    """Stop the embedded Postgres and Valkey of the data folder; the next command starts them again."""
    from radar import embedded

    stopped = embedded.stop(session.config.home)
    click.echo(f"Stopped {' and '.join(stopped)}." if stopped else "No embedded server is running.")
