"""Issue trackers and wikis: install paths, where a visit begins, sources proposed from any page of a site."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from radar.extract import Page
from radar.extract.registry import SOFTWARE
from radar.model import Channel, Source
from radar.recognise import Proposal, conclude, plan
from tests.pages.saved import load

NOW = datetime(2026, 11, 24, 11, tzinfo=UTC)


def source(software: str, url: str, *boards: str) -> Source:
    return Source(name="x", url=url, channel=Channel.TRACKER, software=software, boards=boards)


def proposed(start: str, site: dict[str, Page]) -> Proposal:
    """What is proposed for an address of a site of saved pages; what is not given answers 404."""
    answers: dict[str, Page | None] = {}
    while wanted := plan(start, answers):
        for each in wanted:
            answers[each] = site.get(each) or Page(url=each, body=b"", fetched_at=NOW, status=404)
    return conclude(start, answers)


def saved(case: str, url: str = "") -> Page:
    page = load(case)[1]
    return dataclasses.replace(page, url=url) if url else page


@pytest.mark.parametrize(
    ("software", "url", "base"),
    [
        ("trac", "https://a.example/ticket/8?format=rss", "https://a.example/"),
        ("trac", "https://a.example/projects/trac/ticket/8", "https://a.example/projects/trac/"),
        ("trac", "https://a.example/trac/query?status=new&page=2", "https://a.example/trac/"),
        ("trac", "https://a.example/trac/timeline", "https://a.example/trac/"),
        ("trac", "https://a.example/trac", "https://a.example/trac/"),
        ("trac", "https://a.example/cgi-bin/trac.cgi/report/1", "https://a.example/cgi-bin/trac.cgi/"),
        ("roundup", "https://a.example/issue8", "https://a.example/"),
        ("roundup", "https://a.example/bug/issue8#msg30", "https://a.example/bug/"),
        ("roundup", "https://a.example/hilfe/issue?@template=search&status=1", "https://a.example/hilfe/"),
        ("roundup", "https://a.example/hilfe/file3/log.txt", "https://a.example/hilfe/"),
        ("roundup", "https://a.example/hilfe", "https://a.example/hilfe/"),
        ("dokuwiki", "https://a.example/wiki/doku.php?id=a:b&do=edit", "https://a.example/wiki/"),
        ("dokuwiki", "https://a.example/doku.php/a:b", "https://a.example/"),
        ("dokuwiki", "https://a.example/wiki/a:b", "https://a.example/wiki/"),
        ("dokuwiki", "https://a.example/w/lib/exe/detail.php?media=a.png", "https://a.example/w/"),
        ("dokuwiki", "https://a.example/w/feed.php?mode=list&ns=a", "https://a.example/w/"),
    ],
)
def test_the_install_path_of_a_tracker_is_kept(software: str, url: str, base: str) -> None:
    read = SOFTWARE[software].base_url
    assert read is not None
    assert read(url) == base


TRAC = "https://tracker.example.org/hilfe/trac/"
TRAC_LIST = SOFTWARE["trac"].entries(source("trac", TRAC))[0].url
TRAC_SITE = {
    TRAC_LIST: saved("trac/board", TRAC_LIST),
    TRAC: saved("trac/index", TRAC),
    **{saved(case).url: saved(case) for case in ("trac/thread", "trac/timeline", "trac/board-report")},
}


@pytest.mark.parametrize("start", TRAC_SITE)
def test_any_page_of_a_trac_leads_to_its_tickets(start: str) -> None:
    proposal = proposed(start, TRAC_SITE)
    assert proposal.source
    assert (proposal.source.url, proposal.source.software) == (TRAC, "trac")
    assert proposal.source.channel is Channel.TRACKER
    assert proposal.version == "1.6"
    assert proposal.confidence == 1.0
    assert [board.id for board in proposal.boards] == [
        "Hilfe & Störungen",
        "Interner Bereich",
        "Plauderecke",
    ]
    assert proposal.threads + proposal.posts > 0


def test_a_visit_of_trac_begins_with_all_tickets_or_those_of_components_or_with_the_feeds_named() -> None:
    entries = SOFTWARE["trac"].entries
    (link,) = entries(source("trac", TRAC + "ticket/8"))
    assert link.url.startswith(TRAC + "query?status=!&order=changetime&desc=1&")
    (link,) = entries(source("trac", TRAC, "Hilfe & Störungen", "Plauderecke"))
    assert "&component=Hilfe+%26+St%C3%B6rungen&component=Plauderecke&" in link.url
    feed = TRAC + "timeline?format=rss&ticket=on"
    assert [link.url for link in entries(source("trac", TRAC, feed))] == [feed]


def test_the_timeline_is_proposed_where_queries_are_closed() -> None:
    timeline = f"{TRAC}timeline?ticket=on&ticket_details=on&daysback=90&max=200&format=rss"
    closed = {url: page for url, page in TRAC_SITE.items() if url != TRAC_LIST}
    proposal = proposed(TRAC + "ticket/42", {**closed, timeline: saved("trac/timeline", timeline)})
    assert proposal.source
    assert (proposal.source.url, proposal.source.boards) == (TRAC, (timeline,))
    assert proposal.threads > 0


def test_a_query_for_a_component_is_a_source_of_that_component() -> None:
    start = TRAC + "query?component=Plauderecke&order=id"
    proposal = proposed(start, {**TRAC_SITE, start: saved("trac/board", start)})
    assert proposal.source
    assert proposal.source.boards == ("Plauderecke",)
    assert SOFTWARE["trac"].boards_in
    assert SOFTWARE["trac"].boards_in(TRAC + "query?component=!Plauderecke") == ()


def test_a_report_that_does_not_tell_of_changes_has_its_tickets_read_again() -> None:
    _, page, context = load("trac/board-report")
    links = SOFTWARE["trac"].extract(page, context).links
    assert len(links) == 41
    assert {link.activity for link in links} == {""}, "the column of dates tells when a ticket was made"


ROUNDUP = "https://tracker.example.org/hilfe/"
ROUNDUP_LIST = SOFTWARE["roundup"].entries(source("roundup", ROUNDUP))[0].url
ROUNDUP_SITE = {
    ROUNDUP_LIST: saved("roundup/board", ROUNDUP_LIST),
    **{saved(case).url: saved(case) for case in ("roundup/thread", "roundup/index", "roundup/board-pages")},
    ROUNDUP + "msg137": saved("roundup/message"),
}


@pytest.mark.parametrize("start", ROUNDUP_SITE)
def test_any_page_of_a_roundup_leads_to_its_issues(start: str) -> None:
    proposal = proposed(start, ROUNDUP_SITE)
    assert proposal.source
    assert (proposal.source.url, proposal.source.software) == (ROUNDUP, "roundup")
    assert proposal.source.channel is Channel.TRACKER
    assert proposal.confidence >= 0.8
    assert proposal.threads > 0


def test_only_messages_are_news_in_roundup() -> None:
    _, page, context = load("roundup/board")
    links = SOFTWARE["roundup"].extract(page, context).links
    assert {link.thread_id: link.activity for link in links}["42"] == "3/139"
    body = page.text.replace('2026-11-24 14:41","Wärme', '2026-11-24 15:59","Wärme').encode()
    changed = SOFTWARE["roundup"].extract(dataclasses.replace(page, body=body), context).links
    assert body != page.body
    assert [link.activity for link in changed] == [link.activity for link in links]


WIKI = "https://wiki.example.org/wiki/"
WIKI_CHANGES = SOFTWARE["dokuwiki"].entries(source("dokuwiki", WIKI))[0].url
WIKI_SITE = {
    WIKI_CHANGES: saved("dokuwiki/board-recent", WIKI_CHANGES),
    **{
        saved(case).url: saved(case)
        for case in (
            "dokuwiki/index",
            "dokuwiki/thread",
            "dokuwiki/thread-rewritten",
            "dokuwiki/board-rdf",
            "dokuwiki/changes",
        )
    },
    WIKI + "plauderecke/frage_4": saved("dokuwiki/thread-rewritten", WIKI + "plauderecke/frage_4"),
}


@pytest.mark.parametrize("start", WIKI_SITE)
def test_any_page_of_a_dokuwiki_leads_to_its_changes(start: str) -> None:
    proposal = proposed(start, WIKI_SITE)
    assert proposal.source
    assert (proposal.source.url, proposal.source.software) == (WIKI, "dokuwiki")
    assert proposal.source.boards == ()
    assert proposal.source.timezone in {"Europe/Berlin", ""}, "its feeds' zone is not to be learned from"
    assert proposal.threads > 0


def test_the_list_of_a_namespace_is_a_source_of_that_namespace() -> None:
    start = saved("dokuwiki/board").url
    proposal = proposed(start, {**WIKI_SITE, start: saved("dokuwiki/board")})
    assert proposal.source
    assert (proposal.source.url, proposal.source.boards) == (WIKI, ("plauderecke",))


def test_a_visit_of_dokuwiki_begins_with_the_changes_or_with_the_namespaces_named() -> None:
    entries = SOFTWARE["dokuwiki"].entries
    assert [link.url.split("&")[0] for link in entries(source("dokuwiki", WIKI + "doku.php?id=a:b"))] == [
        WIKI + "feed.php?mode=recent",
        WIKI + "doku.php",
    ]
    (link,) = entries(source("dokuwiki", WIKI, "talk:hilfe"))
    assert link.url.startswith(WIKI + "feed.php?mode=list&ns=talk:hilfe&")


def test_a_young_page_is_read_again_when_search_engines_may_have_it() -> None:
    _, page, context = load("dokuwiki/board")
    tokens = []
    for age in (timedelta(), timedelta(days=1), timedelta(days=6)):
        later = dataclasses.replace(page, fetched_at=page.fetched_at + age)
        links = SOFTWARE["dokuwiki"].extract(later, context).links
        tokens.append({link.thread_id: link.activity for link in links}["plauderecke:jung"])
    assert tokens[0] == tokens[1] != tokens[2]


def test_pages_lead_to_the_lists_of_namespaces_unless_the_owner_named_some() -> None:
    _, page, context = load("dokuwiki/thread")
    extract = SOFTWARE["dokuwiki"].extract
    assert [link.activity for link in extract(page, context).links] == ["listed"]
    assert extract(page, dataclasses.replace(context, boards=("talk",))).links == ()
