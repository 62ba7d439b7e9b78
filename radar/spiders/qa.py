"""The spider for question-and-answer sites."""

from __future__ import annotations

from radar.model import Channel
from radar.spiders.channel import ChannelSpider


class QASpider(ChannelSpider):
    """Reads question-and-answer sites."""

    name = "qa"
    channel = Channel.QA
    fallback_software = "qapage"
