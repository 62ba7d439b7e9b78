"""From an address to a source: saved pages stand for the site."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest

from radar.extract.page import Page, Way
from radar.extract.registry import SOFTWARE
from radar.model import Channel
from radar.politeness.policy.optouts import OptOut
from radar.recognise import Proposal, conclude, identify, plan, recognise
from tests.pages.saved import cases, load

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def page(url: str, body: str, **headers: str) -> Page:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Page(url=url, body=body.encode(), fetched_at=NOW, headers=named)


def look(url: str, site: dict[str, Page]) -> tuple[Proposal, list[str]]:
    """Follow the plan on a site given as pages by address; what is not given is a 404."""
    answers: dict[str, Page | None] = {}
    for _ in range(20):
        wanted = plan(url, answers)
        if not wanted:
            break
        for each in wanted:
            assert each not in answers
            answers[each] = site.get(each) or Page(url=each, body=b"", fetched_at=NOW, status=404)
    else:
        raise AssertionError("the plan never ends")
    return conclude(url, answers), list(answers)


def saved(case: str, url: str = "") -> Page:
    found = load(case)[1]
    return dataclasses.replace(found, url=url) if url else found


PHPBB = {
    "https://forum.example/board/viewtopic.php?t=9": saved(
        "phpbb/thread", "https://forum.example/board/viewtopic.php?t=9"
    ),
    "https://forum.example/board/index.php": saved("phpbb/index", "https://forum.example/board/index.php"),
    "https://forum.example/board/viewforum.php?f=4": saved(
        "phpbb/board", "https://forum.example/board/viewforum.php?f=4"
    ),
    "https://forum.example/board/app.php/feed": saved("phpbb/feed"),
}


@pytest.mark.parametrize("start", [url for url in PHPBB if "feed" not in url])
def test_any_page_of_a_forum_leads_to_the_forum(start: str) -> None:
    proposal, asked = look(start, PHPBB)
    assert proposal.source is not None
    assert proposal.source.url == "https://forum.example/board/"
    assert (proposal.source.name, proposal.source.software, proposal.source.channel) == (
        "forum-example",
        "phpbb",
        Channel.FORUM,
    )
    assert proposal.source.timezone == "Europe/Berlin"
    assert proposal.source.language == "de"
    assert proposal.way is Way.HTML
    assert proposal.confidence == 1.0
    assert {(board.id, board.name) for board in proposal.boards} == {
        ("4", "Software & IT"),
        ("7", "Kassen"),
        ("5", "Werkstatt"),
    }
    assert "https://forum.example/board/app.php/feed" in proposal.feeds
    assert len(asked) <= 5


def test_the_sample_proves_that_posts_can_be_read() -> None:
    proposal, _ = look("https://forum.example/board/index.php", PHPBB)
    assert proposal.threads + proposal.posts > 0


def test_a_json_software_is_asked_for_its_json() -> None:
    home = page(
        "https://talk.example/",
        '<html lang="de"><head><meta name="generator" content="Discourse 3.4.0 - https://github.com/discourse"></head></html>',
        x_discourse_route="list/latest",
    )
    site = page(
        "https://talk.example/site.json",
        '{"categories": [{"id": 5, "name": "Hilfe", "slug": "hilfe"}], "default_archetype": "regular"}',
    )
    proposal, asked = look(
        "https://talk.example",
        {
            "https://talk.example/": home,
            "https://talk.example/site.json": site,
            "https://talk.example/latest.json": saved("discourse/latest"),
            "https://talk.example/t/1.json": saved("discourse/topic"),
        },
    )
    assert proposal.source is not None
    assert (proposal.software, proposal.version, proposal.way) == ("discourse", "3.4.0", Way.JSON)
    assert [board.name for board in proposal.boards] == ["Hilfe"]
    assert proposal.posts == 2
    assert "https://talk.example/latest.json" in asked


def test_a_feed_is_read_as_a_feed_unless_its_site_offers_more() -> None:
    feed = saved("feed/rss20")
    proposal, _ = look(feed.url, {feed.url: feed})
    assert proposal.source is not None
    assert (proposal.source.url, proposal.software, proposal.way) == (feed.url, "feed", Way.FEED)
    assert proposal.posts == 2
    feed = saved("phpbb/feed")
    proposal, _ = look(feed.url, {feed.url: feed, **PHPBB})
    assert proposal.source is not None
    assert (proposal.source.url, proposal.software) == ("https://forum.example/board/", "phpbb")


def test_a_blog_with_a_feed() -> None:
    home = saved("feed/page-with-feeds")
    feed = saved("feed/rss20", "https://shop.example/feed/")
    proposal, _ = look(home.url, {home.url: home, feed.url: feed})
    assert proposal.source is not None
    assert (proposal.source.url, proposal.software) == ("https://shop.example/feed/", "feed")


def test_a_feed_teaches_the_zone_of_a_site_without_one() -> None:
    old = saved("phpbb/thread-30")
    body = old.body.replace(
        b"</head>", b'<link rel="alternate" type="application/atom+xml" href="/feed"></head>'
    )
    thread = dataclasses.replace(old, body=body, url="https://old.example/viewtopic.php?t=12")
    feed = page(
        "https://old.example/feed",
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>https://old.example/viewtopic.php?p=77#p77</id><title>x</title>'
        "<author><name>ann</name></author><published>2023-05-16T05:36:20Z</published><content type='html'>New words</content></entry></feed>",
    )
    proposal, _ = look(thread.url, {thread.url: thread, feed.url: feed})
    assert proposal.source is not None
    assert proposal.source.timezone == "Europe/Berlin"
    assert "agree" in " ".join(proposal.reasons)


def test_marked_questions_of_unknown_software() -> None:
    question = saved("qapage/json-ld", "https://frag.example/frage/71")
    proposal, _ = look(question.url, {question.url: question})
    assert (proposal.software, proposal.way) == ("qapage", Way.STRUCTURED)
    assert proposal.posts == 4


def test_unknown_software_is_read_by_its_looks() -> None:
    listing, thread = saved("generic/list"), saved("generic/thread", "https://alt.example/thread.php?id=1")
    proposal, _ = look(listing.url, {listing.url: listing, thread.url: thread})
    assert proposal.software == "generic"
    assert proposal.threads == 5
    assert proposal.posts == 2
    assert "check" in " ".join(proposal.reasons)


def test_nothing_to_read_says_what_was_tried() -> None:
    nothing = saved("generic/nothing")
    proposal, asked = look(nothing.url, {nothing.url: nothing})
    assert proposal.source is None
    assert any("status 404" in each for each in proposal.tried)
    assert any("signs of" in each for each in proposal.tried)
    assert asked == [nothing.url, "https://alt.example/"]
    unreachable = conclude("https://gone.example/", {"https://gone.example/": None})
    assert unreachable.source is None
    assert unreachable.tried[0] == "https://gone.example/: no answer"
    assert conclude("mailto:a@b.example", {}).source is None
    assert plan("mailto:a@b.example", {}) == ()


NOINDEX = OptOut(store=False, reason="X-Robots-Tag: noindex")
NOFOLLOW = OptOut(follow=False, reason="meta robots: nofollow")


@pytest.mark.parametrize(
    ("address", "said", "told"),
    [
        ("viewtopic.php?t=9", NOINDEX, True),
        ("viewtopic.php?t=9", NOFOLLOW, True),  # it has a second page
        ("viewforum.php?f=4", NOINDEX, False),  # a list has no posts
        ("viewforum.php?f=4", NOFOLLOW, True),
        ("viewforum.php?f=4", NOINDEX | NOFOLLOW, True),
        ("index.php", NOINDEX, False),
        ("index.php", NOFOLLOW, True),
        ("", NOINDEX | NOFOLLOW, False),  # no visit comes to this address of the index
    ],
)
def test_opt_outs_count_where_a_visit_reads(address: str, said: OptOut, told: bool) -> None:
    base = "https://forum.example/board/"
    pages = {**PHPBB, base: dataclasses.replace(PHPBB[f"{base}index.php"], url=base)}
    proposal = conclude(f"{base}index.php", pages, {f"{base}{address}": said})
    assert proposal.opt_outs == ((f"{said.reason} ({base}{address})",) if told else ())


def test_opt_outs_of_pages_beside_a_feed_do_not_count() -> None:
    home = saved("feed/page-with-feeds")
    feed = saved("feed/rss20", "https://shop.example/feed/")
    proposal = conclude(home.url, {home.url: home, feed.url: feed}, {home.url: NOINDEX | NOFOLLOW})
    assert proposal.source is not None
    assert (proposal.source.url, proposal.opt_outs) == (feed.url, ())


def test_identify() -> None:
    assert identify(saved("phpbb/board")) is SOFTWARE["phpbb"]
    assert identify(saved("feed/atom")) is SOFTWARE["feed"]
    assert identify(saved("generic/nothing")) is None
    assert (
        identify(
            page(
                "https://x.example/",
                "<html><body>x</body></html>",
                set_cookie="phpbb3_abc_sid=x; path=/, phpbb3_abc_u=1; path=/",
            )
        )
        is SOFTWARE["phpbb"]
    )


@pytest.mark.parametrize(
    "case",
    [
        case
        for case in cases()
        if case.split("/")[1].startswith(("index", "board", "thread", "home", "topic", "forum"))
    ],
)
def test_saved_pages_are_never_taken_for_another_software(case: str) -> None:
    software, found, _ = load(case)
    ranked = [
        each
        for each in recognise([found])
        if each.weight >= 8 and each.software.name not in {"feed", "qapage", "generic"}
    ]
    assert [each.software.name for each in ranked[:1]] in ([], [software])
