"""Saved pages of every software: each wrong field is one failing subtest."""

from __future__ import annotations

import pytest

from radar.extract.registry import SOFTWARE
from tests.pages.saved import cases, expected, flat, read

NOTHING = object()


@pytest.mark.parametrize("case", cases())
def test_page(case: str, subtests: pytest.Subtests) -> None:
    found, wanted = dict(flat(read(case))), dict(flat(expected(case)))
    for path in wanted | found:
        if found.get(path, NOTHING) != wanted.get(
            path, NOTHING
        ):  # a subtest costs time, so only for what fails
            with subtests.test(path):
                assert found.get(path, NOTHING) == wanted.get(path, NOTHING)


def test_every_software_has_saved_pages() -> None:
    assert sorted(SOFTWARE.keys() - {case.split("/")[0] for case in cases()}) == []
