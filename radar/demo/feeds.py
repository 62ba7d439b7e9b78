"""A site of feeds: RSS 2.0, RSS 1.0 (RDF), Atom and JSON Feed, with validators and honest 304s."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from email.utils import format_datetime
from html import escape
from typing import Any

from radar.demo.archive import Archive, Topic, iso
from radar.demo.http import HTML, Answer, Asked, conditional, text
from radar.demo.markup import paragraphs

FEED_ITEMS = 30


class Feeds:
    """One site; each board is a feed, named ``<address>|<title>`` with the format as the address' ending."""

    base = ""

    def __init__(self, name: str, archive: Archive) -> None:
        self.name = name
        self.archive = archive
        self._rendered: dict[tuple[object, ...], tuple[bytes, str]] = {}

    def answer(self, asked: Asked) -> Answer:
        """The answer to a request."""
        if asked.path == "/":
            return self._home()
        if asked.path == "/robots.txt":
            return text("User-agent: *\nDisallow: /intern/\n")
        for number, (path, title) in enumerate(self._boards(), start=1):
            if path == asked.path:
                return self._feed(asked, number, path, title)
        match = re.fullmatch(r"/eintrag/(\d+)", asked.path)
        topic = self.archive.topics.get(int(match[1])) if match else None
        if topic is None:
            return text("<!DOCTYPE html><title>404</title><p>Nichts gefunden.</p>", HTML, 404)
        return self._entry(topic)

    def _boards(self) -> list[tuple[str, str]]:
        pairs = []
        for board in self.archive.boards:
            path, _, title = board.partition("|")
            pairs.append((path, title))
        return pairs

    def _feed(self, asked: Asked, number: int, path: str, title: str) -> Answer:
        topics = sorted(self.archive.newest_first(number), key=lambda topic: topic.id, reverse=True)
        key = (self.archive.version, path)
        if key not in self._rendered:
            make, content_type = {
                "rss": (self._rss, "application/rss+xml; charset=utf-8"),
                "rdf": (self._rdf, "application/rdf+xml; charset=utf-8"),
                "atom": (self._atom, "application/atom+xml; charset=utf-8"),
                "json": (self._json, "application/feed+json; charset=utf-8"),
            }[path.rpartition(".")[2]]
            self._rendered[key] = make(path, title, topics[:FEED_ITEMS]).encode(), content_type
        body, content_type = self._rendered[key]
        return conditional(asked, body, content_type, max(topic.last.created for topic in topics))

    def _rss(self, path: str, title: str, topics: Sequence[Topic]) -> str:
        items = "\n".join(
            f"""<item>
<title>{escape(topic.title)}</title>
<link>{self._link(topic)}</link>
<guid isPermaLink="true">{self._link(topic)}</guid>
<pubDate>{format_datetime(topic.first.created, usegmt=True)}</pubDate>
<dc:creator>{escape(topic.first.author)}</dc:creator>
<description>{escape(topic.first.text[:160])}</description>
<content:encoded><![CDATA[{paragraphs(topic.first.text)}]]></content:encoded>
</item>"""
            for topic in topics
        )
        return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>{escape(title)}</title>
<link>{self.base}/</link>
<description>{escape(title)}</description>
<language>{self.archive.language}</language>
<ttl>15</ttl>
<atom:link rel="self" type="application/rss+xml" href="{self.base}{path}"/>
{items}
</channel>
</rss>
"""

    def _rdf(self, path: str, title: str, topics: Sequence[Topic]) -> str:
        order = "\n".join(f'<rdf:li rdf:resource="{self._link(topic)}"/>' for topic in topics)
        items = "\n".join(
            f"""<item rdf:about="{self._link(topic)}">
<title>{escape(topic.title)}</title>
<link>{self._link(topic)}</link>
<description>{escape(topic.first.text)}</description>
<dc:date>{iso(topic.first.created)}</dc:date>
<dc:creator>{escape(topic.first.author)}</dc:creator>
</item>"""
            for topic in topics
        )
        return f"""<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel rdf:about="{self.base}{path}">
<title>{escape(title)}</title>
<link>{self.base}/</link>
<description>{escape(title)}</description>
<dc:language>{self.archive.language}</dc:language>
<sy:updatePeriod>hourly</sy:updatePeriod>
<sy:updateFrequency>2</sy:updateFrequency>
<items><rdf:Seq>
{order}
</rdf:Seq></items>
</channel>
{items}
</rdf:RDF>
"""

    def _atom(self, path: str, title: str, topics: Sequence[Topic]) -> str:
        entries = "\n".join(
            f"""<entry>
<id>{self._link(topic)}</id>
<title>{escape(topic.title)}</title>
<link rel="alternate" type="text/html" href="{self._link(topic)}"/>
<author><name>{escape(topic.first.author)}</name></author>
<published>{iso(topic.first.created)}</published>
<updated>{iso(topic.first.edited or topic.first.created)}</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{paragraphs(topic.first.text).replace("<br>", "<br/>")}</div></content>
</entry>"""
            for topic in topics
        )
        return f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>{self.base}{path}</id>
<title>{escape(title)}</title>
<updated>{iso(max(topic.last.created for topic in topics))}</updated>
<link rel="self" href="{self.base}{path}"/>
<link rel="alternate" href="{self.base}/"/>
{entries}
</feed>
"""

    def _json(self, path: str, title: str, topics: Sequence[Topic]) -> str:
        items: list[dict[str, Any]] = [
            {
                "id": str(topic.id),
                "url": self._link(topic),
                "title": topic.title,
                "content_html": paragraphs(topic.first.text),
                "date_published": iso(topic.first.created),
                "authors": [{"name": topic.first.author}],
                "tags": list(topic.tags),
            }
            for topic in topics
        ]
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": title,
            "home_page_url": self.base + "/",
            "feed_url": self.base + path,
            "language": self.archive.language,
            "items": items,
        }
        return json.dumps(feed, ensure_ascii=False, indent=1)

    def _home(self) -> Answer:
        types = {"rss": "application/rss+xml", "rdf": "application/rdf+xml", "atom": "application/atom+xml"}
        links = "\n".join(
            f'<link rel="alternate" type="{types.get(path.rpartition(".")[2], "application/feed+json")}" title="{escape(title)}" href="{path}">'
            for path, title in self._boards()
        )
        return text(
            f'<!DOCTYPE html>\n<html lang="{self.archive.language}"><head><meta charset="utf-8"><title>{escape(self.name)}</title>\n{links}\n</head><body><h1>{escape(self.name)}</h1></body></html>\n',
            HTML,
        )

    def _entry(self, topic: Topic) -> Answer:
        page = f"""<!DOCTYPE html>
<html lang="{self.archive.language}"><head><meta charset="utf-8"><title>{escape(topic.title)}</title></head>
<body><article><h1>{escape(topic.title)}</h1>
<p class="byline">{escape(topic.first.author)}, <time datetime="{iso(topic.first.created)}">{topic.first.created:%d.%m.%Y %H:%M}</time></p>
{paragraphs(topic.first.text)}
</article></body></html>
"""
        return text(page, HTML)

    def _link(self, topic: Topic) -> str:
        return f"{self.base}/eintrag/{topic.id}"
