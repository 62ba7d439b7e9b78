"""Every software the radar can read: one line each."""

from __future__ import annotations

from radar.extract import feed
from radar.extract.page import Software

_ALL: tuple[Software, ...] = (feed.SOFTWARE,)

SOFTWARE: dict[str, Software] = {software.name: software for software in _ALL}
"""By ``Software.name``; the order is the order in which pages are recognised."""
