"""Bytes to text, and text to clean text: done once, here."""

from __future__ import annotations

from w3lib.encoding import html_to_unicode


def decode(body: bytes, content_type: str = "") -> str:
    """Decode a page after byte order mark, Content-Type, declaration in the document, else as UTF-8."""
    return html_to_unicode(content_type or None, body, default_encoding="utf-8")[1]
