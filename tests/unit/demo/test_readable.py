"""The extractors read every post of the made-up web, asking for each page once."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from radar.demo.example import PLACES, Place
from radar.demo.web import DemoWeb
from radar.extract.page import Context, Extraction, Link, LinkKind, Page
from radar.extract.registry import SOFTWARE
from radar.model import Channel, Post, Source

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def web() -> Iterator[DemoWeb]:
    with DemoWeb(NOW) as web:
        yield web


def read(link: Link, source: Source) -> Extraction:
    with urllib.request.urlopen(link.url, timeout=10) as response:
        page = Page(
            url=response.url,
            body=response.read(),
            fetched_at=NOW,
            headers={name.lower(): value for name, value in response.headers.items()},
        )
    return SOFTWARE[source.software].extract(page, Context.of(source, link.carry))


def crawl(source: Source) -> Iterator[Post]:
    """All posts that links lead to, entry pages of feeds left out as by default."""
    waiting, met = list(SOFTWARE[source.software].entries(source)), set()
    while waiting:
        link = waiting.pop()
        if link.url not in met and link.kind is not LinkKind.ENTRY:
            met.add(link.url)
            extraction = read(link, source)
            assert not extraction.problems
            yield from extraction.posts
            waiting += extraction.links


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_every_post_is_found_and_every_page_asked_for_once(web: DemoWeb, place: Place) -> None:
    web.server.forget_requests()
    source = Source(
        name=place.name,
        url=web.addresses[place.site] + place.path,
        channel=Channel(place.channel),
        software=place.software,
        timezone="Europe/Berlin",
    )
    found = {post.external_id: post for post in crawl(source)}.values()
    archive = web.archives[place.site]
    board = next(
        (index for index, name in enumerate(archive.boards, 1) if name.startswith(place.path + "|")), None
    )
    written = archive.newest_posts(board)
    assert len(found) == len(written)
    assert {(post.created_at, post.author) for post in found} == {
        (post.created, post.author) for _, post in written
    }
    titles = {topic.title for topic, _ in written}
    assert {post.title.removeprefix("[gelöst] ") for post in found} == titles
    assert set(web.server.requests.values()) == {1}
