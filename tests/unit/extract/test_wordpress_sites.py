"""From any page of a WordPress blog to its source, by whichever way is open; saved pages stand for the blog."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import pytest

from radar.extract.page import ANY_ACTIVITY, Context, LinkKind, Page
from radar.extract.registry import SOFTWARE
from radar.model import Channel, Source
from radar.recognise import Proposal, conclude, plan
from tests.pages.saved import load

BLOG = "https://bau.example/blog/"
OPEN = {page.url: page for page in (
    load(f"wordpress/{case}")[1]
    for case in ("home", "thread", "comments", "posts", "categories", "start", "feed", "feed-comments")
)}  # fmt: skip
REFUSED = load("wordpress/refused")[1]


def look(url: str, pages: Mapping[str, Page]) -> Proposal:
    answers: dict[str, Page | None] = {}
    while wanted := plan(url, answers):
        for each in wanted:
            missing = dataclasses.replace(REFUSED, url=each, body=b"", status=404)
            answers[each] = pages.get(each, missing)
    return conclude(url, answers)


@pytest.mark.parametrize("case", ["home", "thread", "feed", "feed-comments"])
def test_any_page_leads_to_the_blog(case: str) -> None:
    proposal = look(load(f"wordpress/{case}")[1].url, OPEN)
    assert proposal.source is not None
    assert (proposal.source.software, proposal.source.url) == ("wordpress", BLOG)
    assert proposal.source.channel is Channel.FEED
    assert proposal.source.timezone == "Europe/Berlin"
    assert ("3", "Plauderecke") in {(board.id, board.name) for board in proposal.boards}
    assert proposal.posts >= 3


def test_where_the_interface_is_switched_off_the_feeds_are_read() -> None:
    pages = {
        url: dataclasses.replace(REFUSED, url=url) if "wp-json" in url or "rest_route" in url else page
        for url, page in OPEN.items()
    }
    plain = f"{BLOG}?{load('wordpress/comments')[1].url.partition('?')[2]}"
    proposal = look(BLOG, {**pages, plain: dataclasses.replace(REFUSED, url=plain)})
    assert proposal.source is not None
    assert (proposal.source.software, proposal.source.url) == ("wordpress", f"{BLOG}feed/")
    assert any("switched off" in reason for reason in proposal.reasons)


def test_addresses_that_are_not_rewritten() -> None:
    home = OPEN[BLOG]
    body = home.body.replace(b"/blog/wp-json/", b"/blog/index.php?rest_route=/")
    page = dataclasses.replace(home, body=body, headers={})
    told = SOFTWARE["wordpress"].base_told
    assert told is not None
    base = told(page)
    assert base == f"{BLOG}index.php?rest_route=/"
    source = Source(name="x", url=base, channel=Channel.FEED)
    (link,) = SOFTWARE["wordpress"].entries(source)
    assert link.url.startswith(f"{BLOG}index.php?rest_route=/wp/v2/comments&per_page=100&")
    comments = dataclasses.replace(OPEN[load("wordpress/comments")[1].url], url=link.url)
    (posts,) = SOFTWARE["wordpress"].extract(comments, Context(source="x", base_url=base)).links
    assert posts.url.startswith(f"{BLOG}index.php?rest_route=/wp/v2/posts&per_page=100&")
    assert posts.kind is LinkKind.BOARD


def test_later_pages_of_the_list_only_lead_to_what_was_never_read() -> None:
    _, page, context = load("wordpress/posts-page-2")
    links = SOFTWARE["wordpress"].extract(page, context).links
    assert links
    assert {link.activity for link in links} == {ANY_ACTIVITY}
    assert not {link.thread_id for link in links} & set(context.carried)
