"""RSS 0.9x to 2.0, RDF (RSS 0.90 and 1.0), Atom 0.3 and 1.0, with the extension modules that say something on posts.

Formats: rssboard.org/rss-specification, web.resource.org/rss/1.0, RFC 4287, RFC 4685 (threading), RFC 5005
(paging). One walk over the tree; elements are told apart by their local name and a family of namespaces.
"""

from __future__ import annotations

import base64
import copy
import re
from functools import lru_cache
from urllib.parse import urljoin

from lxml import etree

from radar.extract.feed_document import Feed, FeedEntry
from radar.extract.html import Node
from radar.extract.xml import parse_xml

MOST_ENTRIES = 3000
"""Entries of one feed that are read; whole archives come in pages (RFC 5005)."""
_XML = "{http://www.w3.org/XML/1998/namespace}"
_FAMILIES = (
    ("purl.org/rss/1.0/modules/content", "content:"),
    ("purl.org/rss/1.0/modules/slash", "slash:"),
    ("purl.org/rss/1.0/modules/syndication", "sy:"),
    ("purl.org/dc/", "dc:"),
    ("wellformedweb.org", "wfw:"),
    ("purl.org/syndication/thread", "thr:"),
    ("search.yahoo.com/mrss", "media:"),
    ("itunes.com", "itunes:"),
    ("www.itunes.com", "itunes:"),
    ("feedburner", "feedburner:"),
    ("www.w3.org/1999/xhtml", "xhtml:"),
    ("www.w3.org/1999/02/22-rdf-syntax-ns", "rdf:"),
    ("www.w3.org/2005/atom", ""),
    ("purl.org/atom/", ""),
    ("purl.org/rss/", ""),
    ("purl.org/net/rss", ""),
    ("my.netscape.com", ""),
    ("channel.netscape.com", ""),
    ("backend.userland.com", ""),
    ("blogs.law.harvard.edu", ""),
    ("cyber.law.harvard.edu", ""),
    ("cyber.harvard.edu", ""),
)
_PREFIXES = frozenset(
    {
        "content",
        "slash",
        "sy",
        "dc",
        "dcterms",
        "wfw",
        "thr",
        "media",
        "itunes",
        "feedburner",
        "xhtml",
        "rdf",
        "atom",
        "rss",
    }
)
_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2629800, "yearly": 31557600}
_CLOSING = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
_OPENING = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)


@lru_cache(maxsize=4096)
def _named(tag: str) -> str:
    """``{namespace}local`` as ``family:local`` in lower case; the core formats have no family."""
    if tag.startswith("{"):
        namespace, _, local = tag[1:].partition("}")
        namespace = namespace.lower().strip()
        for mark, family in _FAMILIES:
            if mark in namespace:
                return family + local.lower()
        return "?:" + local.lower() if namespace else local.lower()
    prefix, colon, local = tag.lower().partition(":")
    if not colon:
        return prefix
    if prefix not in _PREFIXES:
        return "?:" + local
    return local if prefix in {"atom", "rss"} else f"{'dc' if prefix == 'dcterms' else prefix}:{local}"


def read_xml_feed(text: str) -> Feed | None:
    """The feed in a document, None if there is none. Never raises."""
    head = text[:20_000].lower()
    if not any(mark in head for mark in ("<rss", "<feed", ":rdf", "<rdf", "<channel", ":feed", ":rss")):
        return None
    root, damage = parse_xml(text)
    top = _top(root) if root is not None else None
    if top is None:
        return None
    name = _named(top.tag)
    feed = Feed(kind={"rdf:rdf": "rdf", "rdf": "rdf", "feed": "atom"}.get(name, "rss"), damage=damage)
    base = top.get(_XML + "base") or ""
    feed.language = top.get(_XML + "lang") or ""
    channel = top
    if feed.kind != "atom":
        channel = next((child for child in _elements(top) if _named(child.tag) == "channel"), top)
        base = channel.get(_XML + "base") or base
    for child in _elements(channel):
        _feed_field(feed, child, base)
    for node in top.iter(etree.Element):
        if _named(node.tag) in {"item", "entry"}:
            if len(feed.entries) >= MOST_ENTRIES:
                feed.damage = f"more than {MOST_ENTRIES} entries; the rest is left out"
                return feed
            feed.entries.append(_entry(node, base))
    opened = len(_OPENING.findall(text)) if damage else 0
    if opened and len(feed.entries) == opened > len(_CLOSING.findall(text)):
        feed.entries.pop()  # cut in the middle: what it would have said, nobody knows
    if len(feed.entries) < opened:
        feed.damage = f"{damage}; {len(feed.entries)} entries could be read"
    return feed


def _top(root: Node) -> Node | None:
    for node in (root, *list(_elements(root))[:3]):
        if _named(node.tag) in {"rss", "feed", "rdf:rdf", "rdf", "channel"}:
            return node
    return None


def _elements(node: Node) -> list[Node]:
    return [child for child in node if isinstance(child.tag, str)]


def _feed_field(feed: Feed, node: Node, base: str) -> None:
    name = _named(node.tag)
    if name == "title":
        feed.title = feed.title or _markup(node)
    elif name == "link":
        relation = (node.get("rel") or "alternate").lower()
        href = _join(base, node.get("href") or _text(node))
        if relation == "hub":
            feed.hub = feed.hub or href
        elif relation in {"next", "prev-archive"}:
            feed.next = feed.next or href
        elif relation == "alternate":
            feed.link = feed.link or href
    elif name in {"language", "dc:language"}:
        feed.language = feed.language or _text(node)
    elif name in {"generator"}:
        feed.generator = " ".join(filter(None, (_text(node), node.get("uri"), node.get("version"))))
    elif name == "ttl":
        feed.ttl = _number(_text(node), 60) or feed.ttl
    elif name == "sy:updateperiod":
        feed.ttl = feed.ttl or _PERIODS.get(_text(node).lower())
    elif name == "sy:updatefrequency" and feed.ttl:
        feed.ttl = feed.ttl / max(_number(_text(node), 1) or 1, 1)


def _number(text: str, unit: int) -> float | None:
    return float(int(text) * unit) if text.isdecimal() and 0 < len(text) < 7 else None


def _entry(node: Node, outer: str) -> FeedEntry:
    entry = FeedEntry()
    base = _join(outer, node.get(_XML + "base") or "") or outer
    entry.language = node.get(_XML + "lang") or ""
    permalink, rank = "", -1
    for child in _entry_elements(node):
        name = _named(child.tag)
        if name in {"id", "guid"}:
            entry.id = entry.id or _text(child)
            if (
                name == "guid"
                and (child.get("isPermaLink") or "true").lower() == "true"
                and "://" in entry.id
            ):
                permalink = entry.id
        elif name == "link":
            _link(entry, child, base)
        elif name == "feedburner:origlink":
            entry.link = _text(child) or entry.link
        elif name in {"title", "dc:title", "media:title"}:
            entry.title = entry.title or _markup(child)
        elif name in _BODIES:
            if _BODIES[name] > rank:
                body, plain = _body(child, entry_is_atom=name in {"content", "summary"})
                if body.strip():
                    rank, entry.content, entry.plain = _BODIES[name], body, plain
        elif name in {"author", "dc:creator", "itunes:author", "dc:author"}:
            entry.author = entry.author or _author(child)
        elif name in {"pubdate", "published", "issued", "dc:issued", "created", "dc:created"}:
            entry.published = _text(child) or entry.published
        elif name in {"dc:date", "date"}:
            entry.published = entry.published or _text(child)
        elif name in {"updated", "modified", "dc:modified"}:
            entry.updated = _text(child) or entry.updated
        elif name in {"category", "dc:subject"}:
            entry.board = entry.board or (child.get("label") or child.get("term") or _text(child))
        elif name in {"slash:comments", "thr:total"}:
            digits = _text(child)
            entry.replies = int(digits) if digits.isdecimal() and len(digits) < 8 else None
        elif name in {"wfw:commentrss", "wfw:commentrss2"}:
            entry.replies_feed = _join(base, _text(child))
        elif name == "thr:in-reply-to":
            entry.reply_to = child.get("ref") or ""
            entry.reply_to_link = _join(base, child.get("href") or "")
    entry.teaser = rank < 3
    entry.link = (
        entry.link
        or permalink
        or _join(base, node.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about") or "")
    )
    if not entry.link and re.match(r"https?://", entry.id):
        entry.link = entry.id
    entry.id = entry.id or node.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about") or ""
    return entry


def _entry_elements(node: Node) -> list[Node]:
    """The entry's elements, those of a ``media:group`` too."""
    found = []
    for child in _elements(node):
        found.extend(_elements(child) if _named(child.tag) == "media:group" else [child])
    return found


_BODIES = {
    "content:encoded": 5,
    "xhtml:body": 5,
    "body": 5,
    "fullitem": 4,
    "content": 4,
    "description": 2,
    "summary": 2,
    "dc:description": 1,
    "media:description": 0,
    "itunes:summary": 0,
}


def _link(entry: FeedEntry, node: Node, base: str) -> None:
    href = _join(base, (node.get("href") or _text(node)).strip())
    relation = (node.get("rel") or "alternate").lower()
    if relation == "replies":
        if "html" not in (node.get("type") or ""):
            entry.replies_feed = entry.replies_feed or href
        count = next((value for name, value in node.attrib.items() if name.endswith("}count")), "")
        if count.isdecimal() and len(count) < 8:
            entry.replies = int(count)
    elif relation == "alternate" and href and (not entry.link or "html" in (node.get("type") or "")):
        entry.link = href


def _join(base: str, href: str) -> str:
    if not base or not href:
        return href
    try:
        return urljoin(base, href)
    except ValueError:
        return href


def _text(node: Node) -> str:
    return "".join(node.itertext()).strip()


def _markup(node: Node) -> str:
    """A title as HTML: Atom says what it is, RSS is taken for HTML."""
    if len(node) and (node.get("type") or "").lower() in {"xhtml", "application/xhtml+xml", ""}:
        return _inner(node)
    text = _decoded(node, _text(node))
    if (node.get("type") or "").lower() in {"text", "text/plain"}:
        return text.replace("&", "&amp;").replace("<", "&lt;")
    return text


def _body(node: Node, *, entry_is_atom: bool) -> tuple[str, bool]:
    """(body, whether it is plain text)."""
    kind = (node.get("type") or "").lower()
    if len(node):
        return _inner(node), False
    text = _decoded(node, "".join(node.itertext()))
    plain = kind in {"text", "text/plain"} or (entry_is_atom and not kind and "<" not in text)
    return text, plain


_HTML_TYPES = ("", "text", "html", "xhtml")


def _decoded(node: Node, text: str) -> str:
    """Atom carries text of other types in base64, and Atom 0.3 wherever ``mode`` says so."""
    kind = (node.get("type") or "").lower()
    coded = (node.get("mode") or "").lower() == "base64"
    if not coded and (
        kind in _HTML_TYPES or "/" not in kind or node.get("mode") or _named(node.tag) == "description"
    ):
        return text
    try:
        return base64.b64decode("".join(text.split()), validate=not coded).decode("utf-8")
    except ValueError:
        return text


def _inner(node: Node) -> str:
    """Markup written into the XML itself (``xhtml:div``), without namespaces."""
    parts = [_escaped(node.text)]
    for child in node:
        if isinstance(child.tag, str):
            copied = copy.deepcopy(child)
            copied.tail = None
            for element in copied.iter(etree.Element):
                element.tag = etree.QName(element).localname
            parts.append(etree.tostring(copied, encoding="unicode", method="html"))
        parts.append(_escaped(child.tail))
    return "".join(parts)


def _escaped(text: str | None) -> str:
    return (text or "").replace("&", "&amp;").replace("<", "&lt;")


_MAILBOX = re.compile(
    r"^[^\s@]{1,100}@\S{1,200}\s+\((.{1,200})\)$|^(.{1,200}?)\s*\([^()@\s]{1,100}@[^()\s]{1,200}\)$|^(.{1,200}?)\s*<[^<>@\s]{1,100}@[^<>\s]{1,200}>$"
)


def _author(node: Node) -> str:
    """The name; addresses are not kept."""
    for child in _elements(node):
        if _named(child.tag).rsplit(":", 1)[-1] == "name":
            return _text(child)
    text = "" if len(node) else _text(node)
    match = _MAILBOX.match(text)
    if match:
        return match[1] or match[2] or match[3]
    return "" if "@" in text and " " not in text else text
