"""No page, however broken, makes an extractor raise anything but ExtractionError or return unclean posts.

Covers every software of the registry, so one that is added is covered too. Hostile bodies are made up, and made
of the software's saved pages by cutting, flipping and swapping.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from radar.errors import ExtractionError
from radar.extract.page import Context, Extraction, Page
from radar.extract.registry import SOFTWARE
from radar.extract.text import MAX_LINE, MAX_TEXT, clean, clean_line
from radar.model import Source
from tests.pages.saved import cases, load

FETCHED = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
NAMES = sorted(SOFTWARE)

HOSTILE = {
    "empty": b"",
    "blank": b" \n\t ",
    "nul": b"\x00" * 5000,
    "nul in html": b"<html><body><p>a\x00b</p>" * 50,
    "binary": bytes(range(256)) * 50,
    "surrogates": b'{"title": "\\ud800", "posts": [{"id": "\\udfff", "content_html": "\\ud83d"}]}',
    "json scalar": b"12",
    "json list": b'[[], {}, null, 1, "a"]',
    "json nulls": b'{"posts": null, "items": [null], "data": {"a": null}, "topic_list": {"topics": [null, {}]}}',
    "deep json": b"[" * 20000,
    "huge number": b'{"items": [' + b"9" * 10000 + b"]}",
    "deep html": b"<div>" * 20000 + b"text",
    "deep quotes": b"<html><body>" + b"<blockquote><div class=quote>" * 3000 + b"text",
    "entity bomb": b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><rss><channel><item><title>&j;</title></item></channel></rss>",
    "external entity": b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b"<rss version='2.0'><channel><title>t</title><item><guid>1</guid><link>http://a.example/1</link>"
    b"<title>&x;</title><description>&x;</description></item></channel></rss>",
    "odd references": b"<rss version='2.0'><channel><item><title>&#1114112; &#55296; &#0; &bogus;</title></item></channel></rss>",
    "utf-16": "<html><body>Grüße</body></html>".encode("utf-16"),
    "path": b"/etc/passwd",
    "no markup": b"a" * 200_000,
    "angle brackets": b"<" * 50_000,
    "spaces": b" " * 200_000 + b"x",
}


@cache
def saved(software: str) -> tuple[tuple[Page, Context], ...]:
    return tuple(load(case)[1:] for case in cases(software))


def read(
    software: str, body: bytes, url: str = "https://forum.example/x/1", content_type: str = ""
) -> Extraction | None:
    page = Page(
        url=url, body=body, fetched_at=FETCHED, headers={"content-type": content_type} if content_type else {}
    )
    return checked(
        software, page, Context(source="test", base_url="https://forum.example/", software=software)
    )


def refused(error: ExtractionError) -> None:
    assert 0 < len(str(error)) < 400


def checked(software: str, page: Page, context: Context) -> Extraction | None:
    try:
        found = SOFTWARE[software].extract(page, context)
    except ExtractionError as error:
        refused(error)
        return None
    ids = [post.external_id for post in found.posts]
    assert len(ids) == len(set(ids))
    for post in found.posts:
        assert post.external_id
        assert post.url.startswith(("http://", "https://"))
        assert post.thread_url == "" or post.thread_url.startswith(("http://", "https://"))
        assert clean(post.text) == post.text
        assert clean(post.quoted) == post.quoted
        assert len(post.text) <= MAX_TEXT
        for line in (post.title, post.author, post.board):
            assert clean_line(line) == line
            assert len(line) <= MAX_LINE
        for moment in (post.created_at, post.edited_at):
            assert moment is None or (
                moment.utcoffset() == timedelta(0) and 1980 <= moment.year <= page.fetched_at.year + 1
            )
        assert post.position is None or post.position >= 1
        (post.text + post.quoted + post.title + post.author + post.url + post.external_id).encode("utf-8")
    for link in found.links:
        assert link.url.startswith(("http://", "https://"))
        assert all(isinstance(value, str) for value in link.carry.values())
        (link.url + link.activity + link.thread_id).encode("utf-8")
    return found


@pytest.mark.parametrize("software", NAMES)
@pytest.mark.parametrize("hostile", sorted(HOSTILE))
def test_hostile_bodies(software: str, hostile: str) -> None:
    found = read(software, HOSTILE[hostile])
    if found is not None and hostile == "external entity":
        assert "root:" not in repr(found)


@pytest.mark.parametrize("software", NAMES)
@settings(
    max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True
)
@given(data=st.data())
def test_damaged_pages(software: str, data: st.DataObject) -> None:
    pages = saved(software)
    if not pages:
        return
    page, context = data.draw(st.sampled_from(pages))
    body = page.body
    size = len(body)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, max(size - 1, 0)))
        length = data.draw(st.integers(0, 400))
        junk = data.draw(
            st.sampled_from(
                [
                    b"",
                    b"\x00",
                    b"\xff\xfe",
                    b"<",
                    b"&#55296;",
                    b"null",
                    b"-1",
                    b"{",
                    b"\xed\xa0\x80",
                    b"99999999999999999999",
                ]
            )
        )
        body = body[:start] + junk + body[start + length :]
    checked(
        software, Page(url=page.url, body=body, fetched_at=page.fetched_at, headers=page.headers), context
    )


@pytest.mark.parametrize("software", NAMES)
def test_odd_times_and_addresses_of_saved_pages(software: str) -> None:
    """Years out of range and odd link targets inside otherwise good pages."""
    for page, context in saved(software):
        for old, new in (
            (b"202", b"-01"),
            (b"20", b"99"),
            (b"http", b"javascript:http"),
            (b"://", b"://["),
            (b'": "', b'": ["'),
            (b'":"', b'":{"'),
        ):
            body = page.body.replace(old, new)
            checked(
                software,
                Page(url=page.url, body=body, fetched_at=page.fetched_at, headers=page.headers),
                context,
            )


@pytest.mark.parametrize("software", NAMES)
def test_visits_begin_at_an_address_of_the_source(software: str) -> None:
    for boards in ((), ("4",), ("https://forum.example/sub/board-4/",)):
        source = Source(
            name="test",
            url="https://forum.example/sub/",
            channel=SOFTWARE[software].channel,
            software=software,
            boards=boards,
        )
        links = SOFTWARE[software].entries(source)
        assert links
        for link in links:
            assert link.url.startswith(("http://", "https://"))
