"""Second pipeline: is it a request for help, and of which kind."""

from __future__ import annotations

from dataclasses import fields
from typing import Self

from scrapy.crawler import Crawler

from radar.classify import Classifier, Passage
from radar.judgement import load_classifier
from radar.model import JudgedPost, Post


class ClassifyPipeline:
    """Adds the verdict; the post becomes a ``JudgedPost``."""

    def __init__(self, classifier: Classifier) -> None:
        self.classifier = classifier

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Load the classifier that the owner has set, with what was learned on top."""
        return cls(load_classifier(crawler.settings["RADAR_CONFIG"]))

    def process_item(self, item: object) -> object:
        """Return the post with its verdict."""
        if not isinstance(item, Post):
            return item
        passage = Passage(title=item.title, text=item.text, first=item.first, language=item.language)
        [verdict] = self.classifier.classify([passage])
        return JudgedPost(**{each.name: getattr(item, each.name) for each in fields(Post)}, verdict=verdict)
