"""Lists of feeds as feed readers exchange them.

Format: OPML 2.0 (http://opml.org/spec2.opml): nested ``outline`` elements; those with ``xmlUrl`` are feeds, the
others folders. Readers disagree about the case of attribute names, so it does not count here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from radar.errors import ExtractionError
from radar.extract.text import clean, decode
from radar.extract.urls import canonical
from radar.extract.xml import parse_xml

LONGEST_TITLE = 80
MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A subscription."""

    title: str
    feed_url: str = ""
    """The feed; "" for a site without one."""
    site_url: str = ""
    folder: str = ""
    """Names of the folders around it, outermost first, with " / " between."""


def read_opml(body: bytes) -> list[Outline]:
    """The feeds of a list, each address once. Raises ``ExtractionError`` if it is none."""
    root, wrong = parse_xml(decode(body, ""))
    if root is None or _name(root.tag) != "opml":
        raise ExtractionError(f"this is no OPML file{f' ({wrong})' if wrong else ''}")
    found: dict[str, Outline] = {}
    pending = [(outline, "") for outline in root.iter() if _name(outline.tag) == "body"]
    while pending and len(found) < MOST:
        element, folder = pending.pop()
        attributes = {_name(key): value for key, value in element.attrib.items()}
        title = clean(attributes.get("title") or attributes.get("text") or "", LONGEST_TITLE)
        title = " ".join(title.split())
        feed = canonical(attributes.get("xmlurl") or "")
        if feed:
            site = canonical(attributes.get("htmlurl") or "")
            found.setdefault(feed, Outline(title=title or feed, feed_url=feed, site_url=site, folder=folder))
        inside = folder if feed or not title else f"{folder} / {title}".removeprefix(" / ")
        pending.extend((child, inside) for child in reversed(element) if _name(child.tag) == "outline")
    return list(found.values())


def write_opml(outlines: Iterable[Outline], title: str) -> str:
    """A list that feed readers import."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"  <head><title>{_escaped(title)}</title></head>",
        "  <body>",
    ]
    for outline in outlines:
        name = quoteattr(outline.title)
        site = f" htmlUrl={quoteattr(outline.site_url)}" if outline.site_url else ""
        if outline.feed_url:
            lines.append(f'    <outline type="rss" text={name} xmlUrl={quoteattr(outline.feed_url)}{site}/>')
        else:
            lines.append(f'    <outline type="link" text={name} url={quoteattr(outline.site_url)}/>')
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _name(name: object) -> str:
    return str(name).rpartition("}")[2].lower()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
