"""HTML: parsed once, selected from with compiled CSS, turned into text that keeps its paragraphs.

Elements are plain ``lxml.etree`` elements, so their whole API is there too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, TypeAlias

from cssselect import GenericTranslator
from lxml import etree

from radar.extract import smilies
from radar.extract.prose import BREAKS, SKIPPED, Writer
from radar.extract.text import Words, clean, clean_line

Node: TypeAlias = Any
"""An ``lxml.etree`` element (lxml brings no types)."""


def parse(text: str) -> Node:
    """The tree of a whole page; never fails, an empty page gives an empty ``html`` element."""
    body = text.replace("\x00", "").encode("utf-8", "replace")
    for huge in (False, True):
        # The parser stops at 256 levels, which unclosed tags of a long page reach; then up to 2048.
        parser = etree.HTMLParser(
            encoding="utf-8", huge_tree=huge, remove_comments=True, remove_pis=True, no_network=True
        )
        try:
            root = etree.fromstring(body, parser)
        except (etree.XMLSyntaxError, ValueError):
            root = None
        if not any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
            break
    return root if root is not None else etree.Element("html")


def fragment(text: str) -> Node:
    """The tree of a piece of HTML, as JSON interfaces carry it (``cooked``, ``body``)."""
    return parse(f"<html><body>{text}</body></html>")


@lru_cache(maxsize=2048)
def _compiled(css: str) -> etree.XPath:
    # The plain translator: HTMLTranslator differs only in :lang, :checked and the like.
    return etree.XPath(GenericTranslator().css_to_xpath(css, prefix="descendant::"))


@lru_cache(maxsize=2048)
def _compiled_with_self(css: str) -> etree.XPath:
    return etree.XPath(GenericTranslator().css_to_xpath(css, prefix="descendant-or-self::"))


@lru_cache(maxsize=512)
def _xpath(expression: str) -> etree.XPath:
    return etree.XPath(expression, smart_strings=False)


def select(node: Node, css: str) -> list[Node]:
    """All descendants that a CSS selector matches, in document order; tag names in lower case."""
    found: list[Node] = _compiled(css)(node)
    return found


def first(node: Node, css: str) -> Node | None:
    """The first descendant that a CSS selector matches."""
    found = _compiled(css)(node)
    return found[0] if found else None


def holds(node: Node, css: str) -> bool:
    """Whether the node itself or a descendant matches a CSS selector; "" matches nothing."""
    return bool(css) and bool(_compiled_with_self(css)(node))


def xpath(node: Node, expression: str) -> list[Node]:
    """Result of an XPath expression, compiled once."""
    found: list[Node] = _xpath(expression)(node)
    return found


def attr(node: Node, css: str, name: str) -> str:
    """An attribute of the first descendant that matches, "" without."""
    found = first(node, css)
    return (found.get(name) or "").strip() if found is not None else ""


def line(node: Node | None) -> str:
    """All text of a node as one clean line."""
    return clean_line("".join(node.itertext())) if node is not None else ""


def line_of(node: Node, css: str) -> str:
    """All text of the first descendant that matches as one clean line, "" without."""
    return line(first(node, css))


def text_of(node: Node | None, drop: str = "") -> str:
    """Text of a node with its paragraphs, lists and line breaks; without what ``drop`` (CSS) matches."""
    return split_quotes(node, "", drop).own if node is not None else ""


def split_quotes(node: Node | None, quotes: str = "blockquote", drop: str = "") -> Words:
    """Text of a post's body: own words, and the text inside of what ``quotes`` (CSS) matches.

    ``drop`` (CSS) names what is neither: signatures, "edited by", quote headers, buttons. Code blocks are fenced
    by lines of three backticks, emoji pictures give their alternative text.
    """
    if node is None:
        return Words("", "")
    own, quoted = Writer(), Writer()
    _write(node, own, quoted, _Chosen(node, drop), _Chosen(node, quotes))
    return Words(clean(own.text()), clean(quoted.text()))


_SIMPLE = re.compile(r"([a-z][a-z0-9]*)?(?:\.([\w-]+))?\Z")


@lru_cache(maxsize=512)
def _alternatives(css: str) -> tuple[frozenset[tuple[str, str]], str]:
    """The alternatives that are a tag, a class or both, and the others as CSS."""
    parts = [css] if "(" in css else [part.strip() for part in css.split(",")]
    simple = [match.groups(default="") for part in parts if part and (match := _SIMPLE.match(part))]
    rest = ", ".join(part for part in parts if part and not _SIMPLE.match(part))
    return frozenset((tag, name) for tag, name in simple), rest


class _Chosen:
    """The elements that a CSS selector matches, asked one by one on a walk: far cheaper than searching for each."""

    def __init__(self, node: Node, css: str) -> None:
        self._simple, rest = _alternatives(css)
        self._found = set(select(node, rest)) if rest else None

    def __contains__(self, element: Node) -> bool:
        simple = self._simple
        if simple:
            tag = element.tag
            if (tag, "") in simple:
                return True
            classes = element.get("class")
            if classes:
                for name in classes.split():
                    if ("", name) in simple or (tag, name) in simple:
                        return True
        return self._found is not None and element in self._found


def _write(node: Node, own: Writer, quoted: Writer, dropped: _Chosen, quoting: _Chosen) -> None:
    """Walk the tree without recursion: (element, writer) to enter, (None, ...) to leave."""
    stack: list[tuple[Node | None, str, str, Writer]] = [(node, "", "", own)]
    counted: dict[Node, int] = {}
    while stack:
        element, tag, tail, writer = stack.pop()
        if element is None:
            if tag in BREAKS:
                writer.break_lines(BREAKS[tag])
            elif tag in {"td", "th"}:
                writer.words(" ")
            continue
        if tail:
            writer.words(tail)
            continue
        tag, outer = element.tag, writer
        if tag in SKIPPED or not isinstance(tag, str) or (element is not node and element in dropped):
            continue
        if element is not node and element in quoting:
            outer.break_lines(2)
            writer = quoted
            writer.break_lines(2)
        if tag == "br":
            writer.line_feed()
        elif tag == "img":
            writer.words(smilies.typed(element))
        elif tag == "pre" or _is_code(element):
            writer.verbatim(_code(element))
        else:
            if tag in BREAKS:
                writer.break_lines(BREAKS[tag])
            if tag == "li":
                writer.mark(_bullet(element, counted))
            stack.append((None, tag, "", writer))
            for child in reversed(element):
                if child.tail:
                    stack.append((child, "", child.tail, writer))
                stack.append((child, "", "", writer))
            if element.text:
                writer.words(element.text)


def _is_code(element: Node) -> bool:
    """Whether an element is a block of code that is no ``pre``: MyBB's and SMF's have line breaks as elements."""
    if element.tag != "code":
        return False
    around = [element, *islice(element.iterancestors(), 3)]
    names = {name for each in around for name in (each.get("class") or "").split()}
    return not names.isdisjoint({"bbc_code", "codeblock"})


def _bullet(item: Node, counted: dict[Node, int]) -> str:
    parent = item.getparent()
    if parent is None or parent.tag != "ol":
        return "- "
    counted[parent] = counted.get(parent, 0) + 1
    return f"{counted[parent]}. "


def _code(block: Node) -> str:
    parts: list[str] = []

    def add(text: str | None) -> None:
        # only in "pre" is a line feed of the source one of the text
        parts.append((text or "") if block.tag == "pre" else (text or "").replace("\n", ""))

    for event, element in etree.iterwalk(block, events=("start", "end")):
        if element.tag in {"script", "style", "button"}:  # highlighters and "copy" buttons put them inside
            if event == "end":
                add(element.tail)
        elif event == "start":
            if element.tag == "br":
                parts.append("\n")
            add(element.text)
        elif element is not block:
            if element.tag in {"div", "li", "tr"}:
                parts.append("\n")
            add(element.tail)
    return "".join(parts)


def metas(tree: Node) -> dict[str, str]:
    """Content of the meta tags by lower-case name or property; the first one counts."""
    found: dict[str, str] = {}
    for node in select(tree, "meta[content]"):
        name = (node.get("name") or node.get("property") or "").strip().lower()
        if name:
            found.setdefault(name, clean_line(node.get("content")))
    return found


def rel(tree: Node, name: str) -> str:
    """``href`` of the first ``link`` or ``a`` with this relation (``canonical``, ``next``), as written."""
    for node in rels(tree, name):
        return (node.get("href") or "").strip()
    return ""


def rels(tree: Node, name: str) -> Iterator[Node]:
    """All ``link`` and ``a`` elements with a relation."""
    for node in xpath(tree, "descendant::link[@rel and @href] | descendant::a[@rel and @href]"):
        if name in (node.get("rel") or "").lower().split():
            yield node


def language(tree: Node) -> str:
    """Language the page declares (``lang`` of its root), "" without."""
    value = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    return clean_line(value, 35).replace("_", "-")


def title(tree: Node) -> str:
    """The page's ``title``."""
    return line_of(tree, "title")


def has_password_field(tree: Node) -> bool:
    """Whether the page has a field for a password; with no posts beside it, it is a login wall."""
    return first(tree, "input[type=password]") is not None
