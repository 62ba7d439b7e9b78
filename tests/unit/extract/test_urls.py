"""Addresses: sessions, tracking, odd forms."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radar.extract.urls import absolute, base_before, canonical, host, origin, param, under

BASE = "https://forum.example/sub/viewtopic.php?t=1"


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        (
            "./viewtopic.php?t=9&sid=0123456789abcdef0123456789abcdef",
            "https://forum.example/sub/viewtopic.php?t=9",
        ),
        (
            "viewtopic.php?sid=0123456789abcdef0123456789abcdef&t=9",
            "https://forum.example/sub/viewtopic.php?t=9",
        ),
        ("viewtopic.php?p=60#p60", "https://forum.example/sub/viewtopic.php?p=60"),
        ("/index.php?PHPSESSID=abc&topic=9.0", "https://forum.example/index.php?topic=9.0"),
        (
            "/index.php?action=.xml;type=rss2;PHPSESSID=abc;board=3",
            "https://forum.example/index.php?action=.xml;type=rss2;board=3",
        ),
        ("/thread/9/?at=5f2a9d3e0b7c4a6d8e1f0a2b&pageNo=2", "https://forum.example/thread/9/?pageNo=2"),
        ("/a;jsessionid=ABC?x=1", "https://forum.example/a?x=1"),
        ("https://FORUM.example:443/Ä b?utm_source=x&y=ü", "https://forum.example/%C3%84%20b?y=%C3%BC"),
        ("http://user:secret@other.example:8080", "http://other.example:8080/"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("/faq?s=hello", "https://forum.example/faq?s=hello"),
        (" /x\n", "https://forum.example/x"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("mailto:a@b.example", ""),
        ("ftp://a.example/", ""),
        ("http://[", ""),
        ("http://a b/", ""),
        ("https://a.example:99999/", ""),
        ("", ""),
        ("x" * 5000, ""),
    ],
)
def test_absolute(href: str, expected: str) -> None:
    assert absolute(BASE, href) == expected


def test_fragments_stay_where_they_name_a_post() -> None:
    assert (
        absolute(BASE, "viewtopic.php?p=60#p60", fragment=True)
        == "https://forum.example/sub/viewtopic.php?p=60#p60"
    )


def test_install_path() -> None:
    scripts = r"/(?:index|viewtopic|viewforum|app)\.php"
    assert base_before("https://a.example/forum/viewtopic.php?t=1", scripts) == "https://a.example/forum/"
    assert base_before("https://a.example/app.php/feed/topic/9", scripts) == "https://a.example/"
    assert base_before("https://a.example/community/", scripts) == "https://a.example/community/"
    assert base_before("https://a.example", scripts) == "https://a.example/"


def test_parts() -> None:
    assert param("https://a.example/index.php?action=.xml;board=3.20", "board") == "3.20"
    assert origin("https://A.example/x/y?z#f") == "https://a.example/"
    assert host("https://A.example:1/") == "a.example"
    assert under("https://a.example/forum", "/latest.json") == "https://a.example/forum/latest.json"


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.one_of(st.text(max_size=80), st.text("htps:/[]@.?#;&=%a0 \\\n", max_size=60)))
def test_never_raises_and_is_idempotent(text: str) -> None:
    found = absolute(BASE, text, fragment=True)
    assert found == "" or found.startswith(("http://", "https://"))
    assert found == "" or canonical(found, fragment=True) == found
    for function in (host, origin, canonical):
        assert isinstance(function(text), str)
    assert isinstance(param(text, "a"), str)
    base_before(text, "/index")
