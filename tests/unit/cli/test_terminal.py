"""Texts of strangers on their way to screens, pipes, JSON and spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from radar.cli.terminal import ago, echo_csv, echo_json, harmless, one_line, plain
from radar.model import Kind

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[31mred",
        "\x1b]52;c;ZXZpbA==\x07",
        "\x9b31m",
        "a\rb",
        "\x00\x08\x7f",
        "\u202egnp.exe",
        "\u2066x\u2069",
        "\ud800",
        "a\u2028b",
    ],
)
def test_what_a_terminal_would_act_upon_is_replaced(text: str) -> None:
    safe = harmless(text)
    assert "\ufffd" in safe
    assert not any(letter in safe for letter in "\x1b\x9b\r\x00\x07\x08\x7f\u202e\u2066\u2069\ud800\u2028")


def test_what_people_write_stays() -> None:
    text = "Grüße 👍🏽 — 日本語\n\tzweite Zeile"
    assert harmless(text) == text
    assert harmless("a\r\nb") == "a\nb"


def test_one_line_is_one_line() -> None:
    assert one_line(" a\n b\tc ") == "a b c"
    assert one_line("abcdef", 4) == "abc…"


def printed(command: Any) -> str:
    result = CliRunner().invoke(click.command()(command))
    assert result.exit_code == 0, result.output
    return result.stdout


@given(st.lists(st.text(), max_size=4))
def test_json_says_the_same_and_is_safe(texts: list[str]) -> None:
    texts = [text.encode("utf-8", "replace").decode() for text in texts]
    output = printed(lambda: echo_json(texts))
    assert json.loads(output) == texts
    assert harmless(output) == output


def test_json_of_what_rows_hold() -> None:
    value = {
        "kind": Kind.TIPS,
        "at": NOW,
        "for": timedelta(minutes=2),
        "sum": (Decimal(3), Decimal("0.5")),
        "none": None,
        "bytes": b"\x01",
        1: {"a"},
    }
    assert plain(value) == {
        "kind": "tips",
        "at": "2026-11-24T12:00:00+00:00",
        "for": 120.0,
        "sum": [3, 0.5],
        "none": None,
        "bytes": "01",
        "1": ["a"],
    }


@given(st.lists(st.one_of(st.text(max_size=20), st.integers(), st.none()), min_size=1, max_size=5))
def test_no_cell_becomes_a_formula(cells: list[Any]) -> None:
    cells = [cell.encode("utf-8", "replace").decode() if isinstance(cell, str) else cell for cell in cells]
    output = printed(lambda: echo_csv(["column"] * len(cells), [cells]))
    _, row = csv.reader(io.StringIO(output, newline=""))
    assert len(row) == len(cells)
    for told, cell in zip(row, cells, strict=True):
        if isinstance(cell, str):
            assert not told.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
            assert told.removeprefix("'") == harmless(cell).removeprefix("'")
        else:
            assert told == ("" if cell is None else str(cell))


@pytest.mark.parametrize(
    ("delta", "expected"),
    [
        (timedelta(seconds=5), "now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=30), "1 d ago"),
        (timedelta(hours=-2), "in 2 h"),
    ],
)
def test_how_long_ago(delta: timedelta, expected: str) -> None:
    assert ago(NOW - delta, NOW) == expected


def test_no_time_is_a_dash() -> None:
    assert ago(None, NOW) == "–"
