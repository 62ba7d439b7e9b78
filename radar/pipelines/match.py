"""Third pipeline: which of the owner's profiles does the post fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Self

from scrapy.crawler import Crawler

from radar import classify, match
from radar.config import Config
from radar.match import Matcher
from radar.model import JudgedPost


class MatchPipeline:
    """Adds a lead for every profile that the post fits."""

    def __init__(self, matchers: Sequence[Matcher], threshold: float, regions: Mapping[str, str]) -> None:
        self.matchers = matchers
        self.threshold = threshold
        self.regions = regions

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Compile the profiles of ``radar.toml``."""
        config: Config = crawler.settings["RADAR_CONFIG"]
        return cls(
            [match.compile(profile) for profile in config.profiles],
            classify.load(crawler.settings.get("RADAR_CLASSIFIER")).threshold,
            {source.name: source.region for source in config.sources},
        )

    def process_item(self, item: object) -> object:
        """Return the post with its leads."""
        if not isinstance(item, JudgedPost) or item.verdict is None:
            return item
        region = self.regions.get(item.source, "")
        found = (
            matcher.match(item, item.verdict, threshold=self.threshold, region=region)
            for matcher in self.matchers
        )
        return replace(item, leads=tuple(lead for lead in found if lead))
