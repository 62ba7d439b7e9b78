"""The spider for the fediverse and link aggregators."""

from __future__ import annotations

from radar.model import Channel
from radar.spiders.channel import ChannelSpider


class SocialSpider(ChannelSpider):
    """Reads the fediverse and link aggregators."""

    name = "social"
    channel = Channel.SOCIAL
