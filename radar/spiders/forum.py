"""The spider for forums."""

from __future__ import annotations

from radar.model import Channel
from radar.spiders.channel import ChannelSpider


class ForumSpider(ChannelSpider):
    """Reads forums."""

    name = "forum"
    channel = Channel.FORUM
