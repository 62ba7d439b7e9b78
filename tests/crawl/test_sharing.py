"""Several workers on one queue."""

from __future__ import annotations

from radar.demo.web import DemoWeb
from tests.crawl.conftest import PATIENCE, Radar


def test_two_workers_divide_a_crawl_and_fetch_every_page_once(radar: Radar, web: DemoWeb) -> None:
    workers = [radar.start("radar.worker", "--once", "--spider", "forum") for _ in range(2)]
    try:
        codes = [worker.wait(PATIENCE) for worker in workers]
    finally:
        for worker in workers:
            worker.kill()

    assert codes == [0, 0], (radar.home / "log").read_text()[-8000:]
    pages = {url: times for url, times in web.server.requests.items() if not url.endswith("/robots.txt")}
    assert max(pages.values()) == 1
    forums = {"werkbank", "serverstube", "feierabend", "founders"}
    written = [post for post in web.expected() if post.site in forums]
    assert radar.rows("select count(*) from post") == [(len(written),)]
    assert radar.rows("select count(*) from visit where finished_at is null") == [(0,)]
