"""Pure reading of pages: bytes in, posts and links out. No network, no clock, no Scrapy."""

from radar.extract.page import (
    Board,
    Context,
    Extraction,
    Link,
    LinkKind,
    Mark,
    Page,
    Site,
    Software,
    Way,
)

__all__ = [
    "Board",
    "Context",
    "Extraction",
    "Link",
    "LinkKind",
    "Mark",
    "Page",
    "Site",
    "Software",
    "Way",
]
