"""Thin Scrapy middlewares around the rules in ``radar.politeness.policy``."""
