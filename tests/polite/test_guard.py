"""The address guard, against real servers on loopback: refused unless named."""

from __future__ import annotations

import socket

import pytest

from tests.polite.crawling import crawl
from tests.servers import Answer, Site, page, redirect


def test_a_server_of_this_machine_is_refused_in_every_spelling() -> None:
    with Site({"/": page("secret")}) as site:
        hosts = [
            "127.0.0.1",
            "localhost",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "127.1",
            "0",
            "[::ffff:127.0.0.1]",
        ]
        result = crawl([site.url("/", host) for host in hosts], {"RADAR_PRIVATE_HOSTS": []})
        assert result.pages == []
        assert {failure["kind"] for failure in result.failures} == {"AddressRefused"}
        assert len(result.failures) == len(hosts)
        assert "loopback" in result.failures[0]["message"]
        assert site.asked == []


def test_a_host_that_the_owner_names_is_allowed_on_its_port_only() -> None:
    with Site({"/": page("ours"), "/robots.txt": page("", 404)}) as ours, Site({"/": page("other")}) as other:
        result = crawl(
            [ours.url(), other.url(), ours.url("/", "localhost")], {"RADAR_PRIVATE_HOSTS": [ours.netloc]}
        )
        assert [seen["url"] for seen in result.pages] == [ours.url()]
        assert sorted(failure["url"] for failure in result.failures) == sorted(
            [other.url(), ours.url("/", "localhost")]
        )
        assert other.asked == []


def test_a_redirect_is_checked_like_any_address() -> None:
    with Site({"/": page("secret")}) as hidden, Site() as front:
        for number, host in enumerate(["127.0.0.1", "2130706433", "localhost"]):
            front.table[f"/{number}"] = redirect(hidden.url("/", host))
        result = crawl(
            [front.url(f"/{number}") for number in range(3)], {"RADAR_PRIVATE_HOSTS": [front.netloc]}
        )
        assert result.pages == []
        assert [failure["kind"] for failure in result.failures] == ["AddressRefused"] * 3
        assert hidden.asked == []


def test_only_http_and_https_are_fetched() -> None:
    result = crawl(["file:///etc/passwd", "data:,hello", "ftp://127.0.0.1/x", "s3://bucket/key"], {})
    assert result.pages == []
    assert len(result.failures) == 4


def test_a_name_without_address_is_a_network_failure_and_no_refusal() -> None:
    result = crawl(["http://nobody.invalid/"], {})
    assert [failure["kind"] for failure in result.failures] != ["AddressRefused"]
    assert len(result.failures) == 1


def test_a_proxy_is_refused() -> None:
    with Site({"/": page("x")}) as site:
        result = crawl([site.url()], {"RADAR_PRIVATE_HOSTS": [site.netloc]}, meta={"proxy": site.url()})
        assert [failure["kind"] for failure in result.failures] == ["AddressRefused"]
        assert "/" not in site.paths()


def test_the_guard_stands_although_another_resolver_was_installed() -> None:
    with Site({"/": page("secret")}) as site:
        settings = {"TWISTED_DNS_RESOLVER": "scrapy.resolver.CachingThreadedResolver"}
        result = crawl([site.url(), site.url("/", "localhost")], settings)
        assert [failure["kind"] for failure in result.failures] == ["AddressRefused"] * 2
        assert site.asked == []


def test_an_unreadable_exemption_lets_nothing_through_and_says_so() -> None:
    with Site({"/": page("x")}) as site:
        result = crawl([site.url()], {"RADAR_PRIVATE_HOSTS": ["http://127.0.0.1"]})
        assert result.pages == []
        assert "RADAR_PRIVATE_HOSTS: 'http://127.0.0.1' is neither a host nor host:port" in result.log
        assert site.asked == []


def test_a_body_beyond_the_cap_is_not_read() -> None:
    def endless() -> object:
        while True:
            yield b"x" * 65536

    with Site({"/known": Answer(b"x" * 200_000), "/endless": Answer(pieces=endless)}) as site:  # type: ignore[arg-type]
        settings = {"RADAR_PRIVATE_HOSTS": [site.netloc], "DOWNLOAD_MAXSIZE": 100_000}
        result = crawl([site.url("/known"), site.url("/endless")], settings)
        assert result.pages == []
        assert {failure["kind"] for failure in result.failures} == {"DownloadCancelledError"}


def test_a_server_that_drips_is_cut_off() -> None:
    def drip() -> object:
        import time

        while True:
            yield b"x"
            time.sleep(0.05)

    with Site({"/": Answer(pieces=drip)}) as site:  # type: ignore[arg-type]
        result = crawl([site.url()], {"RADAR_PRIVATE_HOSTS": [site.netloc], "DOWNLOAD_TIMEOUT": 1})
        assert result.pages == []
        assert "DownloadTimeoutError" in result.failures[0]["message"]
        assert result.failures[0]["meta"]["radar_outcome"] == "unreachable"


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_loopback_of_ipv6_is_refused() -> None:
    result = crawl(["http://[::1]:9/"], {})
    assert [failure["kind"] for failure in result.failures] == ["AddressRefused"]
