"""The spider for RSS, Atom and JSON feeds."""

from __future__ import annotations

from radar.model import Channel
from radar.spiders.channel import ChannelSpider


class FeedSpider(ChannelSpider):
    """Reads RSS, Atom and JSON feeds."""

    name = "feed"
    channel = Channel.FEED
    only_software = "feed"
