"""XML that may be damaged: mended where mending is safe, then parsed with recovery. No entities, no network.

Feeds in the wild carry undeclared HTML entities, bare ampersands, control characters, text before the
declaration and wrong encodings. The text is decoded before (``radar.extract.text.decode``), so declarations of an
encoding are dropped; document types go too, and every entity they declare with them.
"""

from __future__ import annotations

import html.entities
import re

from lxml import etree

from radar.extract.html import Node

_DECLARATION = re.compile(r"\s*<\?xml\b[^>]{0,400}\?>", re.IGNORECASE)
_DOCTYPE = re.compile(r"(?:\s|<!--(?:[^-]|-(?!->))*-->|<\?[^>]*>)*<!DOCTYPE", re.IGNORECASE)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&(?:#(\d{1,9});|#[xX]([0-9a-fA-F]{1,8});|([A-Za-z][A-Za-z0-9]{1,31});)?")
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_UNESCAPED = re.compile(r"<(?![A-Za-z_/!?])")


def parse_xml(text: str) -> tuple[Node | None, str]:
    """(root or None, what is wrong or ""). What stood before the damage is in the tree."""
    text = _DECLARATION.sub("", text.lstrip("\ufeff"), count=1)
    start = text.find("<")
    if start < 0:
        return None, "no markup"
    text = _without_doctype(text[start:])
    if _ILLEGAL.search(text):
        text = _ILLEGAL.sub("", text)
    root, errors = _parse(text)
    if errors:
        root, errors = _parse(_mended(text))
    return root, errors


def _parse(text: str) -> tuple[Node | None, str]:
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        return None, str(error)[:200]
    serious = [
        entry
        for entry in parser.error_log
        if entry.level >= etree.ErrorLevels.ERROR and entry.type_name != "NS_ERR_UNDEFINED_NAMESPACE"
    ]
    return root, f"line {serious[0].line}: {serious[0].message}"[:200] if serious else ""


def _without_doctype(text: str) -> str:
    found = _DOCTYPE.match(text)
    if not found:
        return text
    start = found.end() - len("<!DOCTYPE")
    end = text.find(">", start)
    subset = text.find("[", start)
    if 0 <= subset < end:
        closing = re.compile(r"\]\s*>").search(text, subset)
        end = closing.end() - 1 if closing else -1
    return text if end < 0 else text[:start] + text[end + 1 :]


def _mended(text: str) -> str:
    """Outside CDATA: entities of HTML become characters, what is no reference and no tag is escaped."""
    parts: list[str] = []
    position = 0
    while position < len(text):
        start = text.find("<![CDATA[", position)
        end = text.find("]]>", start) if start >= 0 else -1
        if end < 0:
            start = end = len(text)
        parts.append(_UNESCAPED.sub("&lt;", _REFERENCE.sub(_reference, text[position:start])))
        parts.append(text[start : end + 3])
        position = end + 3
    return "".join(parts)


def _reference(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name:
        if name in _XML_NAMES:
            return match[0]
        character = html.entities.html5.get(name + ";", "")
        return character.replace("&", "&amp;").replace("<", "&lt;") if character else "&amp;" + match[0][1:]
    if decimal or hexadecimal:
        code = int(decimal) if decimal else int(hexadecimal, 16)
        legal = (
            code in {9, 10, 13}
            or 0x20 <= code < 0xD800
            or 0xE000 <= code < 0xFFFE
            or 0x10000 <= code < 0x110000
        )
        return f"&#{code};" if legal else "\ufffd"
    return "&amp;"
