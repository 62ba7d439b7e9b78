"""What is remembered of a page, and what is not."""

from __future__ import annotations

from datetime import UTC, datetime

from radar.extensions.books import _mark
from radar.extract import Link, LinkKind
from radar.model import Channel, Source, ThreadMark
from radar.spiders.task import Report, Task

URL = "https://x.example/t/9?page=2"
SOURCE = Source(name="x", url="https://x.example/", channel=Channel.FORUM, software="phpbb")


def report(
    *,
    software: str = "phpbb",
    kind: LinkKind = LinkKind.THREAD,
    carry: dict[str, str] | None = None,
    **said: bool,
) -> Report:
    begun = Task.begin(SOURCE, now=datetime(2026, 11, 24, tzinfo=UTC)).settle(software, SOURCE.url)
    thread = "9" if kind is LinkKind.THREAD else ""
    link = Link(url=URL, kind=kind, thread_id=thread, activity="77", carry=carry or {})
    return Report(task=begun.follow(link), url=URL, **said)  # type: ignore[arg-type]


def test_a_thread_that_is_paged_by_address_goes_on_at_its_last_page() -> None:
    assert _mark(URL, report()) == ThreadMark("9", "77", URL)
    assert _mark(URL, report(software="nodebb")) == ThreadMark("9", "77", URL)
    assert _mark(URL, report(software="discourse")) == ThreadMark("9", "77", "")


def test_a_login_wall_is_not_a_reading() -> None:
    assert _mark(URL, report(login_wall=True)) is None


def test_a_closed_board_is_asked_again_when_its_row_shows_news() -> None:
    assert _mark(URL, report(kind=LinkKind.BOARD, login_wall=True)) == ThreadMark(URL, "77")


def test_a_last_page_that_is_gone_sends_the_next_reading_to_the_first() -> None:
    assert _mark(URL, report(missing=True, carry={"known": "70"})) == ThreadMark("9", "", "")
    assert _mark(URL, report(missing=True)) is None
