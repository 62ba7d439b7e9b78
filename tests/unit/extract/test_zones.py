"""A feed with zones teaches the zone of pages without."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from radar.model import Post
from radar.recognise.zones import learn_zone

SUMMER, WINTER = datetime(2026, 7, 1, 12, 0, 31, tzinfo=UTC), datetime(2026, 11, 1, 12, 0, 31, tzinfo=UTC)


def post(number: int, moment: datetime) -> Post:
    return Post(
        source="s",
        external_id=str(number),
        url=f"https://a.example/{number}",
        title=f"Title {number}",
        author="a",
        text=f"Text {number}",
        created_at=moment,
        fetched_at=moment,
    )


def shown(number: int, moment: datetime, hours: int) -> Post:
    return post(number, (moment + timedelta(hours=hours)).replace(second=0))


def test_the_guess_is_confirmed_by_summer_and_winter() -> None:
    feed = [post(1, SUMMER), post(2, WINTER)]
    assert learn_zone(feed, [shown(1, SUMMER, 2), shown(2, WINTER, 1)], "Europe/Berlin") == "Europe/Berlin"
    assert learn_zone(feed, [shown(1, SUMMER, 2), shown(2, WINTER, 1)]) == "Europe/Berlin"


def test_a_wrong_guess_is_corrected() -> None:
    feed = [post(1, SUMMER), post(2, WINTER)]
    assert learn_zone(feed, [shown(1, SUMMER, 0), shown(2, WINTER, 0)], "Europe/Berlin") == "UTC"
    assert learn_zone(feed, [shown(1, SUMMER, 1), shown(2, WINTER, 1)], "Europe/Berlin") == "Etc/GMT-1"
    feed = [post(1, SUMMER), post(2, datetime(2026, 12, 1, 12, tzinfo=UTC))]
    assert (
        learn_zone(feed, [shown(1, SUMMER, -4), shown(2, datetime(2026, 12, 1, 12, tzinfo=UTC), -5)])
        == "America/New_York"
    )


def test_nothing_in_common_teaches_nothing() -> None:
    assert learn_zone([post(1, SUMMER)], [shown(2, SUMMER, 2)], "Europe/Berlin") == ""
    assert learn_zone([], []) == ""
    assert learn_zone([post(1, SUMMER)], [post(1, SUMMER + timedelta(minutes=7))]) == ""
