"""The shared queue of requests in Redis: it loses nothing and is polite as one. The only room that knows Redis."""

from __future__ import annotations

from radar.frontier.client import Frontier
from radar.frontier.dead import DeadLetter
from radar.frontier.stats import Depth, Stats

__all__ = ["DeadLetter", "Depth", "Frontier", "Stats"]
