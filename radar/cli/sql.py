"""``sql``: questions to the database, as a role that can only read."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from radar.cli.options import csv_option, json_option, one_format
from radar.cli.session import Session, pass_session
from radar.cli.terminal import console, echo_csv, echo_json, harmless, plain, table
from radar.errors import StoreError, StoreUnavailable

if TYPE_CHECKING:
    from radar.store import QueryResult


@click.command(short_help="Ask the database in SQL; nothing can be changed.")
@click.argument("query", required=False)
@click.option(
    "--limit", type=click.IntRange(1, 10_000_000), default=1000, show_envvar=True, help="Most rows."
)
@click.option(
    "--timeout",
    type=click.FloatRange(0.1, 3600),
    default=30.0,
    show_envvar=True,
    help="Seconds a query may take.",
)
@json_option
@csv_option
@pass_session
def sql(session: Session, query: str | None, limit: int, timeout: float, as_json: bool, as_csv: bool) -> None:
    """Ask the database in SQL, as a role that can only read: radar sql "select * from open_leads".

    Without QUERY it is read from standard input; on a terminal there is a prompt. docs/sql-cookbook.md has examples.
    """
    one_format(as_json, as_csv)
    if query is None and sys.stdin.isatty():
        _prompt(session, limit, timeout)
        return
    asked = query if query is not None else sys.stdin.read()
    if not asked.strip():
        raise click.UsageError("There is no query.")
    result = session.store.query(asked, limit=limit, timeout=timedelta(seconds=timeout))
    if as_json:
        echo_json([dict(zip(result.columns, row, strict=True)) for row in result.rows])
    elif as_csv:
        echo_csv(result.columns, result.rows)
    else:
        _print_result(result)
    if result.truncated:
        click.echo(f"Only the first {limit} rows; --limit asks for more.", err=True)


def _print_result(result: QueryResult) -> None:
    from rich.text import Text

    numbers = {
        column
        for place, column in enumerate(result.columns)
        if any(isinstance(row[place], int | float) for row in result.rows[:20])
    }
    made = table(*map(harmless, result.columns), right=map(harmless, numbers))
    for row in result.rows:
        made.add_row(*(Text("" if value is None else harmless(str(plain(value)))) for value in row))
    console().print(made)
    click.echo(f"{len(result.rows)} row{'' if len(result.rows) == 1 else 's'}")


def _prompt(session: Session, limit: int, timeout: float) -> None:
    """Queries one after the other, each ended by a semicolon, until the end of the input."""
    import contextlib

    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  (gives input() its line editing)
    click.echo(
        "Read only. End a query with ; and the session with Ctrl-D. Begin with: select * from leads limit 5;"
    )
    lines: list[str] = []
    while True:
        try:
            lines.append(input("radar> " if not lines else "   ... "))
        except KeyboardInterrupt:
            lines.clear()
            click.echo()
            continue
        except EOFError:
            click.echo()
            return
        asked = "\n".join(lines).strip()
        if not asked.endswith(";"):
            if not asked:
                lines.clear()
            continue
        lines.clear()
        try:
            _print_result(session.store.query(asked, limit=limit, timeout=timedelta(seconds=timeout)))
        except StoreUnavailable:
            raise
        except StoreError as error:
            click.echo(harmless(str(error)), err=True)
