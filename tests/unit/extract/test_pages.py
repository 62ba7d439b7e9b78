"""Saved pages of every software: each wrong field is one failing test."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from tests.pages.saved import cases, expected, flat, read


@cache
def leaves(case: str) -> dict[str, Any]:
    return dict(flat(read(case)))


FIELDS = [(case, path, value) for case in cases() for path, value in flat(expected(case))]


@pytest.mark.parametrize(
    ("case", "path", "value"), [pytest.param(*field, id=f"{field[0]}:{field[1]}") for field in FIELDS]
)
def test_field(case: str, path: str, value: Any) -> None:
    assert leaves(case).get(path) == value


@pytest.mark.parametrize("case", cases())
def test_nothing_else_is_read(case: str) -> None:
    assert set(leaves(case)) - {path for path, _ in flat(expected(case))} == set()
