"""What reaches the screen, a pipe or a file: texts of strangers made harmless, tables, JSON, CSV.

Posts come from anybody. Escape sequences in them must not reach a terminal (they can rewrite what it shows, or
its clipboard), marks that turn the direction of writing must not hide a link's real name, and cells that begin
like a formula must not become one in a spreadsheet.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_CONTROLS = r"\x00-\x08\x0b-\x1f\x7f-\x9f"
_TURNING = r"\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff"
_HARMFUL = re.compile(rf"[{_CONTROLS}{_TURNING}\ud800-\udfff]")
_HARMFUL_IN_JSON = re.compile(rf"[\x7f-\x9f{_TURNING}\ud800-\udfff]")
_FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
WIDTH_OF_A_PIPE = 160


def harmless(text: str) -> str:
    """``text`` with a replacement character for everything that a terminal would act upon.

    Line feeds and tabs stay.

    >>> harmless("red \\x1b[31malert")
    'red �[31malert'
    """
    return _HARMFUL.sub("\ufffd", text.replace("\r\n", "\n"))


def one_line(text: str, longest: int = 0) -> str:
    """``harmless`` text on one line, cut to ``longest`` characters if that is not 0."""
    line = " ".join(harmless(text).split())
    return line if not longest or len(line) <= longest else line[: longest - 1] + "…"


def prepare_streams() -> None:
    """A letter that the terminal's encoding lacks becomes a question mark instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def console(*, stderr: bool = False) -> Console:
    """Where people read; as wide as their terminal, wide in a pipe."""
    from rich.console import Console

    there = sys.stderr if stderr else sys.stdout
    return Console(
        stderr=stderr,
        highlight=False,
        markup=False,
        emoji=False,
        width=None if there.isatty() else WIDTH_OF_A_PIPE,
    )


def table(*columns: str, title: str = "", right: Iterable[str] = ()) -> Table:
    """A table for people; ``right`` names the columns of figures."""
    from rich import box
    from rich.table import Table

    made = Table(title=title or None, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    numbers = {*right}
    for column in columns:
        made.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    return made


def plain(value: Any) -> Any:
    """``value`` as JSON has it: times as ISO 8601, durations as seconds, dataclasses' enums as their values."""
    match value:
        case Enum():
            return value.value
        case datetime():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case str() | bool() | int() | float() | None:
            return value
        case Mapping():
            return {str(plain(key)): plain(inner) for key, inner in value.items()}
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex()
        case Iterable():
            return [plain(inner) for inner in value]
        case _:
            return str(value)


def echo_json(value: Any) -> None:
    """Print JSON that is safe on a terminal and readable where the encoding allows."""
    readable = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(plain(value), ensure_ascii=not readable, indent=2, allow_nan=False, default=str)
    click.echo(_HARMFUL_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def echo_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print CSV (RFC 4180) whose texts no spreadsheet takes for formulas."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        if out.tell() > 65_536:
            click.echo(out.getvalue(), nl=False)
            out.seek(0)
            out.truncate()
    click.echo(out.getvalue(), nl=False)


def _cell(value: Any) -> Any:
    """A cell; a text that begins like a formula gets an apostrophe, as OWASP advises."""
    found = plain(value)
    if found is None or isinstance(found, bool | int | float):
        return found
    if isinstance(found, list):
        found = "; ".join(map(str, found))
    text = harmless(str(found))
    return f"'{text}" if _FORMULA.match(text) else text


def ago(then: datetime | None, now: datetime) -> str:
    """How long ago, or in how long, roughly."""
    if then is None:
        return "–"
    seconds = (now - then.astimezone(UTC)).total_seconds()
    size = abs(seconds)
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60)):
        if size >= length:
            told = f"{int(size // length)} {unit}"
            break
    else:
        return "now"
    return f"{told} ago" if seconds > 0 else f"in {told}"
