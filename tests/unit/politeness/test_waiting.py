from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from radar.politeness.policy.waiting import backoff, clock_of, growing_delay, limit_reset, retry_after

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("99999999999999999999", 86400.0),
        ("Tue, 24 Nov 2026 12:10:00 GMT", 600.0),
        ("Tuesday, 24-Nov-26 12:10:00 GMT", 600.0),
        ("Tue Nov 24 12:10:00 2026", 600.0),
        ("Tue, 24 Nov 2026 11:00:00 GMT", 0.0),
        ("Fri, 31 Dec 2100 23:59:59 GMT", 86400.0),
        ("", None),
        (None, None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("Tue, 99 Nov 2026 12:10:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_all_its_forms(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


def test_a_servers_wrong_clock_does_not_lengthen_the_wait() -> None:
    headers = {"date": "Tue, 24 Nov 2026 10:00:00 GMT"}
    assert retry_after("Tue, 24 Nov 2026 10:01:00 GMT", clock_of(headers, NOW)) == 60.0
    assert clock_of({}, NOW) == NOW
    assert clock_of({"date": "nonsense"}, NOW) == NOW


def test_the_wait_doubles_from_a_minute_to_a_day() -> None:
    assert [backoff(refusals) for refusals in (0, 1, 2, 3, 4)] == [60.0, 60.0, 120.0, 240.0, 480.0]
    assert backoff(11) == 61_440.0
    assert backoff(12) == backoff(10_000) == 86_400.0


def test_a_failed_request_waits_longer_each_time() -> None:
    assert [growing_delay(n) for n in (0, 1, 2, 3, 50)] == [60.0, 60.0, 120.0, 240.0, 3600.0]


def test_a_date_far_beyond_the_calendar_is_no_error() -> None:
    assert (
        retry_after("Fri, 31 Dec 9999 23:59:59 -2359", datetime.max.replace(tzinfo=UTC) - timedelta(1))
        is not None
    )


@pytest.mark.parametrize(
    ("remaining", "reset", "seconds"),
    [
        ("0", "1795514400", 1800.0),
        ("0", "2026-11-24T09:35:00.000Z", 300.0),
        ("0", "45", 45.0),
        ("0", "1795510000", 0.0),
        ("0", "4000000000", 24 * 3600.0),
        ("12", "1795514400", None),
        ("0", "", None),
        ("0", "soon", None),
        ("0", "2026-11-24T09:35:00", None),
    ],
)
def test_a_spent_limit_tells_when_it_is_filled_again(
    remaining: str, reset: str, seconds: float | None
) -> None:
    now = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    headers = {"x-ratelimit-remaining": remaining, "x-ratelimit-reset": reset}
    assert limit_reset(headers, now) == seconds
