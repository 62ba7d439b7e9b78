"""From any address of a social site to its source, and what to do where the first way is refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from radar.config.writing import entry
from radar.extract.page import Page, Way
from radar.extract.registry import SOFTWARE
from radar.model import Channel, Source
from radar.recognise import Proposal, conclude, plan
from tests.pages.saved import load

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def page(url: str, body: str | bytes, **headers: str) -> Page:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Page(
        url=url, body=body if isinstance(body, bytes) else body.encode(), fetched_at=NOW, headers=named
    )


def body(case: str) -> bytes:
    return load(case)[1].body


def look(url: str, site: Mapping[str, Page]) -> tuple[Proposal, list[str]]:
    """Follow the plan; what the site lacks is refused."""
    answers: dict[str, Page | None] = {}
    while wanted := plan(url, answers):
        for each in wanted:
            assert each not in answers
            answers[each] = site.get(each)
    return conclude(url, answers), list(answers)


def proposed(url: str, site: Mapping[str, Page]) -> Source:
    source = look(url, site)[0].source
    assert source is not None
    return source


HOME = '<html lang="de"><body><div class="notranslate app-holder" data-props="{}" id="mastodon"></div></body></html>'
PUBLIC = "https://social.example/api/v1/timelines/public?local=true&limit=40"
TAG = "https://social.example/api/v1/timelines/tag/hilfe?limit=40"
MASTODON = {
    **{
        f"https://social.example/{path}": page(f"https://social.example/{path}", HOME, server="Mastodon")
        for path in ("", "@birke", "@birke/1002", "tags/hilfe")
    },
    "https://social.example/api/v1/instance": page(
        "https://social.example/api/v1/instance",
        '{"uri": "social.example", "version": "4.5.2", "languages": ["de"]}',
    ),
    PUBLIC: page(PUBLIC, body("mastodon/tag")),
    TAG: page(TAG, body("mastodon/tag")),
}


@pytest.mark.parametrize("path", ["", "@birke", "@birke/1002"])
def test_any_page_of_mastodon_leads_to_the_public_timeline(path: str) -> None:
    proposal, asked = look(f"https://social.example/{path}", MASTODON)
    assert proposal.source is not None
    assert (proposal.source.url, proposal.source.boards) == ("https://social.example/", ())
    assert (proposal.source.software, proposal.source.channel) == ("mastodon", Channel.SOCIAL)
    assert (proposal.version, proposal.way, proposal.posts) == ("4.5.2", Way.API, 4)
    assert PUBLIC in asked
    assert len(asked) <= 4


def test_the_page_of_a_tag_leads_to_the_tag() -> None:
    source = proposed("https://social.example/tags/hilfe", MASTODON)
    assert (source.url, source.boards, source.software) == ("https://social.example/", ("hilfe",), "mastodon")


def test_a_tag_for_the_servers_own_people_is_read_from_its_feed() -> None:
    feed = "https://social.example/tags/hilfe.rss"
    xml = "<rss version='2.0'><channel><title>#hilfe</title></channel></rss>"
    site = {url: each for url, each in MASTODON.items() if url != TAG} | {feed: page(feed, xml)}
    proposal, _ = look("https://social.example/tags/hilfe", site)
    assert proposal.source is not None
    assert (proposal.source.url, proposal.source.software, proposal.source.channel) == (
        feed,
        "feed",
        Channel.FEED,
    )
    assert any("own people" in reason for reason in proposal.reasons)
    assert any("mastodon was recognised" in reason for reason in proposal.reasons)


def test_without_a_feed_the_public_timeline_is_kept_to_the_tag() -> None:
    base = "http://127.0.0.1:8000/"
    html = '<html><head><script src="/static/js/takahe.min.js"></script></head><body>a</body></html>'
    public = f"{base}api/v1/timelines/public?local=true&limit=40"
    site = {
        f"{base}tags/hilfe": page(f"{base}tags/hilfe", html),
        public: page(public, body("mastodon/takahe")),
    }
    source = proposed(f"{base}tags/hilfe", site)
    assert (source.url, source.boards, source.software) == (public, ("hilfe",), "mastodon")
    assert [link.url for link in SOFTWARE["mastodon"].entries(source)] == [public]
    assert proposed(f"{base}tags/hilfe", {f"{base}tags/hilfe": site[f"{base}tags/hilfe"]}).url == base


def test_a_tags_page_closed_by_robots_is_told_by_the_home_page() -> None:
    base = "https://takahe.example/"
    home = '<footer><a href="https://jointakahe.org">Takahē&nbsp;0.11.0</a></footer>'
    public = f"{base}api/v1/timelines/public?local=true&limit=40"
    proposal, asked = look(
        f"{base}tags/hilfe/", {base: page(base, home), public: page(public, body("mastodon/takahe"))}
    )
    assert proposal.source is not None
    assert (proposal.source.url, proposal.source.boards) == (public, ("hilfe",))
    assert proposal.version == "0.11.0"
    assert len(asked) <= 7


@pytest.mark.parametrize(
    ("home", "headers"),
    [
        ("<noscript>To use Akkoma, please enable JavaScript.</noscript>", {}),
        ("<p>hello</p>", {"server": "gotosocial"}),
        ('<footer><a href="https://jointakahe.org">Takahē&nbsp;0.11.0</a></footer>', {}),
    ],
)
def test_servers_that_speak_the_same_interface_are_known(home: str, headers: dict[str, str]) -> None:
    url = "https://klein.example/"
    assert proposed(url, {url: page(url, home, **headers)}).software == "mastodon"


HN = "https://hn.algolia.com/api/v1/search_by_date?tags="


@pytest.mark.parametrize(
    ("address", "boards", "asked"),
    [
        ("https://news.ycombinator.com/", (), f"{HN}ask_hn&hitsPerPage=100"),
        ("https://news.ycombinator.com/item?id=501", (), f"{HN}ask_hn&hitsPerPage=100"),
        ("https://news.ycombinator.com/ask", ("ask",), f"{HN}ask_hn&hitsPerPage=100"),
        ("https://news.ycombinator.com/show", ("show",), f"{HN}show_hn&hitsPerPage=100"),
        ("https://news.ycombinator.com/newest", ("newest",), f"{HN}story&hitsPerPage=100"),
        (
            "https://hn.algolia.com/api/v1/search_by_date?tags=show_hn",
            ("show",),
            f"{HN}show_hn&hitsPerPage=100",
        ),
    ],
)
@pytest.mark.parametrize("refused", [False, True])
def test_hacker_news_is_known_by_its_address_and_read_elsewhere(
    address: str, boards: tuple[str, ...], asked: str, refused: bool
) -> None:
    site = {asked: page(asked, body("hackernews/ask"))}
    if not refused:
        site |= {address: page(address, "<html><body>a list</body></html>")} if address not in site else {}
    proposal, wanted = look(address, site)
    assert proposal.source is not None
    assert (proposal.source.url, proposal.source.boards) == ("https://news.ycombinator.com/", boards)
    assert (proposal.source.software, proposal.source.channel) == ("hackernews", Channel.SOCIAL)
    assert proposal.posts == 2
    assert proposal.confidence == 1.0
    assert asked in wanted


@pytest.mark.parametrize(
    ("address", "boards", "listing"),
    [
        ("https://lobste.rs/", (), "https://lobste.rs/newest.json"),
        ("https://lobste.rs/s/abc123/what_do_you_use", (), "https://lobste.rs/newest.json"),
        ("https://lobste.rs/t/ask", ("ask",), "https://lobste.rs/t/ask.json"),
        ("https://lobste.rs/t/ask,web.rss", ("ask", "web"), "https://lobste.rs/t/ask.json"),
    ],
)
def test_any_page_of_lobsters_leads_to_its_lists(address: str, boards: tuple[str, ...], listing: str) -> None:
    proposal, _ = look(
        address, {address: page(address, "<html></html>"), listing: page(listing, body("lobsters/newest"))}
    )
    assert proposal.source is not None
    assert (proposal.source.url, proposal.source.boards) == ("https://lobste.rs/", boards)
    assert (proposal.source.software, proposal.posts) == ("lobsters", 2)


def test_a_sister_of_lobsters_is_known_by_its_lists() -> None:
    url = "https://schwester.example/"
    html = '<ol class="stories list"><li id="story_abc123" data-shortid="abc123" class="story   "><div></div></li></ol>'
    assert proposed(url, {url: page(url, html)}).software == "lobsters"


LEMMY = "https://lemmy.example/"
LEMMY_HOME = "<html><head><script nonce='1'>\n    window.isoData = {};</script></head><body></body></html>"
POSTS = f"{LEMMY}api/v3/post/list?type_=Local&sort=NewComments&limit=50"
COMMUNITIES = f"{LEMMY}api/v3/community/list?type_=Local&sort=TopMonth&limit=50"


@pytest.mark.parametrize(
    ("path", "boards"),
    [
        ("", ()),
        ("post/41", ()),
        ("c/werkstatt", ("werkstatt",)),
        ("c/hilfe@anderswo.example", ("hilfe@anderswo.example",)),
    ],
)
def test_any_page_of_lemmy_leads_to_its_posts(path: str, boards: tuple[str, ...]) -> None:
    community = f"&community_name={boards[0].replace('@', '%40')}" if boards else ""
    listing = f"{POSTS.replace('Local', 'All')}{community}" if boards else POSTS
    site = {
        f"{LEMMY}{path}": page(f"{LEMMY}{path}", LEMMY_HOME),
        f"{LEMMY}api/v3/site": page(f"{LEMMY}api/v3/site", '{"site_view": {}, "version": "0.19.9"}'),
        COMMUNITIES: page(
            COMMUNITIES,
            '{"communities": [{"community": {"name": "werkstatt", "title": "Werkstatt & Haus"}}]}',
        ),
        listing: page(listing, body("lemmy/posts")),
    }
    proposal, _ = look(f"{LEMMY}{path}", site)
    assert proposal.source is not None
    assert (proposal.source.url, proposal.source.boards) == (LEMMY, boards)
    assert (proposal.source.software, proposal.version, proposal.posts) == ("lemmy", "0.19.9", 2)
    assert [(board.id, board.name) for board in proposal.boards] == [("werkstatt", "Werkstatt & Haus")]


def test_a_lemmy_without_version_3_is_read_by_version_4() -> None:
    listing = f"{LEMMY}api/v4/post/list?type_=local&sort=new_comments&limit=50"
    site = {LEMMY: page(LEMMY, LEMMY_HOME), listing: page(listing, body("lemmy/v4-posts"))}
    proposal, _ = look(LEMMY, site)
    assert proposal.source is not None
    assert (proposal.source.url, proposal.source.software, proposal.posts) == (f"{LEMMY}api/v4/", "lemmy", 1)
    assert any("version 4" in reason for reason in proposal.reasons)


ISSUES = (
    "https://api.github.com/repos/werkbank/zettel/issues?state=all&sort=updated&direction=desc&per_page=100"
)


@pytest.mark.parametrize(
    ("address", "boards"),
    [
        ("https://github.com/werkbank/zettel", ()),
        ("https://github.com/werkbank/zettel.git", ()),
        ("https://github.com/werkbank/zettel/issues", ()),
        ("https://github.com/werkbank/zettel/issues/12#issuecomment-501", ()),
        ("https://github.com/werkbank/zettel/blob/main/README.md", ()),
        ("https://github.com/werkbank/zettel/labels/help%20wanted", ("help wanted",)),
        ("https://api.github.com/repos/werkbank/zettel/issues?labels=help%20wanted", ("help wanted",)),
    ],
)
def test_any_page_of_a_repository_leads_to_its_issues(address: str, boards: tuple[str, ...]) -> None:
    listing = ISSUES + "".join(f"&labels={board.replace(' ', '%20')}" for board in boards)
    proposal, asked = look(address, {listing: page(listing, body("github/issues"))})
    assert proposal.source is not None
    assert (proposal.source.url, proposal.source.boards) == ("https://github.com/werkbank/zettel/", boards)
    assert (proposal.source.software, proposal.source.channel) == ("github", Channel.TRACKER)
    assert proposal.posts == 3
    assert listing in asked


def test_discussions_are_read_from_their_feed_where_robots_allows_it() -> None:
    address, feed = (
        "https://github.com/werkbank/zettel/discussions/21",
        "https://github.com/werkbank/zettel/discussions.atom",
    )
    source = proposed(address, {feed: page(feed, body("github/discussions"))})
    assert source.url == "https://github.com/werkbank/zettel/discussions/"
    refused, _ = look(address, {ISSUES: page(ISSUES, body("github/issues"))})
    assert refused.source is not None
    assert refused.source.url == "https://github.com/werkbank/zettel/"
    assert any("closed by robots.txt" in reason for reason in refused.reasons)


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/topics/forum",
        "https://github.com/werkbank",
        "https://gist.github.com/werkbank/1",
        "https://github.com/werkbank/zettel/releases.atom",
    ],
)
def test_other_pages_of_github_are_no_repository(address: str) -> None:
    proposal, _ = look(address, {address: page(address, "<html><body><p>hello</p></body></html>")})
    assert proposal.software != "github"


@pytest.mark.parametrize(
    ("address", "boards"),
    [
        ("https://www.reddit.com/r/werkstatt/comments/1abc23/eloxal/", ("werkstatt",)),
        ("https://old.reddit.com/r/werkstatt+hilfe/", ("werkstatt", "hilfe")),
        ("https://redd.it/1abc23", ()),
    ],
)
def test_reddit_is_not_even_looked_at_and_proposed_switched_off(
    address: str, boards: tuple[str, ...]
) -> None:
    proposal, asked = look(address, {})
    assert asked == []
    assert proposal.source is not None
    assert (proposal.source.url, proposal.source.boards) == ("https://www.reddit.com/", boards)
    assert (proposal.source.software, proposal.source.enabled) == ("reddit", False)
    assert "enabled = false\n" in entry(proposal.source)
    assert any(reason.startswith("It is off: ") for reason in proposal.reasons)


def test_subreddits_share_one_request() -> None:
    source = Source(
        name="r", url="https://www.reddit.com/", channel=Channel.SOCIAL, boards=("werkstatt", "/r/hilfe")
    )
    assert [link.url for link in SOFTWARE["reddit"].entries(source)] == [
        "https://www.reddit.com/r/werkstatt+hilfe/new/.rss"
    ]
    assert SOFTWARE["reddit"].least_delay == 60
