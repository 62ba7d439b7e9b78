"""Lists of feeds: what readers export, and what they import."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radar.errors import ExtractionError
from radar.extract.opml import Outline, read_opml, write_opml

LIST = b"""<?xml version="1.0" encoding="iso-8859-1"?>
<!DOCTYPE opml [<!ENTITY evil SYSTEM "file:///etc/passwd">]>
<OPML version="1.1"><head><title>x</title></head><body>
<outline text="B\xfcro &amp; IT">
  <outline text="Software" title="Software-Forum" type="rss" xmlUrl="https://a.example.org/feed?sid=0123456789abcdef0123456789abcdef&amp;x=2"
    htmlUrl="https://a.example.org/"/>
  <outline text="deeper"><outline type="atom" XMLURL="http://b.example.org/atom"/></outline>
</outline>
<outline text="twice" xmlUrl="http://b.example.org/atom"/>
<outline text="no address" xmlUrl="javascript:alert(1)"/>
<outline text="a &evil; b" xmlUrl="https://c.example.org/"/>
</body></OPML>"""


def test_feeds_of_a_list() -> None:
    assert read_opml(LIST) == [
        Outline(
            title="Software-Forum",
            feed_url="https://a.example.org/feed?x=2",
            site_url="https://a.example.org/",
            folder="Büro & IT",
        ),
        Outline(
            title="http://b.example.org/atom",
            feed_url="http://b.example.org/atom",
            folder="Büro & IT / deeper",
        ),
        Outline(title="a &evil; b", feed_url="https://c.example.org/"),
    ]


@pytest.mark.parametrize("body", [b"", b"hello", b"<rss><channel/></rss>", b"<html><body>x", b"\x00\xff"])
def test_what_is_no_list_is_refused(body: bytes) -> None:
    with pytest.raises(ExtractionError, match="no OPML file"):
        read_opml(body)


def test_deep_nesting_is_no_danger() -> None:
    body = "<opml><body>" + "<outline text='x'>" * 100_000
    assert read_opml(body.encode()) == []


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40),
        max_size=5,
        unique=True,
    )
)
def test_what_is_written_is_read_again(titles: list[str]) -> None:
    outlines = [
        Outline(title=normalize("NFC", title), feed_url=f"https://a.example.org/{number}")
        for number, title in enumerate(titles)
    ]
    assert read_opml(write_opml(outlines, "<My & radar>").encode()) == outlines


def test_sites_without_a_feed_are_links() -> None:
    text = write_opml([Outline(title="Forum", site_url="https://f.example.org/")], "x")
    assert '<outline type="link" text="Forum" url="https://f.example.org/"/>' in text
    assert read_opml(text.encode()) == []
