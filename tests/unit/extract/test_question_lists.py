"""Lists of questions on sites of no known software: told from threads, however short, and proposed as sources."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from radar.demo.archive import Archive
from radar.demo.content import written
from radar.demo.http import Asked
from radar.demo.questions import Questions
from radar.extract.page import Context, LinkKind, Page
from radar.extract.registry import SOFTWARE
from radar.model import Channel
from radar.recognise import Proposal, conclude, plan

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
HOST = "https://rat.example"
KINDS: tuple[Literal["microdata", "json-ld"], ...] = ("microdata", "json-ld")


def site(structured: Literal["microdata", "json-ld"], threads: int) -> Questions:
    chosen = [thread for thread in written() if thread.site == "ratundtat"][:threads]
    questions = Questions("Rat & Tat", Archive.of(chosen, NOW), structured)
    questions.base = HOST
    return questions


def fetch(questions: Questions, url: str) -> Page:
    for _ in range(3):
        parts = urlsplit(url)
        answer = questions.answer(
            Asked(unquote(parts.path), {key: tuple(each) for key, each in parse_qs(parts.query).items()})
        )
        if answer.status not in {301, 302}:
            break
        url = HOST + dict(answer.headers)["Location"]
    return Page(
        url=url,
        body=answer.body,
        fetched_at=NOW,
        status=answer.status,
        headers={"content-type": answer.content_type},
    )


def look(questions: Questions, url: str) -> Proposal:
    answers: dict[str, Page | None] = {}
    while wanted := plan(url, answers):
        answers.update((each, fetch(questions, each)) for each in wanted)
    return conclude(url, answers)


@pytest.mark.parametrize("structured", KINDS)
@pytest.mark.parametrize(
    ("start", "source"),
    [
        ("/", "/"),
        ("/fragen", "/fragen"),
        ("/fragen?start=5", "/fragen"),
        ("/tag/software", "/tag/software"),
        ("/3", "/"),
        ("/sitemap.xml", "/"),
    ],
)
def test_any_page_of_marked_questions_leads_to_a_list_of_them(
    structured: Literal["microdata", "json-ld"], start: str, source: str
) -> None:
    proposal = look(site(structured, 14), HOST + start)
    assert proposal.source is not None
    assert (proposal.source.software, proposal.source.channel) == ("qapage", Channel.QA)
    assert proposal.source.url == HOST + source
    assert proposal.posts >= 1
    assert proposal.threads >= 3


@pytest.mark.parametrize("software", ["qapage", "generic"])
@pytest.mark.parametrize("structured", KINDS)
def test_rows_of_a_list_are_no_posts(structured: Literal["microdata", "json-ld"], software: str) -> None:
    questions = site(structured, 14)
    found = SOFTWARE[software].extract(fetch(questions, HOST + "/fragen"), Context(source="x"))
    newest = questions.archive.newest_first()[:5]
    assert not found.posts
    threads = [link for link in found.links if link.kind is LinkKind.THREAD]
    assert [link.url for link in threads] == [f"{HOST}/{topic.id}/{topic.slug}" for topic in newest]
    assert [link.active_at for link in threads] == [topic.last.created for topic in newest]


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("structured", KINDS)
def test_a_list_of_one_or_two_questions(structured: Literal["microdata", "json-ld"], count: int) -> None:
    questions = site(structured, count)
    found = SOFTWARE["qapage"].extract(fetch(questions, HOST + "/"), Context(source="x"))
    assert len([link for link in found.links if link.kind is LinkKind.THREAD]) == count


def test_posts_whose_headings_lead_to_themselves_stay_posts() -> None:
    """Old forums print "Re: title" above each post, with the post's own address."""
    posts = "".join(
        f'<div class="post" id="p{n}"><h3><a href="viewtopic.php?p={n}#p{n}">Re: Which oil tank to buy</a></h3>'
        f'<span class="author">ann{n}</span> <time datetime="{(NOW - timedelta(days=9 - n)).isoformat()}">{NOW - timedelta(days=9 - n):%d.%m.%Y %H:%M}</time>'
        f'<div class="content">Number {n} has a lot to say about oil tanks.</div></div>'
        for n in range(1, 6)
    )
    body = f"<html><body><h1>Which oil tank to buy</h1>{posts}</body></html>".encode()
    page = Page(url="https://old.example/viewtopic.php?t=4", body=body, fetched_at=NOW)
    assert len(SOFTWARE["generic"].extract(page, Context(source="x")).posts) == 5
    flat = Page(url=page.url, body=body.replace(b"#p", b""), fetched_at=NOW)
    assert len(SOFTWARE["generic"].extract(flat, Context(source="x")).posts) == 5
