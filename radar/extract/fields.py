"""Reading the fields of a ``Layout``: values of elements, moments, numbers, ids in addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy

from radar.extract import html

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DIGITS = re.compile(r"\d[\d.,\u00a0\u202f' ]*")
_ROUNDED = re.compile(r"\d\s?(?:[kKmM]\b|Tsd|Mio|Tausend)")
_CLOCK = re.compile(r"\d{1,2}:\d\d")


def found(pattern: str, url: str) -> str:
    """The id that ``pattern`` finds in an address, "" without."""
    match = re.search(pattern, url)
    return next((group for group in match.groups() if group), "") if match else ""


def post_of(pattern: str, node: html.Node, css: str) -> str:
    """The id of a post in the address of the first link that ``css`` finds."""
    if not css:
        return ""
    href = html.attr(node, css, "href")
    ids = [next((group for group in match.groups() if group), "") for match in re.finditer(pattern, href)]
    return ids[-1] if ids else ""


def field(node: html.Node, spec: str, text: Callable[[html.Node], str] | None = None) -> str:
    """Value of a field (see the module): an attribute, or ``text`` of the element, by default its line."""
    for css, attribute in _alternatives(spec):
        found_node = html.first(node, css) if css else node
        if found_node is None:
            continue
        value = (found_node.get(attribute) or "").strip() if attribute else (text or html.line)(found_node)
        if value:
            return value
    return ""


def _alternatives(spec: str) -> Iterator[tuple[str, str]]:
    for each in spec.split(" | ") if spec else ():
        css, _, attribute = each.partition("@")
        yield css.strip(), attribute.strip()


def moment(node: html.Node, drop: str = "") -> str:
    """What an element says of a time: a machine-readable attribute, a tooltip with the full date, its text.

    ``drop`` (CSS): descendants that say something else.
    """
    node = without(node, drop)
    for each in node.iter():
        if isinstance(each.tag, str):
            for name in ("datetime", "data-time", "data-timestamp", "date"):
                value = (each.get(name) or "").strip()
                if value and any(map(str.isdigit, value)):
                    return value
    for each in node.iter():
        title = (each.get("title") or "") if isinstance(each.tag, str) else ""
        if tells_year(title):
            clock = next((text for text in node.itertext() if _CLOCK.search(text)), "")
            return title if _CLOCK.search(title) else f"{title} {clock}"
    return html.line(node)


def without(node: html.Node, css: str) -> html.Node:
    """A copy of an element whose descendants that ``css`` matches are empty; the element itself for ""."""
    if not css:
        return node
    copy = deepcopy(node)
    for each in html.select(copy, css):
        if each is not copy:  # emptied, not removed: what follows it stays
            each.clear(keep_tail=True)
    return copy


def digits(text: str) -> str:
    """The first number in a text, without thousands separators; "" without."""
    match = _DIGITS.search(text)
    return re.sub(r"\D", "", match[0]) if match else ""


def count(text: str) -> str:
    """The first number in a text, "" where it is rounded ("1.2K", "3 Tsd.")."""
    return "" if _ROUNDED.search(text) else digits(text)


def number(text: str) -> int | None:
    """A text of nothing but digits as a number; None for any other."""
    return int(text) if text.isdecimal() and len(text) < 12 else None


def tells_year(text: str) -> bool:
    """Whether a time is told with its year, so that it reads the same on another day."""
    return bool(_YEAR.search(text))
