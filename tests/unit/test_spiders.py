"""What a spider's requests carry, and which software it believes to find."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, TextResponse

from radar.extract import Link, LinkKind
from radar.extract.registry import SOFTWARE
from radar.model import Channel, Source, Validator, Visit
from radar.politeness.middlewares import DELAY
from radar.spiders.browser import BrowserSpider
from radar.spiders.channel import ChannelSpider
from radar.spiders.feed import FeedSpider
from radar.spiders.forum import ForumSpider
from radar.spiders.list import ListSpider
from radar.spiders.qa import QASpider
from radar.spiders.social import SocialSpider
from radar.spiders.task import META_KEY, REPORT_KEY, Task
from radar.spiders.tracker import TrackerSpider
from tests.pages.saved import load

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SPIDERS = (FeedSpider, ForumSpider, QASpider, ListSpider, SocialSpider, TrackerSpider)


def source(**fields: object) -> Source:
    known = {"name": "Werkbank", "url": "https://werkbank.example/forum/", "channel": Channel.FORUM}
    return Source(**{**known, **fields})  # type: ignore[arg-type]


def test_there_is_one_spider_for_every_channel() -> None:
    assert {spider.channel for spider in SPIDERS} == set(Channel)
    assert all(spider.name == spider.channel for spider in SPIDERS)


@pytest.mark.parametrize("spider", [*SPIDERS, BrowserSpider])
def test_a_spider_falls_back_to_software_that_is_registered(spider: type[ChannelSpider]) -> None:
    assert spider.fallback_software in SOFTWARE
    assert not spider.only_software or spider.only_software in SOFTWARE


def test_a_task_survives_the_way_through_the_queue() -> None:
    begun = Task.begin(
        source(boards=("3", "4"), max_age=timedelta(days=30), timezone="Europe/Berlin", language="de"),
        visit="v1",
        first=False,
        now=NOW,
    )
    thread = begun.follow(
        Link(
            url="https://werkbank.example/t/9",
            kind=LinkKind.THREAD,
            thread_id="9",
            activity="77",
            carry={"title": "ä"},
        )
    )
    for task in (begun, thread):
        assert Task.from_meta(task.to_meta()) == task
    assert Task.from_meta({**thread.to_meta(), "of a newer version": 1}) == thread


def test_paging_stays_in_the_thread_and_leaves_the_entry() -> None:
    begun = Task.begin(source(), visit="v1", now=NOW)
    thread = begun.follow(
        Link(url="https://x.example/t/9", kind=LinkKind.THREAD, thread_id="9", activity="77")
    )
    second = thread.follow(Link(url="https://x.example/t/9?page=2", kind=LinkKind.NEXT))

    assert (second.kind, second.thread, second.activity, second.paging) == (LinkKind.THREAD, "9", "77", True)
    assert begun.entry
    assert not thread.entry
    assert not second.entry


def test_a_board_with_activity_is_marked_under_its_address() -> None:
    begun = Task.begin(source(), visit="v1", now=NOW)

    marked = begun.follow(Link(url="https://x.example/b/3", kind=LinkKind.BOARD, activity="77"))
    unmarked = begun.follow(Link(url="https://x.example/b/3", kind=LinkKind.BOARD))

    assert marked.thread == "https://x.example/b/3"
    assert unmarked.thread == ""


def test_a_visit_asks_conditionally_where_something_is_remembered() -> None:
    feed = source(channel=Channel.FEED, url="https://x.example/feed")
    visit = Visit(
        source=feed, first=False, validators={feed.url: Validator('W/"ä"', "Tue, 24 Nov 2026")}, due_at=NOW
    )

    [request] = FeedSpider().visit_requests(visit, "v1")

    assert request.headers["If-None-Match"] == 'W/"ä"'.encode()
    assert request.headers["If-Modified-Since"] == b"Tue, 24 Nov 2026"
    assert request.meta[META_KEY]["visit"] == "v1"


def test_an_unknown_software_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="phpbb"):
        ForumSpider(url="https://x.example/", software="phpBB4")


def test_a_source_s_delay_goes_with_its_requests() -> None:
    spider = ForumSpider()
    visit = Visit(source=source(software="phpbb", delay=7.5), first=True, due_at=NOW)
    assert [request.meta[DELAY] for request in spider.visit_requests(visit)] == [7.5]
    plain = Visit(source=source(software="phpbb"), first=True, due_at=NOW)
    assert all(DELAY not in request.meta for request in spider.visit_requests(plain))


def test_the_limits_of_a_site_bound_a_visit() -> None:
    github = source(software="github", url="https://github.com/werkbank/zettel", channel=Channel.TRACKER)
    for budget, bound in ((1000, 50), (20, 20)):
        visit = Visit(source=replace(github, budget=budget), first=True, due_at=NOW)
        (request,) = TrackerSpider().visit_requests(visit)
        assert Task.from_meta(request.meta[META_KEY]).budget == bound


def test_reddit_is_read_only_as_a_source_that_names_it_and_once_a_minute() -> None:
    url = "https://www.reddit.com/r/werkstatt/"
    for options in ({"url": url}, {"url": url, "software": "feed"}, {"url": url, "software": "reddit"}):
        with pytest.raises(ValueError, match=r"Reddit's terms.*radar\.toml"):
            SocialSpider(**options)
    reddit = source(software="reddit", url=url, channel=Channel.SOCIAL, delay=1.0)
    requests = SocialSpider().visit_requests(Visit(source=reddit, first=True, due_at=NOW))
    assert [request.meta[DELAY] for request in requests] == [60.0]


def test_a_source_without_software_that_turns_out_to_be_reddit_is_not_read() -> None:
    spider = SocialSpider()
    (request,) = spider.visit_requests(
        Visit(source=source(url="https://werkbank.example/", channel=Channel.SOCIAL), first=True, due_at=NOW)
    )
    response = HtmlResponse("https://www.reddit.com/r/werkstatt/", request=request, body=b"<html></html>")
    assert list(spider.parse(response)) == []
    assert "Name the software" in response.meta[REPORT_KEY].problems[0].what


def test_a_timeline_is_left_where_it_gets_older_than_the_owner_wants() -> None:
    mastodon = source(
        software="mastodon", url="https://social.example/", channel=Channel.SOCIAL, boards=("hilfe",)
    )
    _, page, _ = load("mastodon/tag")
    for max_age, follows in ((timedelta(days=30), True), (timedelta(hours=1), False)):
        now = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
        task = Task.begin(replace(mastodon, max_age=max_age), now=now)
        request = Request(page.url, meta={META_KEY: task.to_meta()})
        response = TextResponse(
            page.url, headers={"link": page.headers["link"]}, body=page.body, request=request
        )
        urls = [each.url for each in SocialSpider().parse(response) if isinstance(each, Request)]
        assert any("max_id" in url for url in urls) is follows


def test_a_page_about_one_board_leads_to_that_board() -> None:
    url = "https://social.example/tags/hilfe"
    response = HtmlResponse(url, headers={"server": "Mastodon"}, body=b"<html></html>", request=Request(url))
    (request,) = SocialSpider(url=url).parse(response)
    assert isinstance(request, Request)
    assert request.url == "https://social.example/api/v1/timelines/tag/hilfe?limit=40"
