"""The zone by a page's own clock, and boards without summer time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from radar.extract import Context, Page
from radar.extract.clock import standard, told
from radar.extract.dates import Dates
from radar.extract.html import first, fragment
from radar.extract.registry import SOFTWARE
from tests.pages.saved import load

FETCHED = datetime(2026, 11, 24, 9, 0, 20, tzinfo=UTC)
MAY = datetime(2026, 5, 16, 9, tzinfo=UTC)


def offset(shown: str, configured: str, *, seasons: bool = False, at: datetime = MAY) -> float | None:
    clock = first(fragment(f"<span id=clock><b>Current time:</b> {shown}</span>"), "#clock")
    zone = told(clock, Dates("https://x.example/", FETCHED, day_first=False), configured, seasons=seasons)
    moved = at.astimezone(zone).utcoffset() if zone else None
    return moved / timedelta(hours=1) if moved is not None else None


@pytest.mark.parametrize(
    ("shown", "configured", "hours"),
    [
        ("11-24-2026, 10:00 AM", "Europe/Berlin", 1),
        ("24.11.2026, 11:00", "Europe/Berlin", 2),
        ("11-24-2026, 02:30 PM", "UTC", 5.5),
        ("11-24-2026, 09:00 AM", "UTC", 0),
        ("11-24-2026, 04:00 AM", "", -5),
        ("11-24-2026, 04:00 AM", "Europe/Berlin", None),  # no offset of that zone: perhaps a cached page
        ("11-24-2026, 10:07 AM", "UTC", None),  # no offset of any zone
        ("11-21-2026, 10:00 AM", "UTC", None),
        ("soon", "UTC", None),
    ],
)
def test_a_board_without_seasons_has_the_offset_its_clock_shows(
    shown: str, configured: str, hours: float | None
) -> None:
    assert offset(shown, configured) == hours


@pytest.mark.parametrize(
    ("shown", "configured", "hours"),
    [
        ("11-24-2026, 10:00 AM", "UTC", 2),  # central Europe, so two hours in May
        ("11-24-2026, 12:00 PM", "UTC", 3),
        ("11-24-2026, 09:00 AM", "UTC", None),
        ("11-24-2026, 10:00 AM", "Europe/Berlin", None),
    ],
)
def test_a_seasonal_clock_only_corrects_settings_that_name_no_zone(
    shown: str, configured: str, hours: float | None
) -> None:
    assert offset(shown, configured, seasons=True) == hours


def test_the_standard_offset_is_that_of_winter() -> None:
    assert MAY.astimezone(standard("Europe/Berlin", MAY)).utcoffset() == timedelta(hours=1)
    assert MAY.astimezone(standard("Etc/GMT-2", MAY)).utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Etc/GMT-1"])
@pytest.mark.parametrize("case", ["fluxbb/thread", "punbb/thread"])
def test_boards_that_know_no_summer_time_read_the_same_by_season_or_offset(case: str, zone: str) -> None:
    software, page, _ = load(case)
    posts = SOFTWARE[software].extract(page, Context(source="x", timezone=zone)).posts
    assert posts[0].created_at == datetime(2023, 5, 16, 5, 36, 46, tzinfo=UTC)


def test_phpbb_names_its_zone_at_the_foot() -> None:
    _, page, _ = load("phpbb/thread")
    for zone in ("UTC", "Europe/Berlin"):
        posts = SOFTWARE["phpbb"].extract(page, Context(source="x", timezone=zone)).posts
        assert posts[0].edited_at == datetime(2026, 11, 20, 11, 30, tzinfo=UTC)
    translated = page.body.replace(b'title="Europe/Berlin"', b'title="Europa/Berlin"')
    other = Page(page.url, translated, page.fetched_at)
    posts = SOFTWARE["phpbb"].extract(other, Context(source="x", timezone="UTC")).posts
    assert posts[0].edited_at == datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
