"""One crawl of each channel, and what reading again costs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from radar.demo.web import DemoWeb
from tests.crawl.conftest import Radar


def texts(items: list[dict[str, object]]) -> set[str]:
    return {" ".join(str(item["text"]).split()) for item in items}


@pytest.mark.parametrize(
    ("spider", "site", "path"),
    [
        ("forum", "werkbank", "/"),
        ("forum", "serverstube", "/"),
        ("forum", "founders", "/"),
        ("qa", "ratundtat", "/fragen"),
        ("qa", "openask", "/questions"),
    ],
)
def test_every_public_post_of_a_site_is_read_once(
    radar: Radar, web: DemoWeb, spider: str, site: str, path: str
) -> None:
    items = radar.crawl(spider, "-a", f"url={web.addresses[site]}{path}")

    written = [post for post in web.expected() if post.site == site]
    assert len({(item["source"], item["external_id"]) for item in items}) == len(items)
    assert {str(item["title"]).removeprefix("[gelöst] ") for item in items} == {
        post.title for post in written
    }
    assert len(items) == len(written)
    assert max(web.server.requests.values()) == 1
    assert radar.rows("select count(*) from post") == [(len(items),)]


def test_the_private_board_stays_private(radar: Radar, web: DemoWeb) -> None:
    items = radar.crawl("forum", "-a", f"url={web.addresses['serverstube']}/")

    assert not [item for item in items if "Mitgliederbereich" in str(item["board"])]


def test_a_quiet_forum_costs_two_requests_and_a_new_reply_one_more(radar: Radar, web: DemoWeb) -> None:
    radar.run("radar", "run", "--once", "--source", "Werkbank")
    before = radar.rows("select count(*) from post")[0][0]
    web.server.forget_requests()

    radar.run("radar", "run", "--once", "--source", "Werkbank")
    assert web.server.requests.total() <= 2

    archive = web.archives["werkbank"]
    archive.reply(next(iter(archive.topics)), "nachzügler", "Noch eine Antwort.", datetime.now(UTC))
    web.server.forget_requests()

    radar.run("radar", "run", "--once", "--source", "Werkbank")
    assert radar.rows("select count(*) from post")[0][0] == before + 1
    assert web.server.requests.total() <= 4


def test_a_feed_that_did_not_change_is_answered_with_304(radar: Radar, web: DemoWeb) -> None:
    radar.run("radar", "run", "--once", "--source", "Ausschreibungen")
    radar.run("radar", "run", "--once", "--source", "Ausschreibungen")

    assert radar.rows("select outcome from visit order by started_at") == [("ok",), ("unchanged",)]
    assert radar.rows("select unchanged_pages, new_posts from visit order by started_at desc limit 1") == [
        (1, 0)
    ]
