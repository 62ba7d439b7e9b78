"""What counts as one host."""

from __future__ import annotations

import pytest

from radar.frontier.hosts import host_key


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://Forum.Example/t/1", "forum.example"),
        ("https://forum.example:443/", "forum.example"),
        ("http://forum.example:80/", "forum.example"),
        ("http://forum.example:8080/", "forum.example:8080"),
        ("http://user:pw@forum.example/", "forum.example"),
        ("http://[::1]:81/", "::1:81"),
        ("http://forum.example:port/", "invalid"),
        ("data:,x", ""),
    ],
)
def test_the_host_of_a_url(url: str, key: str) -> None:
    assert host_key(url) == key
