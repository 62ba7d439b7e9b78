"""Every software the radar can read: one import and one line each."""

from __future__ import annotations

from radar.extract.discourse import SOFTWARE as DISCOURSE
from radar.extract.feed import SOFTWARE as FEED
from radar.extract.fluxbb import SOFTWARE as FLUXBB
from radar.extract.mybb import SOFTWARE as MYBB
from radar.extract.page import Software
from radar.extract.phpbb import SOFTWARE as PHPBB
from radar.extract.punbb import SOFTWARE as PUNBB
from radar.extract.smf import SOFTWARE as SMF
from radar.extract.woltlab import SOFTWARE as WOLTLAB
from radar.extract.xenforo import SOFTWARE as XENFORO

_ALL: tuple[Software, ...] = (
    DISCOURSE,
    PHPBB,
    XENFORO,
    WOLTLAB,
    MYBB,
    SMF,
    FLUXBB,
    PUNBB,
    # Formats that many programs share come last.
    FEED,
)

SOFTWARE: dict[str, Software] = {software.name: software for software in _ALL}
"""By ``Software.name``; the order is the order in which pages are recognised."""
