"""How the queue stands: in Scrapy's statistics, and for Prometheus on a loopback port when asked for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Any, Self

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from radar.errors import FrontierError
from radar.frontier import Frontier, Stats

logger = logging.getLogger(__name__)

_BUSIEST = 20


class Metrics:
    """Reads the frontier every ``RADAR_METRICS_INTERVAL`` seconds (15).

    With ``RADAR_METRICS_PORT`` it answers Prometheus on 127.0.0.1. Of several crawls in one process the first
    has the port: the numbers are those of the whole frontier anyway.
    """

    def __init__(self, crawler: Crawler, port: int | None, interval: float) -> None:
        self._crawler = crawler
        self._port = port
        self._interval = interval
        self._task: asyncio.Task[None] | None = None
        self._server: Any = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Reads the settings; without our scheduler there is nothing to tell."""
        if "radar.frontier" not in str(crawler.settings["SCHEDULER"]):
            raise NotConfigured
        port = crawler.settings.get("RADAR_METRICS_PORT")
        interval = crawler.settings.getfloat("RADAR_METRICS_INTERVAL", 15.0)
        metrics = cls(crawler, int(port) if port else None, interval)
        crawler.signals.connect(metrics.opened, signals.spider_opened)
        crawler.signals.connect(metrics.closed, signals.engine_stopped)
        return metrics

    def opened(self) -> None:
        """Starts to read and, if asked for, to answer."""
        assert self._crawler.engine is not None
        frontier: Frontier = self._crawler.engine.scheduler.frontier  # type: ignore[union-attr]
        numbers = Numbers()
        if self._port is not None:
            registry = CollectorRegistry()
            registry.register(numbers)
            try:
                self._server, _ = start_http_server(self._port, "127.0.0.1", registry)
            except OSError as error:
                logger.warning("No metrics on 127.0.0.1:%d: %s", self._port, error)
        self._task = asyncio.create_task(self._read(frontier, numbers))

    def closed(self) -> None:
        """Stops both."""
        if self._task:
            self._task.cancel()
        if self._server:
            self._server.shutdown()
            self._server.server_close()

    async def _read(self, frontier: Frontier, numbers: Numbers) -> None:
        while True:
            try:
                numbers.stats = await frontier.stats()
            except FrontierError:
                numbers.stats = None  # nothing rather than old numbers
            else:
                self._note(numbers.stats)
            await asyncio.sleep(self._interval)

    def _note(self, stats: Stats) -> None:
        assert self._crawler.stats is not None
        for name in ("hosts_leased", "hosts_paused", "dead", "visits"):
            self._crawler.stats.set_value(f"frontier/{name}", getattr(stats, name))


class Numbers(Collector):
    """The last numbers read, as Prometheus wants them; ``radar_frontier_up`` is 0 while Redis is away."""

    def __init__(self) -> None:
        self.stats: Stats | None = None

    def collect(self) -> Iterator[Metric]:
        """The metrics of the moment."""
        stats = self.stats
        yield GaugeMetricFamily("radar_frontier_up", "1 if Redis answers", value=float(stats is not None))
        if stats is None:
            return
        depth = GaugeMetricFamily(
            "radar_frontier_requests", "Requests in the frontier", labels=["spider", "state"]
        )
        for spider, count in stats.spiders.items():
            for state in ("ready", "delayed", "leased"):
                depth.add_metric([spider, state], getattr(count, state))
        yield depth
        hosts = GaugeMetricFamily(
            "radar_frontier_hosts", "Hosts held by a worker, or waiting out a delay", labels=["state"]
        )
        hosts.add_metric(["leased"], stats.hosts_leased)
        hosts.add_metric(["paused"], stats.hosts_paused)
        yield hosts
        yield GaugeMetricFamily("radar_frontier_dead", "Dead letters", value=stats.dead)
        yield GaugeMetricFamily("radar_frontier_visits", "Visits of sources under way", value=stats.visits)
        events = CounterMetricFamily(
            "radar_frontier_events", "What became of requests since the frontier began", labels=["event"]
        )
        for event, total in stats.counters.items():
            events.add_metric([event], total)
        yield events
        rates = GaugeMetricFamily(
            "radar_frontier_host_requests_per_minute",
            "In the last whole minute, busiest hosts",
            labels=["host"],
        )
        for host, per_minute in list(stats.rates.items())[:_BUSIEST]:
            rates.add_metric([host], per_minute)
        yield rates
