"""Pure reading of pages: bytes in, posts and links out. No network, no clock, no Scrapy."""

from radar.extract.page import (
    ANY_ACTIVITY,
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
    "ANY_ACTIVITY",
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
