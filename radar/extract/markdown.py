"""Markdown, as interfaces hand out what people typed, to text with quotes apart: rendered first, then read as HTML."""

from __future__ import annotations

from functools import lru_cache

from markdown_it import MarkdownIt

from radar.extract.html import fragment, split_quotes
from radar.extract.text import MAX_TEXT, Words


@lru_cache(maxsize=4)
def _renderer(html: bool, breaks: bool) -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": html, "breaks": breaks}).enable(["table", "strikethrough"])


def split_markdown(text: str, *, html: bool = False, breaks: bool = False) -> Words:
    """Own words and quotes of CommonMark with tables.

    ``html``: tags and comments between the text are markup, as on GitHub, and not shown. ``breaks``: a line feed
    inside a paragraph is one.
    """
    return split_quotes(fragment(_renderer(html, breaks).render(text[:MAX_TEXT])))
