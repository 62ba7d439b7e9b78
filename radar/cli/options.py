"""Options and argument types that several commands share."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import click

from radar.config.values import duration

Command = TypeVar("Command", bound=Callable[..., Any])


class Moment(click.ParamType[datetime]):
    """A point in time: a date, a date with time (in the machine's zone unless it names one), or a distance.

    ``2h`` or ``3d`` count back from now, or forward with ``ahead``.
    """

    name = "when"

    def __init__(self, *, ahead: bool = False) -> None:
        self._ahead = ahead

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The point in time, aware, in UTC."""
        if isinstance(value, datetime):
            return value
        told = str(value).strip()
        try:
            if re.match(r"\d+\s*[smhdw]", told):
                distance = duration(told)
                now = datetime.now(UTC)
                return now + distance if self._ahead else now - distance
            return datetime.fromisoformat(told).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(
                f"“{told}” is no point in time; write a distance (2h, 3d), a date (2026-11-24) or a date with time",
                param,
                ctx,
            )


def json_option(command: Command) -> Command:
    """``--json``."""
    return click.option("--json", "as_json", is_flag=True, show_envvar=True, help="Print JSON for scripts.")(
        command
    )


def csv_option(command: Command) -> Command:
    """``--csv``."""
    return click.option(
        "--csv", "as_csv", is_flag=True, show_envvar=True, help="Print CSV for spreadsheets."
    )(command)


def one_format(as_json: bool, as_csv: bool) -> None:
    """Refuse to print in two formats at once."""
    if as_json and as_csv:
        raise click.UsageError("--json and --csv exclude each other.")
