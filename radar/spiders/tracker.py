"""The spider for issue trackers, wikis and blogs."""

from __future__ import annotations

from radar.model import Channel
from radar.spiders.channel import ChannelSpider


class TrackerSpider(ChannelSpider):
    """Reads issue trackers, wikis and blogs."""

    name = "tracker"
    channel = Channel.TRACKER
