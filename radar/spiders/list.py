"""The spider for mailing lists and newsgroup archives."""

from __future__ import annotations

from radar.model import Channel
from radar.spiders.channel import ChannelSpider


class ListSpider(ChannelSpider):
    """Reads mailing lists and newsgroup archives."""

    name = "list"
    channel = Channel.LIST
