"""Imports what a crawl needs, once, in the fork server: a worker is then ready in a fraction of a second."""

from __future__ import annotations

import sys

import scrapy.crawler  # noqa: F401 - for the fork server
from scrapy.settings import default_settings
from scrapy.utils.misc import load_object

import tests.crash.probe  # noqa: F401 - for the fork server

for name, value in vars(default_settings).items():
    found = [value] if isinstance(value, str) else []
    if name.endswith("_BASE") and isinstance(value, dict):
        found = [x for pair in value.items() for x in pair if isinstance(x, str)]
    for path in found:
        if path.startswith("scrapy.") and "." in path:
            load_object(path)

assert "twisted.internet.reactor" not in sys.modules, "every worker installs its own"
