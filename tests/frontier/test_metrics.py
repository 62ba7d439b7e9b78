"""The numbers of a running crawl, as Prometheus sees them."""

from __future__ import annotations

import threading
import time
import urllib.request

from tests.frontier.crawls import Stock, crawl
from tests.frontier.test_scheduler import says
from tests.rediserver import RedisServer, free_port
from tests.servers import Answer, Asked, Site


def test_prometheus_is_told_how_the_queue_stands(server: RedisServer) -> None:
    server.wipe()
    port, seen = free_port(), threading.Event()
    scraped: list[str] = []

    def hold(asked: Asked) -> Answer:
        """The site answers when the metrics have been read: they are those of a crawl under way."""
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and not seen.is_set():
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
                text = answer.read().decode()
            if 'state="leased"} 1.0' in text:
                scraped.append(text)
                seen.set()
            time.sleep(0.1)
        return says()

    with Site({"/": hold}) as site:
        crawl(
            Stock,
            server.url,
            [site.url("/")],
            EXTENSIONS={"radar.extensions.metrics.Metrics": 1},
            RADAR_METRICS_PORT=port,
            RADAR_METRICS_INTERVAL=0.2,
        )
    [text] = scraped
    assert "radar_frontier_up 1.0" in text
    assert 'radar_frontier_requests{spider="stock",state="leased"} 1.0' in text
    assert 'radar_frontier_hosts{state="leased"} 1.0' in text
    assert 'radar_frontier_events_total{event="enqueued"} 1.0' in text
