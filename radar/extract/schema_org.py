"""schema.org items of a page, from JSON-LD and microdata, as one kind of thing.

Formats: json-ld.org (the part that schema.org pages use: no remote contexts, no framing) and the HTML standard's
microdata. A reader of our own, because extruct brings rdflib and html5lib along and parses the page again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from radar.extract.html import Node, fragment, line, select, split_quotes, text_of, xpath
from radar.extract.page import Page
from radar.extract.text import Words, clean_line

_MAX_ITEMS = 5000
_MAX_DEPTH = 12
_COMMENT = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")


@dataclass(slots=True)
class Item:
    """An item: its types without namespace, and its properties; several values each."""

    types: frozenset[str] = frozenset()
    properties: dict[str, list[Value]] = field(default_factory=dict)
    id: str = ""
    """``@id`` or ``itemid``, as written."""
    node: Node | None = None
    """The element of a microdata item."""

    def all(self, *names: str) -> list[Value]:
        """Values of the first of these properties that has any."""
        for name in names:
            if values := self.properties.get(name):
                return values
        return []

    def items(self, *names: str) -> list[Item]:
        """Items among the values of all these properties, in order."""
        return [value for name in names for value in self.properties.get(name, ()) if isinstance(value, Item)]

    def text(self, *names: str) -> str:
        """The first value as one line: a string, or the name of an item."""
        for value in self.all(*names):
            if isinstance(value, Item):
                if found := value.text("name", "headline", "alternateName"):
                    return found
            elif isinstance(value, str):
                return clean_line(text_of(fragment(value)) if "&" in value or _TAG.search(value) else value)
            else:
                return line(value)
        return ""

    def words(self, quotes: str, drop: str, *names: str) -> Words:
        """The first value as a post's text."""
        for value in self.all(*names):
            if isinstance(value, str):
                return split_quotes(fragment(value), quotes, drop) if _TAG.search(value) else Words(value, "")
            if not isinstance(value, Item):
                return split_quotes(value, quotes, drop)
        return Words("", "")

    def number(self, *names: str) -> int | None:
        """The first value as a count."""
        text = self.text(*names).strip()
        return int(text) if text.isdecimal() and len(text) < 10 else None


Value: TypeAlias = "str | Item | Node"


def items_of(page: Page) -> list[Item]:
    """The outermost items of a page: those of JSON-LD, then those of microdata."""
    return [*json_ld(page.tree), *microdata(page.tree)]


def walk(items: list[Item]) -> Iterator[Item]:
    """All items, nested ones too, in document order."""
    stack = list(reversed(items))
    for _ in range(_MAX_ITEMS):
        if not stack:
            return
        item = stack.pop()
        yield item
        nested = [value for values in item.properties.values() for value in values if isinstance(value, Item)]
        stack.extend(reversed(nested))


def json_ld(tree: Node) -> list[Item]:
    """Items of all JSON-LD scripts; scripts that are no JSON are left out."""
    found: list[Item] = []
    for script in xpath(tree, "descendant::script[@type]"):
        if "ld+json" in (script.get("type") or "").lower():
            try:
                data = json.loads(_COMMENT.sub("", script.text or ""), strict=False)
            except (ValueError, RecursionError):
                continue
            found.extend(_from_json(data, 0))
    return found


def _from_json(data: Any, depth: int) -> Iterator[Item]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(data, list):
        for entry in data[:_MAX_ITEMS]:
            yield from _from_json(entry, depth + 1)
    elif isinstance(data, dict):
        if isinstance(data.get("@graph"), list):
            yield from _from_json(data["@graph"], depth + 1)
        else:
            yield _item(data, depth)


def _item(data: dict[str, Any], depth: int) -> Item:
    kinds = data.get("@type")
    names = [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]
    item = Item(
        types=frozenset(map(_local, names)), id=data["@id"] if isinstance(data.get("@id"), str) else ""
    )
    if depth > _MAX_DEPTH:
        return item
    for name, content in data.items():
        if name.startswith("@"):
            continue
        values: list[Value] = []
        for value in content if isinstance(content, list) else [content]:
            if isinstance(value, dict):
                values.append(str(value["@value"]) if "@value" in value else _item(value, depth + 1))
            elif isinstance(value, str):
                values.append(value)
            elif isinstance(value, int | float) and not isinstance(value, bool):
                values.append(str(value)[:40] if abs(value) < 1e30 else "")
        item.properties[_local(name)] = values
    return item


def _local(name: str) -> str:
    return name.strip().rstrip("/").rsplit("/", 1)[-1].rsplit("#", 1)[-1].rsplit(":", 1)[-1]


def microdata(tree: Node) -> list[Item]:
    """The outermost microdata items. One pass over the elements that have an ``itemscope`` or an ``itemprop``."""
    made: dict[Node, Item] = {}
    top: list[Item] = []
    for node in xpath(tree, "descendant-or-self::*[@itemscope or @itemprop]")[: 4 * _MAX_ITEMS]:
        owner = _owner(node, made)
        value: Value
        if node.get("itemscope") is not None:
            item = Item(
                types=frozenset(map(_local, (node.get("itemtype") or "").split())),
                id=(node.get("itemid") or "").strip(),
                node=node,
            )
            made[node] = item
            value = item
            if node.get("itemprop") is None or owner is None:
                top.append(item)
                continue
        else:
            value = _value(node)
        if owner is not None:
            for name in (node.get("itemprop") or "").split():
                owner.properties.setdefault(_local(name), []).append(value)
    return top


def _owner(node: Node, made: dict[Node, Item]) -> Item | None:
    for ancestor in node.iterancestors():
        if ancestor in made:
            return made[ancestor]
    return None


_LINKS = {
    "a": "href",
    "link": "href",
    "area": "href",
    "img": "src",
    "meta": "content",
    "data": "value",
    "object": "data",
}


def _value(node: Node) -> Value:
    if node.tag == "time":
        return node.get("datetime") or line(node)
    if node.get("content") is not None:
        return str(node.get("content"))
    if node.tag in _LINKS and node.get(_LINKS[node.tag]) is not None:
        return str(node.get(_LINKS[node.tag]))
    return node


def types_of(page: Page) -> set[str]:
    """Names of all types on the page."""
    return {kind for item in walk(items_of(page)) for kind in item.types}


def posts_marked(tree: Node) -> bool:
    """Whether a page says somewhere that it has questions or discussions; cheap."""
    scripts = select(tree, "script[type*='ld+json']")
    if any(
        re.search(r"QAPage|Question|DiscussionForumPosting|SocialMediaPosting", script.text or "")
        for script in scripts
    ):
        return True
    css = "[itemtype*='QAPage'], [itemtype*='/Question'], [itemtype*='DiscussionForumPosting'], [itemtype*='/Answer'], [itemtype*='/Comment']"
    return bool(select(tree, css))
