"""Every way in which sites show times."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radar.extract.dates import Dates, order_of

FETCHED = datetime(2026, 11, 24, 9, 30, 15, tzinfo=UTC)  # a Tuesday, 10:30 in Berlin
BERLIN = "Europe/Berlin"


def read(text: str, zone: str = "UTC", language: str = "", day_first: bool | None = None) -> str | None:
    found = Dates("https://a.example/", FETCHED, zone, language, day_first).read(text)
    return found.strftime("%Y-%m-%d %H:%M:%S") if found else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-05-16T05:36:46Z", "2023-05-16 05:36:46"),
        ("2023-05-16T05:36:46.123456+02:00", "2023-05-16 03:36:46"),
        ("2023-05-16T05:36:46+0200", "2023-05-16 03:36:46"),
        ("2023-05-16T05:36Z", "2023-05-16 05:36:00"),
        ("2023-05-16 05:36:46", "2023-05-16 05:36:46"),
        ("2023-05-16 05:36:46 UTC", "2023-05-16 05:36:46"),
        ("2023-05-16", "2023-05-16 00:00:00"),
        ("2023-05-16T24:00:00Z", "2023-05-17 00:00:00"),
        ("2023-05-16 05:36:46+00:00 +0100", "2023-05-16 05:36:46"),
        ("2023-05-16.07:36:46", "2023-05-16 07:36:46"),
        ("Tue, 16 May 2023 05:36:46 GMT", "2023-05-16 05:36:46"),
        ("Tue, 16 May 2023 05:36:46 +0200", "2023-05-16 03:36:46"),
        ("16 May 23 05:36 EST", "2023-05-16 10:36:00"),
        ("Tue, 16 May 2023 05:36:46 +0200 (CEST)", "2023-05-16 03:36:46"),
        ("May 16, 2023, 07:36 AM", "2023-05-16 07:36:00"),
        ("May 16, 2023, 7:36\u202fPM", "2023-05-16 19:36:00"),
        ("May 16, 2023, 5:36 a.m.", "2023-05-16 05:36:00"),
        ("May 16, 2023, 5 p.m.", "2023-05-16 17:00:00"),
        ("May 16, 2023, noon", "2023-05-16 12:00:00"),
        ("May 16, 2023, midnight", "2023-05-16 00:00:00"),
        ("Tue May 16, 2023 7:36 am", "2023-05-16 07:36:00"),
        ("16th May 2023, 12:05 AM", "2023-05-16 00:05:00"),
        ("05-16-2023, 07:36 AM", "2023-05-16 07:36:00"),
        ("05/16/23 05:36:46", "2023-05-16 05:36:46"),
        ("See timeline at 05/16/23 05:36:46", "2023-05-16 05:36:46"),
        ("05/16/2023 05:36 AM", "2023-05-16 05:36:00"),
        ("16/05/2023 17:36", "2023-05-16 17:36:00"),
        ("1684215406", "2023-05-16 05:36:46"),
        ("1684215406000", "2023-05-16 05:36:46"),
        ("May 16 '23 at 5:36", "2023-05-16 05:36:00"),
        ("Oct 3 at 14:05", "2026-10-03 14:05:00"),
        ("Dec 3 at 14:05", "2025-12-03 14:05:00"),
        ("Jan 2025", None),
    ],
)
def test_absolute(text: str, expected: str | None) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("23.11.2026, 09:15 Uhr", "2026-11-23 08:15:00"),
        ("23.11.2026 09.15 Uhr", "2026-11-23 08:15:00"),
        ("23.11.26", "2026-11-22 23:00:00"),
        ("Mo 23. Nov 2026", "2026-11-22 23:00:00"),
        ("Mo 23. Nov 2026, 14:05", "2026-11-23 13:05:00"),
        ("16. Mai 2023 at 7:36", "2023-05-16 05:36:00"),
        ("16. Mai 2023 um 7:36", "2023-05-16 05:36:00"),
        ("26. Oktober 2025 02:40", "2025-10-26 00:40:00"),
        ("Dienstag, 3. März 2026 08:00", "2026-03-03 07:00:00"),
        ("3. Jänner 2026 08:00", "2026-01-03 07:00:00"),
        ("am 16. Mai 2023, 19:36 Uhr", "2023-05-16 17:36:00"),
        ("Heute, 08:05", "2026-11-24 07:05:00"),
        ("heute um 8:05 Uhr", "2026-11-24 07:05:00"),
        ("Today at 08:05:10 AM", "2026-11-24 07:05:10"),
        ("Gestern", "2026-11-22 23:00:00"),
        ("Gestern, 23:59", "2026-11-23 22:59:00"),
        ("vorgestern 12:00", "2026-11-22 11:00:00"),
        ("Yesterday, 07:36 PM", "2026-11-23 18:36:00"),
        ("Montag, 14:05", "2026-11-23 13:05:00"),
        ("Tuesday at 2:05 PM", "2026-11-17 13:05:00"),
        ("vor 3 Stunden", "2026-11-24 06:30:00"),
        ("vor einer Stunde", "2026-11-24 08:30:00"),
        ("vor 5 Minuten", "2026-11-24 09:25:00"),
        ("vor 10 Sekunden", "2026-11-24 09:30:05"),
        ("5 hours ago", "2026-11-24 04:30:00"),
        ("an hour ago", "2026-11-24 08:30:00"),
        ("2 days, 4 hours ago", "2026-11-22 05:30:00"),
        ("gerade eben", "2026-11-24 09:30:15"),
        ("just now", "2026-11-24 09:30:15"),
        ("05.06.2026 10:00", "2026-06-05 08:00:00"),
        ("14:05 Uhr", "2026-11-24 13:05:00"),
    ],
)
def test_in_the_zone_of_the_site(text: str, expected: str) -> None:
    assert read(text, BERLIN, "de") == expected


@pytest.mark.parametrize(
    ("text", "language", "day_first", "expected"),
    [
        ("05/06/2026", "en-US", None, "2026-05-06"),
        ("05/06/2026", "en-GB", None, "2026-06-05"),
        ("05/06/2026", "de", None, "2026-06-05"),
        ("05/06/2026", "", True, "2026-06-05"),
        ("05/06/2026", "de", False, "2026-05-06"),
        ("05-06-2026", "", None, "2026-05-06"),
        ("11/10/2026", "", None, "2026-11-10"),
        ("12/10/2026", "", None, "2026-10-12"),
        ("05.06.2026", "en-US", None, "2026-06-05"),
    ],
)
def test_order_of_day_and_month(text: str, language: str, day_first: bool | None, expected: str) -> None:
    assert (read(text, language=language, day_first=day_first) or "")[:10] == expected


def test_a_page_teaches_the_order() -> None:
    assert order_of(["05/06/2026", "13/06/2026"]) is True
    assert order_of(["05-06-2026", "05-16-2026"]) is False
    assert order_of(["05/06/2026", "no date"]) is None


def test_summer_time() -> None:
    assert read("26.10.2025 02:30", BERLIN) == "2025-10-26 00:30:00"  # comes twice: the first
    assert (
        read("30.03.2025 02:30", BERLIN) == "2025-03-30 01:30:00"
    )  # does not exist: as if clocks had not moved
    assert read("30.03.2025 03:00", BERLIN) == "2025-03-30 01:00:00"


@pytest.mark.parametrize(
    "text",
    [
        "-0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "0000-00-00 00:00:00",
        "2027-06-01",
        "1970-01-01T00:00:00Z",
        "31.02.2026",
        "2026-13-01",
        "16 May 2023 25:61",
        "soon",
        "2023-05-16T05:36:46+99:00",
        "99999999999999999999",
    ],
)
def test_impossible_times_are_recorded(text: str) -> None:
    dates = Dates("https://a.example/", FETCHED)
    assert dates.read(text) is None
    assert [(problem.url, problem.detail) for problem in dates.problems] == [("https://a.example/", text)]


def test_no_time_is_no_problem() -> None:
    dates = Dates("https://a.example/", FETCHED, "No/Such_Zone")
    assert [dates.read(""), dates.read(None), dates.read(" "), dates.epoch(None)] == [None] * 4
    assert dates.problems == []


def test_epoch() -> None:
    dates = Dates("https://a.example/", FETCHED)
    assert (
        dates.epoch(1684215406)
        == dates.epoch(1684215406000.0)
        == dates.epoch("1684215406")
        == dates.read("2023-05-16T05:36:46Z")
    )
    assert dates.epoch(float("nan")) is dates.epoch(1e300) is dates.epoch([]) is dates.epoch(-5) is None
    assert len(dates.problems) == 4


def test_relative_times_do_not_change_within_the_minute() -> None:
    later = Dates("https://a.example/", FETCHED.replace(second=59)).read("3 hours ago")
    assert later == Dates("https://a.example/", FETCHED).read("3 hours ago")


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.one_of(st.text(max_size=150), st.text("0123456789:./- apmTZ+vorGesternago,", max_size=60)))
def test_never_raises(text: str) -> None:
    dates = Dates("https://a.example/", FETCHED, BERLIN, "de")
    found = dates.read(text)
    assert found is None or found.tzinfo is UTC
