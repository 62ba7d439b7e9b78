"""Feeds as they come: what publishers get wrong, and what must not come through."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from radar.errors import ExtractionError
from radar.extract.feed import extract, feeds_of
from radar.extract.page import Context, Extraction, LinkKind, Page

FETCHED = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def read(body: str | bytes, content_type: str = "") -> Extraction:
    raw = body.encode() if isinstance(body, str) else body
    headers = {"content-type": content_type} if content_type else {}
    page = Page(url="https://a.example/feed", body=raw, fetched_at=FETCHED, headers=headers)
    return extract(page, Context(source="test"))


def item(inside: str, before: str = "") -> str:
    return f"{before}<rss version='2.0'><channel><link>https://a.example/</link><item>{inside}</item></channel></rss>"


@pytest.mark.parametrize(
    ("inside", "title"),
    [
        ("<title>Caf&eacute; &amp; Bar</title>", "Café & Bar"),
        ("<title>Tom & Jerry</title>", "Tom & Jerry"),
        ("<title>a &lt;b&gt;bold&lt;/b&gt; word</title>", "a bold word"),
        ("<title>5 &lt; 6</title>", "5 < 6"),
        ("<title><![CDATA[Fish & Chips]]></title>", "Fish & Chips"),
        ("<title>&#8222;gut&#8220;</title>", "„gut“"),
        ("<title>bad &#55296; &#1114112; &#0;</title>", "bad � � �"),
        ("<title>&undeclared; one</title>", "&undeclared; one"),
        ("<title>bell\x07</title>", "bell"),
    ],
)
def test_titles(inside: str, title: str) -> None:
    (post,) = read(item(f"{inside}<guid>1</guid>")).posts
    assert post.title == title


def test_only_web_addresses_come_out() -> None:
    (post,) = read(
        item("<title>x</title><guid isPermaLink='false'>1</guid><link>javascript:alert(1)</link>")
    ).posts
    assert post.url == "https://a.example/"


def test_a_body_that_names_a_file_is_a_body() -> None:
    with pytest.raises(ExtractionError):
        read("/etc/passwd")


def test_entities_are_neither_fetched_nor_multiplied() -> None:
    bomb = "<!DOCTYPE r [" + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 50}">' for n in range(1, 9)) + "]>"
    (post,) = read(item("<title>&e8;</title><guid>1</guid>", bomb)).posts
    assert post.title == "&e8;"
    (post,) = read(
        item("<title>&x;</title><guid>1</guid>", '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>')
    ).posts
    assert post.title == "&x;"


@pytest.mark.parametrize(
    "moment", ["-0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT"]
)
def test_absurd_times_are_left_out_and_recorded(moment: str) -> None:
    found = read(item(f"<title>x</title><guid>1</guid><pubDate>{moment}</pubDate>"))
    assert len(found.posts) == 1
    assert found.posts[0].created_at is None
    assert [problem.detail for problem in found.problems] == [moment]


def test_text_before_the_declaration_and_wrong_prefixes() -> None:
    (post,) = read(
        "\n\n <?xml version='1.0'?>" + item("<title>x</title><guid>1</guid><dc:creator>Ann</dc:creator>")
    ).posts
    assert post.author == "Ann"


def test_encodings() -> None:
    text = item("<title>Größe</title><guid>1</guid>")
    for body, content_type in (
        (text.encode("utf-16"), ""),
        (text.encode("cp1252"), "application/rss+xml; charset=utf-8"),
        (b"<?xml version='1.0' encoding='iso-8859-1'?>" + text.encode("latin-1"), ""),
        (b"<?xml version='1.0' encoding='us-ascii'?>" + text.encode(), "text/xml"),
        (b"\xef\xbb\xbf" + text.encode(), "text/xml; charset=iso-8859-1"),
    ):
        assert read(body, content_type).posts[0].title == "Größe"


def test_one_bad_entry_does_not_cost_the_others() -> None:
    found = read("<rss><channel><item/><item><title>good</title><guid>1</guid></item></channel></rss>")
    assert [post.title for post in found.posts] == ["good"]
    assert len(found.problems) == 1


def test_a_page_that_names_itself_is_not_followed_for_ever() -> None:
    body = '<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head></html>'
    first = read(body)
    assert [link.kind for link in first.links] == [LinkKind.BOARD]
    page = Page(url="https://a.example/feed", body=body.encode(), fetched_at=FETCHED)
    with pytest.raises(ExtractionError):
        extract(page, Context(source="test", carried=first.links[0].carry))


def test_discovery_offers_comment_feeds_last() -> None:
    links = "".join(
        f'<link rel="alternate" type="{kind}" href="{href}" title="{title}">'
        for kind, href, title in (
            ("application/rss+xml", "/comments/feed", "Comments"),
            ("application/atom+xml; charset=utf-8", "atom.xml", "Posts"),
            ("text/html", "/de", "Deutsch"),
            ("application/rss+xml", "javascript:x", "bad"),
        )
    )
    page = Page(
        url="https://a.example/blog/", body=f"<html><head>{links}</head></html>".encode(), fetched_at=FETCHED
    )
    assert feeds_of(page) == [
        ("https://a.example/blog/atom.xml", "Posts"),
        ("https://a.example/comments/feed", "Comments"),
    ]
