"""What the classic forums share: install paths, where a visit begins, paging that ends, start pages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from radar.extract import Context, LinkKind, Page
from radar.extract.registry import SOFTWARE
from radar.model import Channel, Source
from tests.pages.saved import load

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def source(software: str, url: str, *boards: str) -> Source:
    return Source(name="x", url=url, channel=Channel.FORUM, software=software, boards=boards)


@pytest.mark.parametrize(
    ("software", "url", "base"),
    [
        ("fluxbb", "https://a.example/haus/viewtopic.php?id=9&p=2", "https://a.example/haus/"),
        ("punbb", "https://a.example/topic/9/slug/page/2/", "https://a.example/"),
        ("punbb", "https://a.example/forum/topic/9/slug/", "https://a.example/forum/"),
        ("mybb", "https://a.example/b/thread-8-page-2.html", "https://a.example/b/"),
        ("mybb", "https://a.example/showthread.php?tid=8", "https://a.example/"),
        ("smf", "https://a.example/smf/index.php?topic=9.15", "https://a.example/smf/"),
        ("smf", "https://a.example/smf/index.php/topic,9.0.html", "https://a.example/smf/"),
        ("xenforo", "https://a.example/community/threads/slug.8/page-2", "https://a.example/community/"),
        ("xenforo", "https://a.example/forums/forums/slug.4/", "https://a.example/forums/"),
        ("xenforo", "https://a.example/forums/slug.4/", "https://a.example/"),
        ("woltlab", "https://a.example/forum/thread/8-slug/?pageNo=2", "https://a.example/forum/"),
        ("woltlab", "https://a.example/forum/index.php?thread/8-slug/", "https://a.example/forum/"),
    ],
)
def test_the_install_path_is_kept(software: str, url: str, base: str) -> None:
    read = SOFTWARE[software].base_url
    assert read is not None
    assert read(url) == base


def test_a_visit_begins_at_the_index_or_at_the_boards_named() -> None:
    fluxbb = SOFTWARE["fluxbb"]
    index = fluxbb.entries(source("fluxbb", "https://a.example/haus/viewtopic.php?id=9"))
    assert [(link.url, link.kind) for link in index] == [("https://a.example/haus/", LinkKind.BOARD)]
    boards = fluxbb.entries(
        source("fluxbb", "https://a.example/haus", "2", "https://a.example/haus/viewforum.php?id=3")
    )
    assert [link.url for link in boards] == [
        "https://a.example/haus/viewforum.php?id=2",
        "https://a.example/haus/viewforum.php?id=3",
    ]


@pytest.mark.parametrize("boards", [("9",), ("https://forum.example.org/forum-9-page-2.html",)])
def test_only_the_boards_named_are_followed(boards: tuple[str, ...]) -> None:
    _, page, _ = load("mybb/index")
    links = SOFTWARE["mybb"].extract(page, Context(source="x", boards=boards)).links
    assert [link.url for link in links] == ["https://forum.example.org/forum-9.html"]


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_page_is_a_login_wall(status: int) -> None:
    page = Page("https://a.example/viewforum.php?id=7", b"<p>No.</p>", NOW, status=status)
    assert SOFTWARE["fluxbb"].extract(page, Context(source="x")).login_wall


def test_a_page_of_something_else_is_a_problem_and_not_missing() -> None:
    page = Page("https://a.example/imprint.html", b"<h1>Imprint</h1>", NOW)
    extraction = SOFTWARE["fluxbb"].extract(page, Context(source="x"))
    assert not extraction.missing
    assert [problem.what for problem in extraction.problems] == ["neither boards nor threads nor posts"]


def test_a_start_page_tells_boards_feeds_and_language() -> None:
    _, page, _ = load("mybb/index")
    describe = SOFTWARE["mybb"].describe
    assert describe is not None
    site = describe(page, "https://forum.example.org/")
    assert site is not None
    assert [(board.id, board.name) for board in site.boards] == [
        ("4", "Hilfe & Support"),
        ("9", "Solar"),
        ("6", "Leer"),
    ]
    assert site.feeds == ("https://forum.example.org/syndication.php",), (
        "the Atom feed marks local times as UTC"
    )
    assert site.language == "en"


@pytest.mark.parametrize(
    ("foot", "language", "zone"),
    [
        ("All times are GMT. The time now is 07:36 AM.", "en", "UTC"),
        ("All times are GMT +1. The time now is 07:36 AM.", "en", "Etc/GMT-1"),
        ("Alle Zeitangaben in WEZ +1. Es ist jetzt 07:36 Uhr.", "de", "Europe/Berlin"),
        ("All times are GMT -5. The time now is 07:36 AM.", "en", "Etc/GMT+5"),
        ("Nothing about times.", "en", ""),
    ],
)
def test_a_zone_printed_at_the_foot_is_read(foot: str, language: str, zone: str) -> None:
    body = f'<html lang="{language}"><body><div>{foot}</div>'.encode()
    describe = SOFTWARE["fluxbb"].describe
    assert describe is not None
    site = describe(Page("https://a.example/", body, NOW), "https://a.example/")
    assert site is not None
    assert site.timezone == zone
