"""The guard around Chromium: what a page loads on its own is refused like what Scrapy fetches."""

from __future__ import annotations

import shutil

import pytest

from tests.polite.crawling import crawl
from tests.servers import Site, page, redirect, text

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
]


@pytest.fixture(autouse=True)
def _extra() -> None:
    pytest.importorskip("scrapy_playwright")


def settings(*allowed: str) -> dict[str, object]:
    handler = "radar.politeness.browser.GuardedBrowserHandler"
    return {
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler},
        "PLAYWRIGHT_LAUNCH_OPTIONS": {"executable_path": CHROMIUM, "args": ["--no-sandbox", "--disable-gpu"]},
        "RADAR_PRIVATE_HOSTS": list(allowed),
    }


def test_a_page_is_rendered_and_cannot_reach_what_the_owner_did_not_name() -> None:
    script = """
    <body><p id=x>before</p><img src="{image}"><iframe src="{frame}"></iframe><script>
    document.getElementById('x').textContent = 'after';
    new WebSocket("{socket}");
    fetch("{fetched}", {{mode: 'no-cors'}}).catch(() => 0);
    fetch("{local}", {{mode: 'no-cors'}}).then(() => document.body.append('REACHED'), () => document.body.append('SAFE'));
    </script></body>"""
    with Site({"/secret": page("secret")}) as hidden, Site({"/robots.txt": text("")}) as front:
        front.table["/hop"] = redirect(hidden.url("/secret"))
        front.table["/"] = page(
            script.format(
                image=hidden.url("/secret"),
                frame=hidden.url("/secret", "localhost"),
                socket=hidden.url("/secret").replace("http", "ws"),
                fetched=front.url("/hop"),
                local=hidden.url("/secret", "2130706433"),
            )
        )
        methods = {"playwright": True}
        result = crawl([front.url()], settings(front.netloc), meta=methods)
        assert [seen["status"] for seen in result.pages] == [200], result.log
        assert hidden.asked == []
        assert "/hop" in front.paths()
        assert "Refused to the browser" in result.log


def test_a_page_of_a_private_host_is_refused_before_the_browser_sees_it() -> None:
    with Site({"/": page("secret")}) as hidden:
        result = crawl([hidden.url()], settings(), meta={"playwright": True})
        assert [failure["kind"] for failure in result.failures] == ["AddressRefused"]
        assert hidden.asked == []


def test_a_page_that_never_ends_is_cut_off() -> None:
    def drip() -> object:
        import time

        while True:
            yield b"<p>x</p>"
            time.sleep(0.05)

    from tests.servers import Answer

    endless = Answer(headers={"Content-Type": "text/html"}, pieces=drip)  # type: ignore[arg-type]
    with Site({"/robots.txt": text(""), "/": endless}) as site:
        limits = {**settings(site.netloc), "RADAR_BROWSER_TIMEOUT": 4}
        result = crawl([site.url()], limits, meta={"playwright": True})
        assert result.pages == []
        assert "DownloadTimeoutError" in result.failures[0]["message"]
