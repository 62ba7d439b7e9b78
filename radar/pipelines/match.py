"""Third pipeline: which of the owner's profiles does the post fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Self

from scrapy.crawler import Crawler

from radar.config import Config
from radar.judgement import Profiles, load_classifier
from radar.model import JudgedPost


class MatchPipeline:
    """Adds a lead for every profile that the post fits."""

    def __init__(self, profiles: Profiles, regions: Mapping[str, str]) -> None:
        self.profiles = profiles
        self.regions = regions

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Compile the profiles of ``radar.toml``."""
        config: Config = crawler.settings["RADAR_CONFIG"]
        return cls(
            Profiles.of(config, load_classifier(config)),
            {source.name: source.region for source in config.sources},
        )

    def process_item(self, item: object) -> object:
        """Return the post with its leads."""
        if not isinstance(item, JudgedPost) or item.verdict is None:
            return item
        return replace(item, leads=self.profiles.leads(item, item.verdict, self.regions.get(item.source, "")))
