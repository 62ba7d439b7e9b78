from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radar.model import Outcome
from radar.schedule import LONGEST, SHORTEST, Rhythm, Wishes, max_age, next_visit

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def office_hours(weeks: int) -> list[datetime]:
    """A post every half hour from 8 to 16, Monday to Friday, in the weeks before ``MONDAY``."""
    return [
        MONDAY - timedelta(weeks=week) + day * DAY + 8 * HOUR + half * 30 * MINUTE
        for week in range(1, weeks + 1)
        for day in range(5)
        for half in range(16)
    ]


def wait(posted: list[datetime], now: datetime, **more: object) -> timedelta:
    return next_visit(posted, now, **more) - now  # type: ignore[arg-type]


def test_an_unknown_source_is_looked_at_a_few_times_a_day() -> None:
    assert HOUR / 2 <= wait([], MONDAY) <= 8 * HOUR


def test_more_posts_bring_more_visits() -> None:
    waits = [
        wait([MONDAY - number * gap for number in range(1, 101)], MONDAY)
        for gap in (10 * MINUTE, 59 * MINUTE, 7 * HOUR, 47 * HOUR)
    ]
    assert waits == sorted(waits)
    assert waits[0] < waits[-1] / 10


def test_nights_and_weekends_are_learned() -> None:
    posted = office_hours(6)
    morning, night = wait(posted, MONDAY + 10 * HOUR), wait(posted, MONDAY + 20 * HOUR)
    saturday = wait(posted, MONDAY - 2 * DAY + 10 * HOUR)
    assert morning < 30 * MINUTE
    assert night > 3 * morning
    assert saturday > 3 * morning


def test_the_morning_is_not_slept_through() -> None:
    evening = MONDAY + 18 * HOUR
    assert evening + wait(office_hours(6), evening) < MONDAY + DAY + 9 * HOUR


def test_a_batch_counts_as_one_event() -> None:
    single = [MONDAY - 10 * HOUR - number * DAY for number in range(10)]
    batches = [at + second * timedelta(seconds=2) for at in single for second in range(20)]
    assert wait(batches, MONDAY) == wait(single, MONDAY)


def test_a_burst_shortens_the_wait_and_fades() -> None:
    calm = [MONDAY - number * 8 * HOUR for number in range(1, 60)]
    burst = [*calm, *(MONDAY - number * 10 * MINUTE for number in range(6))]
    assert wait(burst, MONDAY) < wait(calm, MONDAY) / 2
    assert wait(burst, MONDAY + DAY) > wait(burst, MONDAY) * 2


def test_a_source_that_went_quiet_is_asked_less_and_less() -> None:
    posted = [MONDAY - number * HOUR for number in range(100)]
    waits = [wait(posted, MONDAY + days * DAY) for days in (0, 2, 10, 60, 300)]
    assert waits == sorted(waits)
    assert waits[2] >= HOUR


@pytest.mark.parametrize("gap", [timedelta(seconds=20), 40 * DAY])
def test_no_rhythm_leaves_the_bounds(gap: timedelta) -> None:
    posted = [MONDAY - number * gap for number in range(200)]
    assert SHORTEST <= wait(posted, MONDAY) <= LONGEST


def test_the_owner_may_ask_for_more_visits_but_not_for_fewer_than_five_minutes() -> None:
    posted = [MONDAY - 20 * DAY]
    assert wait(posted, MONDAY, wishes=Wishes(interval=20 * MINUTE)) == 20 * MINUTE
    assert wait(posted, MONDAY, wishes=Wishes(interval=timedelta(seconds=1))) == SHORTEST
    busy = [MONDAY - number * 6 * MINUTE for number in range(200)]
    assert wait(busy, MONDAY, wishes=Wishes(interval=10 * HOUR)) == wait(busy, MONDAY)


@pytest.mark.parametrize("name", ["ttl", "max_age"])
def test_the_publisher_may_ask_for_fewer_visits(name: str) -> None:
    busy = [MONDAY - number * 6 * MINUTE for number in range(200)]
    asked = Wishes(interval=10 * MINUTE, **{name: 7200.0})
    assert wait(busy, MONDAY, wishes=asked) == 2 * HOUR
    assert wait(busy, MONDAY, wishes=Wishes(**{name: 31_536_000.0})) == LONGEST
    assert wait(busy, MONDAY, wishes=Wishes(**{name: 0.0})) == wait(busy, MONDAY)


def test_retry_after_is_never_undercut() -> None:
    assert wait([], MONDAY, wishes=Wishes(retry_after=90_000.0, interval=MINUTE)) == timedelta(seconds=90_000)


def test_failures_double_the_wait_up_to_a_day() -> None:
    busy = [MONDAY - number * 6 * MINUTE for number in range(200)]
    assert wait(busy, MONDAY) < 15 * MINUTE
    waits = [wait(busy, MONDAY, outcome=Outcome.UNREACHABLE, failures=number) for number in (1, 2, 3, 12)]
    assert waits == [15 * MINUTE, 30 * MINUTE, HOUR, DAY]


@pytest.mark.parametrize("outcome", [Outcome.BLOCKED, Outcome.OPTED_OUT, Outcome.GONE])
def test_a_source_that_says_no_is_left_alone_for_a_day(outcome: Outcome) -> None:
    assert wait([], MONDAY, outcome=outcome) == DAY


def test_times_in_other_zones_and_in_the_future_do_no_harm() -> None:
    posted = [MONDAY - number * HOUR for number in range(50)]
    shifted = [at.astimezone(tz=datetime.now().astimezone().tzinfo) for at in posted]
    assert wait(shifted, MONDAY) == wait(posted, MONDAY)
    assert wait([*posted, MONDAY + 400 * DAY], MONDAY) == wait(posted, MONDAY)


TIMES = st.integers(0, 7_000_000_000).map(lambda at: datetime.fromtimestamp(at, UTC))


@given(st.lists(TIMES, max_size=30))
def test_any_times_give_a_visit_within_the_bounds(posted: list[datetime]) -> None:
    assert SHORTEST <= wait(posted, MONDAY) <= LONGEST
    assert Rhythm.learn(posted, MONDAY).hourly > 0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("max-age=600", 600.0),
        ("public, Max-Age=60, must-revalidate", 60.0),
        ('max-age="5"', 5.0),
        ("s-maxage=5", None),
        ("no-cache, max-age=600", None),
        ("max-age=-1", None),
        ("max-age=x", None),
        ("", None),
    ],
)
def test_max_age_is_read_from_cache_control(header: str, seconds: float | None) -> None:
    assert max_age(header) == seconds
