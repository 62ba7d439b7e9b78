"""Scrapy settings of the project, each with its reason."""

BOT_NAME = "radar"
SPIDER_MODULES = ["radar.spiders"]
