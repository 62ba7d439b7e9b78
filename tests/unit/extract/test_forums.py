"""What the classic forums share: install paths, where a visit begins, paging that ends, start pages."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from importlib import import_module

import pytest

from radar.extract import Context, LinkKind, Page, html
from radar.extract.fields import digits, field, moment
from radar.extract.layout import Layout
from radar.extract.registry import MODULES, SOFTWARE
from radar.model import Channel, Source
from radar.recognise import recognise
from tests.pages.saved import cases, load

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


LAYOUTS = {
    name: layout
    for name in MODULES
    if isinstance(layout := getattr(import_module(f"radar.extract.{name}"), "LAYOUT", None), Layout)
}
PATTERNS = {"thread_at", "board_at", "post_at", "page_at", "id_of", "edited_of"}


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
        ("vbulletin", "https://a.example/vb/showthread.php?8-Slug/page2", "https://a.example/vb/"),
        ("vbulletin5", "https://a.example/forum/board/8-slug", "https://a.example/"),
        ("invision", "https://a.example/community/topic/8-slug/?page=2", "https://a.example/community/"),
        ("vanilla", "https://a.example/v/discussion/8/slug/p2", "https://a.example/v/"),
        ("bbpress", "https://a.example/foren/topic/slug/page/2/", "https://a.example/foren/"),
        ("bbpress", "https://a.example/", "https://a.example/forums/"),
        ("flaskbb", "https://a.example/bb/topic/9-slug?page=2", "https://a.example/bb/"),
        ("misago", "https://a.example/t/slug/8/2/", "https://a.example/"),
        ("spirit", "https://a.example/s/topic/8/slug/?page=2", "https://a.example/s/"),
        ("machina", "https://a.example/forum/forum/slug-2/topic/slug-8/", "https://a.example/forum/"),
        ("machina", "https://a.example/forum/slug-2/?page=2", "https://a.example/"),
        ("redmine", "https://a.example/r/projects/p/boards/1?page=2", "https://a.example/r/projects/p/"),
        ("redmine", "https://a.example/projects", "https://a.example/"),
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


def test_redmine_begins_with_the_boards_of_a_project_or_with_all_projects() -> None:
    entries = SOFTWARE["redmine"].entries
    assert [link.url for link in entries(source("redmine", "https://a.example/projects/p/boards/1"))] == [
        "https://a.example/projects/p/boards"
    ]
    for boards in ((), ("1",)):  # a board's number is no address without its project's name
        assert [link.url for link in entries(source("redmine", "https://a.example/", *boards))] == [
            "https://a.example/projects"
        ]
    board = "https://a.example/projects/p/boards/1"
    assert [link.url for link in entries(source("redmine", "https://a.example/", board))] == [board]
    assert [link.url for link in entries(source("redmine", "https://a.example/projects/p", "1"))] == [board]


def test_issues_of_redmine_are_read_only_where_they_are_named() -> None:
    entries = SOFTWARE["redmine"].entries
    issues = "https://a.example/r/issues.json?status_id=*&sort=updated_on:desc&limit=100"
    (link,) = entries(source("redmine", "https://a.example/r/", "issues"))
    assert link.url == issues
    both = entries(source("redmine", "https://a.example/r/projects/p/wiki", "issues", "4"))
    assert [link.url for link in both] == [
        f"{issues}&project_id=p",
        "https://a.example/r/projects/p/boards/4",
    ]


def test_private_issues_and_notes_of_redmine_stay_out_even_if_they_come() -> None:
    _, page, context = load("redmine/issue")
    extract = SOFTWARE["redmine"].extract
    note = page.text.replace('"private_notes":false', '"private_notes":true', 1).encode()
    posts = extract(Page(page.url, note, page.fetched_at), context).posts
    assert [(post.external_id, post.position) for post in posts] == [("issue-1", 1), ("change-4", 2)]
    issue = page.text.replace('"is_private":false', '"is_private":true').encode()
    assert extract(Page(page.url, issue, page.fetched_at), context).login_wall


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


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_selector_of_a_layout_is_one(name: str) -> None:
    tree = html.parse("<p>")
    for entry in fields(Layout):
        value = getattr(LAYOUTS[name], entry.name)
        if isinstance(value, str) and entry.name not in PATTERNS:
            for alternative in filter(None, value.split(" | ")):
                html.holds(tree, alternative.partition("@")[0])


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_software_has_its_saved_pages(name: str) -> None:
    known = {case.split("/")[1].split("-")[0] for case in cases(name)}
    assert {"thread", "board", "missing"} <= known
    assert "index" in known
    assert "login" in known or "private" in known


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ('<b id="x"><time datetime="2023-05-16T05:36:46Z">May 2023</time></b>', "2023-05-16T05:36:46Z"),
        ('<b id="x"><i data-time="1684215406">soon</i></b>', "1684215406"),
        ('<b id="x"><i title="05-16-2023, 07:36 AM">5 hours ago</i></b>', "05-16-2023, 07:36 AM"),
        ('<b id="x"><i title="05-16-2023">Yesterday</i>, 07:36 AM</b>', "05-16-2023 , 07:36 AM"),
        ('<b id="x"><i title="profile of Bob">16 May 2023</i> <u>edited 17 May 2023</u></b>', "16 May 2023"),
    ],
)
def test_what_an_element_says_of_a_time(page: str, said: str) -> None:
    assert moment(html.parse(page).find(".//b"), "u") == said


def test_a_field_takes_the_first_alternative_with_a_value() -> None:
    tree = html.parse('<div id="p12"><a class="no" href=""></a><h4> Bob </h4></div>')
    assert field(tree, "a.no@href | a.no | h4") == "Bob"
    assert field(tree.find(".//div"), "@id") == "p12"
    assert field(tree, "") == ""


@pytest.mark.parametrize(
    ("text", "number"),
    [("Replies: 1,003 Views: 5", "1003"), ("#1.204", "1204"), ("9 871 Beiträge", "9871"), ("-", "")],
)
def test_numbers_with_separators(text: str, number: str) -> None:
    assert digits(text) == number


def test_a_page_never_leads_back_to_itself_or_to_one_before() -> None:
    """Past the end some forums answer with the first page, whose next page was read long ago."""
    for name in ("fluxbb", "punbb"):
        _, page, context = load(f"{name}/past-the-end")
        assert not [
            link for link in SOFTWARE[name].extract(page, context).links if link.kind is LinkKind.NEXT
        ]


@pytest.mark.parametrize("name", ["fluxbb", "punbb"])
def test_a_thread_that_became_shorter_is_read_on_from_the_page_that_came(name: str) -> None:
    _, page, context = load(f"{name}/past-the-end")
    known = Context(source="x", timezone=context.timezone, carried={"known": "64/22"})
    following = [link.url for link in SOFTWARE[name].extract(page, known).links if link.kind is LinkKind.NEXT]
    assert len(following) == 1
    assert following[0].endswith(("&p=2", "/page/2/"))


def test_a_page_that_begins_with_the_last_post_of_the_one_before_goes_on_counting() -> None:
    _, first, context = load("misago/thread-page-1")
    software = SOFTWARE["misago"]
    one = software.extract(first, context)
    following = next(link for link in one.links if link.kind is LinkKind.NEXT)
    _, second, _ = load("misago/thread-page-2")
    two = software.extract(second, Context(source="x", carried=following.carry))
    overlapping = software.extract(second, Context(source="x")).posts[0]
    assert one.posts[-1].external_id == overlapping.external_id
    assert one.posts[-1].position
    assert two.posts[0].position == one.posts[-1].position + 1
    assert overlapping.external_id not in {post.external_id for post in two.posts}


def test_a_page_reached_by_its_last_page_knows_no_positions_but_that_no_post_opens_the_thread() -> None:
    _, page, _ = load("misago/thread-page-2")
    posts = SOFTWARE["misago"].extract(page, Context(source="x")).posts
    assert posts
    assert {(post.position, post.first) for post in posts} == {(None, False)}


@pytest.mark.parametrize("case", [case for name in LAYOUTS for case in cases(name)])
def test_a_page_is_told_to_be_its_softwares_and_no_others(case: str) -> None:
    name, page, context = load(case)
    told = recognise([page])
    if "missing" in case or "login" in case:  # some show nothing of their software
        assert not told or told[0].software.name == name or told[0].confidence < 0.5
        return
    assert told[0].software.name == name
    assert told[0].confidence >= 0.8
    assert all(other.confidence < 0.8 for other in told[1:])
    assert told[0].base_url == (context.base_url or told[0].base_url)


def test_a_header_without_its_reply_costs_only_itself() -> None:
    _, page, context = load("bbpress/thread")
    whole = SOFTWARE["bbpress"].extract(page, context)
    body = page.text.replace("</body>", '<div><div class="bbp-reply-header"></div></div></body>').encode()
    broken = SOFTWARE["bbpress"].extract(Page(page.url, body, page.fetched_at), context)
    assert broken.posts == whole.posts
    assert [problem.what for problem in broken.problems] == ["a post that cannot be read"]
