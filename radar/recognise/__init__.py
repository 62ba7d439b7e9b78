"""Which software runs at an address, and where its boards and feeds are. Pure."""

from radar.recognise.identify import identify

__all__ = ["identify"]
