from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radar.politeness.policy.optouts import ALLOWED, OptOut, Reservations, metas, of_answer, reservations
from radar.politeness.policy.usage import refused_usage

NOW = datetime(2026, 11, 24, tzinfo=UTC)
HTML = {"content-type": ["text/html"]}


def tag(*values: str) -> tuple[bool, bool]:
    said = of_answer({"x-robots-tag": values}, b"", token="MyBusinessRadar", now=NOW)
    return said.store, said.follow


@pytest.mark.parametrize(
    ("values", "store", "follow"),
    [
        (("noindex",), False, True),
        (("NOINDEX, NoFollow",), False, False),
        (("nofollow",), True, False),
        (("none",), False, False),
        (("noai",), False, True),
        (("noimageai, noarchive, nosnippet, max-snippet:0",), True, True),
        (("all", "noindex"), False, True),
        (("index, follow",), True, True),
        (("googlebot: noindex, nofollow",), True, True),
        (("googlebot: noindex", "mybusinessradar: nofollow"), True, False),
        (("MyBusinessRadar: noindex",), False, True),
        (("otherbot: nofollow, mybusinessradar: noindex",), False, True),
        (("mybusinessradar: all, otherbot: noindex",), True, True),
        (("*: noindex",), False, True),
        (("unavailable_after: 23 Nov 2026 10:00:00 GMT",), False, True),
        (("unavailable_after: 25 Nov 2026 10:00:00 GMT",), True, True),
        (("unavailable_after: Mon, 23 Nov 2026 10:00:00 GMT, nofollow",), False, False),
        (("unavailable_after: 2026-11-23",), False, True),
        (("unavailable_after: 2026-11-23T00:00:00Z",), False, True),
        (("unavailable_after: some day",), True, True),
        (("", " , ,"), True, True),
    ],
)
def test_the_header_speaks_to_all_or_to_an_agent(values: tuple[str, ...], store: bool, follow: bool) -> None:
    assert tag(*values) == (store, follow)


@pytest.mark.parametrize(
    ("html", "store", "follow"),
    [
        (b"<META NAME='ROBOTS' CONTENT='NOINDEX'>", False, True),
        (b"<meta content=none name=robots>", False, False),
        (b"<meta name=mybusinessradar content=nofollow>", True, False),
        (b"<meta name=googlebot content=noindex>", True, True),
        (b"<meta name=robots content='noai'><meta name=robots content='nofollow'>", False, False),
        (b"<meta name=tdm-reservation content=1>", False, True),
        (b"<meta http-equiv='Content-Usage' content='tdm=n'>", False, True),
        (b"<p>noindex</p><!-- <meta name=robots content=noindex> -->", True, True),
        (b"<meta name=robots>", True, True),
    ],
)
def test_meta_tags_speak_too(html: bytes, store: bool, follow: bool) -> None:
    said = of_answer(HTML, html, token="MyBusinessRadar", now=NOW)
    assert (said.store, said.follow) == (store, follow)
    assert bool(said.reason) is not (store and follow)


@pytest.mark.parametrize(
    ("kind", "value", "store"),
    [
        ("application/rss+xml; charset=utf-8", "noindex, follow", True),
        ("text/xml", "noindex", True),
        ("application/feed+json", "noindex", True),
        ("application/atom+xml", "noindex, noai", False),
        ("application/rss+xml", "none", False),
        ("application/json", "noindex", False),
        ("text/html", "noindex", False),
    ],
)
def test_noindex_keeps_a_feed_out_of_search_engines_not_its_posts_from_readers(
    kind: str, value: str, store: bool
) -> None:
    said = of_answer({"content-type": [kind], "x-robots-tag": [value]}, b"", token="MyBusinessRadar", now=NOW)
    assert said.store is store


def test_commented_and_late_tags_do_not_count() -> None:
    late = b"<head></head><body><meta name=robots content=none>"
    assert of_answer(HTML, late, token="x", now=NOW) == ALLOWED
    open_comment = b"<!-- <meta name=robots content=none>"
    assert of_answer(HTML, open_comment, token="x", now=NOW) == ALLOWED
    after = b"<!-- a <!-- b --><meta name=robots content=none>"
    assert not of_answer(HTML, after, token="x", now=NOW).store


def test_only_html_has_meta_tags() -> None:
    body = b"<meta name=robots content=none>"
    said = of_answer({"content-type": ["application/json"]}, body, token="x", now=NOW)
    assert said == ALLOWED


@pytest.mark.parametrize(
    ("header", "meta", "file", "store"),
    [
        (None, None, None, True),
        (None, None, True, False),
        (None, None, False, True),
        ("0", None, True, True),
        ("1", None, False, False),
        (None, "0", True, True),
        (None, "1", False, False),
        ("0", "1", None, False),
        ("x", None, True, False),
    ],
)
def test_a_page_counts_for_more_than_the_file(
    header: str | None, meta: str | None, file: bool | None, store: bool
) -> None:
    headers = {**HTML, **({"tdm-reservation": [header]} if header else {})}
    body = f"<meta name=tdm-reservation content={meta}>".encode() if meta else b""
    assert of_answer(headers, body, token="x", now=NOW, reserved=file).store is store


@pytest.mark.parametrize(
    ("preferences", "refused"),
    [
        ("train-ai=n", "train-ai=n"),
        ("bots=y, train-ai=n;exp=1", "train-ai=n"),
        ("tdm=n", "tdm=n"),
        ("search=n", "search=n"),
        ("ai-train=no, search=yes", "ai-train=no"),
        ("train-genai=n", None),
        ("train-ai=y, bots=?1", None),
        ("bots=?0", "bots=?0"),
        ("train-ai", None),
        ("=n, ,train-ai=", None),
        ("", None),
    ],
)
def test_usage_preferences_that_concern_us_refuse(preferences: str, refused: str | None) -> None:
    assert refused_usage(preferences) == refused


def test_the_longest_location_of_a_tdmrep_file_decides() -> None:
    rules = [
        {"location": "/", "tdm-reservation": 1, "tdm-policy": "https://example.com/policy"},
        {"location": "/open/", "tdm-reservation": 0},
        {"location": "/open/*.pdf$", "tdm-reservation": 1},
        {"location": "/both", "tdm-reservation": 0},
        {"location": "/both", "tdm-reservation": 1},
        {"location": 5, "tdm-reservation": 1},
        {"location": "/odd", "tdm-reservation": "yes"},
        "nonsense",
    ]
    site = reservations(200, json.dumps(rules).encode())
    assert site.reserves("https://example.com/x") is True
    assert site.reserves("https://example.com/open/x") is False
    assert site.reserves("https://example.com/open/x.pdf") is True
    assert site.reserves("https://example.com/both") is True
    assert (
        reservations(200, b'[{"location":"/a","tdm-reservation":1}]').reserves("https://example.com/b")
        is None
    )


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, b'[{"location":"/","tdm-reservation":1}]'),
        (200, b"<html>"),
        (200, b"[" * 100_000),
        (200, b"\xff"),
    ],
)
def test_what_is_no_tdmrep_file_reserves_nothing(status: int, body: bytes) -> None:
    assert reservations(status, body) == Reservations()


def test_opt_outs_add_up() -> None:
    both = OptOut(store=False, reason="a") | OptOut(follow=False, reason="b")
    assert both == OptOut(store=False, follow=False, reason="a; b")
    assert OptOut(store=False, reason="a") | OptOut(store=False, reason="a") == OptOut(
        store=False, reason="a"
    )


@given(st.binary(max_size=300), st.text(max_size=100))
def test_no_page_and_no_header_is_an_error(body: bytes, header: str) -> None:
    metas(b"<meta name=robots " + body, {"robots"})
    of_answer({**HTML, "x-robots-tag": [header], "content-usage": [header]}, body, token="x", now=NOW)
    reservations(200, body)
