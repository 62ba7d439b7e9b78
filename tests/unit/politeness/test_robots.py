from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego

from radar.politeness.policy.robots import (
    EVERYTHING,
    MOST_BYTES,
    UNREACHABLE,
    from_answer,
    origin,
    parse,
    product_token,
)

SITE = "https://www.example.com"


def allows(text: str | bytes, path: str, token: str = "FooBot") -> bool:
    body = text.encode() if isinstance(text, str) else text
    return parse(body, token).allows(SITE + path)


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        # RFC 9309, 2.2.2: octets are compared, longest match wins, Allow wins among equals
        ("Disallow: /", "/x", False),
        ("Disallow:", "/x", True),
        ("Disallow: /x", "/X", True),
        ("Disallow: /a\nAllow: /a", "/a", True),
        ("Allow: /p\nDisallow: /", "/page", True),
        ("Allow: /folder\nDisallow: /folder", "/folder/page", True),
        ("Allow: /page\nDisallow: /*.htm", "/page.htm", False),
        ("Allow: /$\nDisallow: /", "/", True),
        ("Allow: /$\nDisallow: /", "/page.htm", False),
        (
            "Allow: /example/page/\nDisallow: /example/page/disallowed.gif",
            "/example/page/disallowed.gif",
            False,
        ),
        ("Allow: /example/page/\nDisallow: /example/page/disallowed.gif", "/example/page/ok.gif", True),
        # 2.2.3: special characters
        ("Disallow: *.gif$", "/pictures/a.gif", False),
        ("Disallow: *.gif$", "/pictures/a.gif?x", True),
        ("Disallow: /*.php", "/index.php?x", False),
        ("Disallow: /this/*/exactly", "/this/path/exactly", False),
        ("Disallow: /this/*/exactly", "/this//exactly/2", False),
        ("Disallow: /fish*", "/fish", False),
        ("Disallow: /fish*.php$", "/fishheads/a.php", False),
        ("Disallow: /a$b", "/a$bc", False),
        ("Disallow: /a**b", "/a-b", False),
        ("Disallow: /path/file-with-a-%2A.html", "/path/file-with-a-*.html", False),
        ("Disallow: /path/file-with-a-%2A.html", "/path/file-with-a-x.html", True),
        ("Disallow: /path/foo-%24", "/path/foo-$", False),
        ("Disallow: /path/foo-%24", "/path/foo-", True),
        # 2.2.2, table of escapes
        ("Disallow: /foo/bar?baz=quz", "/foo/bar?baz=quz", False),
        ("Disallow: /foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar", False),
        ("Disallow: /foo/bar?baz=https%3A%2F%2Ffoo.bar", "/foo/bar?baz=https://foo.bar", False),
        ("Disallow: /foo/bar?baz=https://foo.bar", "/foo/bar?baz=https://foo.bar", False),
        ("Disallow: /foo/bar/ツ", "/foo/bar/%E3%83%84", False),
        ("Disallow: /foo/bar/%E3%83%84", "/foo/bar/ツ", False),
        ("Disallow: /foo/bar/%e3%83%84", "/foo/bar/%E3%83%84", False),
        ("Disallow: /foo/bar/%62%61%7A", "/foo/bar/baz", False),
        ("Disallow: /foo/bar/baz", "/foo/bar/%62%61%7A", False),
        ("Disallow: /a%2Fb", "/a/b", True),
        ("Disallow: /a/b", "/a%2Fb", True),
        # 2.2.2: robots.txt itself is always allowed
        ("Disallow: /", "/robots.txt", True),
        ("Disallow: /", "/sub/robots.txt", False),
        # pathless URLs and queries
        ("Disallow: /?", "?s=1", False),
        ("Disallow: /*?*sid=", "/viewtopic.php?t=1&sid=2", False),
        # lines that are no records
        ("Disallow /x", "/x", True),
        ("  Disallow  :  /x  # why", "/x", False),
        ("DISALLOW: /x", "/x", False),
        ("Dissallow: /x", "/x", True),
        ("Disallow: x", "/x", True),
        ("Disallow: /x/index.html\nAllow: /y", "/x/", True),
    ],
)
def test_rules_decide_as_the_rfc_says(rules: str, path: str, allowed: bool) -> None:
    assert allows(f"User-agent: *\n{rules}\n", path) is allowed


GROUPS = """\
User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot
"""


@pytest.mark.parametrize(
    ("token", "path", "allowed"),
    [
        ("foobot", "/example/page.html", True),
        ("foobot", "/publications/", False),
        ("FOOBOT", "/publications/", False),
        ("barbot", "/example/page.html", False),
        ("barbot", "/example/other.html", True),
        ("bazbot", "/example/page.html", False),
        ("quxbot", "/example/page.html", True),
        ("quxbot", "/a.gif", True),
        ("otherbot", "/example/page.html", False),
        ("otherbot", "/publications/", True),
        ("otherbot", "/publications/a.gif", True),
        ("foobot-news", "/a.gif", False),
        ("foo", "/a.gif", False),
    ],
)
def test_the_example_of_the_rfc(token: str, path: str, allowed: bool) -> None:
    assert allows(GROUPS, path, token) is allowed


@pytest.mark.parametrize(
    "text",
    [
        "User-agent: FooBot\nDisallow: /x\nUser-agent: BarBot\nDisallow: /y\nUser-agent: FooBot\nDisallow: /z",
        "User-agent: FooBot\nUser-agent: BarBot\nDisallow: /x\nDisallow: /z",
        "User-agent: FooBot\n\n\nDisallow: /x\n\nDisallow: /z",
        "User-agent: FooBot\nSitemap: https://a/\nUser-agent: BarBot\nDisallow: /x\nDisallow: /z",
        "User-agent: FooBot\nCrawl-delay: 3\nUser-agent: BarBot\nDisallow: /x\nDisallow: /z",
        "User-agent: FooBot\nUnknown: line\nUser-agent: BarBot\nDisallow: /x\nDisallow: /z",
        "User-agent: FooBot\nDisallow: /x\nNoindex: /a\nDisallow: /z",
        "User-agent: FooBot/2.1\nDisallow: /x\nDisallow: /z",
        "\ufeffUser-agent: FooBot\nDisallow: /x\nDisallow: /z",
        "User-agent: FooBot\rDisallow: /x\rDisallow: /z",
        "User-agent: FooBot\r\nDisallow: /x\r\nDisallow: /z\r\n",
        "User-agent: FooBot # us\nDisallow: /x # here\nDisallow: /z",
        "Disallow: /w\nUser-agent: FooBot\nDisallow: /x\nDisallow: /z",
    ],
)
def test_groups_of_one_agent_are_merged_and_foreign_lines_end_none(text: str) -> None:
    assert [allows(text, path) for path in ("/w", "/x", "/y", "/z")] == [True, False, True, False]


def test_a_group_of_ours_without_rules_allows_all() -> None:
    text = "User-agent: *\nDisallow: /\nUser-agent: FooBot\nDisallow:\n"
    assert allows(text, "/x")
    assert not allows(text, "/x", "BarBot")


def test_delay_sitemaps_and_usage_belong_to_group_and_file() -> None:
    text = """
Sitemap: https://www.example.com/map.xml
User-agent: *
Crawl-delay: 2

User-agent: FooBot
Crawl-delay: 7.5
Crawl-delay: never
Content-Usage: train-ai=n
Content-Usage: /open/ train-ai=y
Sitemap: https://www.example.com/map.xml
"""
    robots = parse(text.encode(), "FooBot")
    assert robots.delay == 7.5
    assert robots.sitemaps == ("https://www.example.com/map.xml",)
    assert robots.refused_usage(SITE + "/x") == "train-ai=n"
    assert robots.refused_usage(SITE + "/open/x") is None
    assert robots.allows(SITE + "/x")
    assert parse(text.encode(), "BarBot").delay == 2.0
    assert parse(text.encode(), "BarBot").refused_usage(SITE + "/x") is None


def test_a_blank_line_ends_a_group_that_holds_a_delay_only() -> None:
    text = "User-agent: *\nCrawl-delay: 5\n\nUser-agent: BarBot\nDisallow: /\n"
    assert allows(text, "/x")
    assert not allows(text, "/x", "BarBot")
    assert not allows(text.replace("\n\n", "\n"), "/x")


@pytest.mark.parametrize("delay", ["-1", "nan", "inf", "1e999", "", "x"])
def test_a_delay_that_is_none_is_no_delay(delay: str) -> None:
    assert parse(f"User-agent: *\nCrawl-delay: {delay}".encode(), "FooBot").delay is None


@pytest.mark.parametrize(
    ("status", "page", "expected"),
    [
        (200, b"User-agent: *\nDisallow: /", False),
        (204, b"", True),
        (301, b"", True),
        (400, b"User-agent: *\nDisallow: /", True),
        (401, b"", True),
        (403, b"", True),
        (404, b"User-agent: *\nDisallow: /", True),
        (410, b"", True),
        (429, b"", False),
        (500, b"", False),
        (503, b"<html>Service unavailable</html>", False),
        (599, b"", False),
    ],
)
def test_an_answer_means_what_its_status_says(status: int, page: bytes, expected: bool) -> None:
    assert from_answer(status, page, "FooBot").allows(SITE + "/x") is expected


def test_out_of_reach_is_told_from_forbidden() -> None:
    assert not UNREACHABLE.reachable
    assert not UNREACHABLE.allows(SITE + "/robots.txt")
    assert EVERYTHING.reachable
    assert from_answer(200, b"User-agent: *\nDisallow: /", "FooBot").reachable


def test_what_lies_beyond_the_cap_is_not_read() -> None:
    head = b"User-agent: *\nDisallow: /x\n"
    text = head + b"#" * (MOST_BYTES - len(head) - 1) + b"\nDisallow: /y\n"
    assert not allows(text, "/x")
    assert allows(text, "/y")


def test_many_wildcards_take_no_time_to_speak_of() -> None:
    text = "User-agent: *\nDisallow: /" + "*a" * 20_000 + "$"
    assert allows(text, "/" + "a" * 10_000 + "b")


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://Example.com/a?b", "https://example.com:443"),
        ("http://example.com:80/", "http://example.com:80"),
        ("http://example.com:8080/", "http://example.com:8080"),
        ("http://[::1]/", "http://[::1]:80"),
        ("https://user:pw@example.com/", "https://example.com:443"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, key: str) -> None:
    assert origin(url) == key


def test_a_url_without_host_has_no_origin() -> None:
    with pytest.raises(ValueError, match="no host"):
        origin("mailto:x")


def test_the_product_token_is_what_the_user_agent_begins_with() -> None:
    assert product_token("MyBusinessRadar/1.0 (+https://example.com)") == "MyBusinessRadar"
    assert product_token("") == "*"


@given(st.binary(max_size=400))
def test_no_file_is_an_error(body: bytes) -> None:
    parse(b"User-agent: *\n" + body, "FooBot").allows(SITE + "/x?y")


_PATHS = st.text("ab/*", max_size=6).map(lambda path: "/" + path)


@given(st.lists(st.tuples(st.booleans(), _PATHS), max_size=6), st.text("ab/", max_size=8))
def test_protego_agrees_on_plain_files(rules: list[tuple[bool, str]], path: str) -> None:
    text = "User-agent: *\n" + "\n".join(
        f"{'Allow' if allow else 'Disallow'}: {rule}" for allow, rule in rules
    )
    url = f"{SITE}/{path}"
    assert parse(text.encode(), "FooBot").allows(url) == Protego.parse(text).can_fetch(url, "FooBot")
