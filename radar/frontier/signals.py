"""Signals of the frontier, sent through Scrapy's signal manager."""

from __future__ import annotations

#: ``(request, outcome, spider)``: what became of a leased request is decided; ``outcome`` is ``ok``, ``retry``,
#: ``dead`` or ``release``. It is sent before Redis knows, once a lease.
request_finished = object()

#: ``(epoch, spider)``: Redis was emptied or replaced while the crawl runs: queued requests, visits and
#: validators kept with the old epoch are void, whoever knows the sources opens their visits again.
epoch_changed = object()
