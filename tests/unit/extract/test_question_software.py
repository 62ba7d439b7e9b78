"""From any page of a question-and-answer software to its source: saved pages stand for the site."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import pytest

from radar.extract.page import LinkKind, Page
from radar.extract.registry import SOFTWARE
from radar.model import Channel, Source
from radar.recognise import Proposal, conclude, plan
from tests.pages.saved import load


def look(url: str, pages: Mapping[str, Page]) -> Proposal:
    answers: dict[str, Page | None] = {}
    while wanted := plan(url, answers):
        for each in wanted:
            missing = dataclasses.replace(next(iter(pages.values())), url=each, body=b"", status=404)
            answers[each] = pages.get(each, missing)
    return conclude(url, answers)


def saved(software: str, **addresses: str) -> dict[str, Page]:
    found = {}
    for case, url in addresses.items():
        page = load(f"{software}/{case.replace('_', '-')}")[1]
        found[url or page.url] = dataclasses.replace(page, url=url or page.url)
    return found


ASKBOT = {
    **saved("askbot", list="", question="", question_page_2="", list_empty="", feed_of_question=""),
    **saved("askbot", list="https://frag.example/"),
}
Q2A = {
    **saved("q2a", activity="", questions="", question="", tag="", question_page_2=""),
    **saved("q2a", activity="https://rat.example/fragen/"),
}


ANSPRESS = {
    **saved("anspress", list="", question="", list_page_2="", question_page_2=""),
    **saved("anspress", list="https://garten.example/questions/"),
}


@pytest.mark.parametrize(
    ("software", "base", "site", "start"),
    [
        *(("askbot", "https://frag.example/Fragen/", ASKBOT, url) for url in ASKBOT if "feed" not in url and url[-9:] != ".example/"),
        *(("q2a", "https://rat.example/fragen/", Q2A, url) for url in Q2A),
        *(("anspress", "https://garten.example/questions/", ANSPRESS, url) for url in ANSPRESS),
    ],
)  # fmt: skip
def test_any_page_leads_to_the_site(software: str, base: str, site: dict[str, Page], start: str) -> None:
    proposal = look(start, site)
    assert proposal.source is not None
    assert (proposal.source.software, proposal.source.channel) == (software, Channel.QA)
    assert proposal.source.url == base
    assert proposal.confidence == 1.0
    assert proposal.version
    assert proposal.boards


def test_words_of_addresses_differ_by_language() -> None:
    base = SOFTWARE["askbot"].base_url
    assert base is not None
    assert base("https://a.example/ask/fr/question/12/x/?answer=3") == "https://a.example/ask/fr/questions/"
    assert base("https://a.example/Frage/12/x/") == "https://a.example/Fragen/"
    assert base("https://a.example/%E8%B3%AA%E5%95%8F/12/x/") == "https://a.example/%E8%B3%AA%E5%95%8F/"
    assert base("https://a.example/feeds/rss/") == "https://a.example/"


@pytest.mark.parametrize(
    ("software", "url", "board", "begins"),
    [
        ("askbot", "https://a.example/Fragen/", "drucker", "https://a.example/Fragen/scope:all/sort:activity-desc/tags:drucker/"),
        ("askbot", "https://a.example/", "", "https://a.example/"),
        ("anspress", "https://a.example/hilfe/", "", "https://a.example/hilfe/?order_by=active"),
        ("anspress", "https://a.example/hilfe/", "rasen", "https://a.example/hilfe/categories/rasen/"),
        ("q2a", "https://a.example/qa/", "heizung/oel", "https://a.example/qa/activity/heizung/oel"),
        ("q2a", "https://a.example/qa/", "https://a.example/qa/questions/heizung", "https://a.example/qa/activity/heizung"),
        ("q2a", "https://a.example/qa/", "https://a.example/qa/tag/oel", "https://a.example/qa/tag/oel"),
    ],
)  # fmt: skip
def test_where_a_visit_begins(software: str, url: str, board: str, begins: str) -> None:
    source = Source(name="x", url=url, channel=Channel.QA, boards=(board,) if board else ())
    (link,) = SOFTWARE[software].entries(source)
    assert (link.url, link.kind) == (begins, LinkKind.BOARD)
