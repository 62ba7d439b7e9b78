"""Running text out of markup: inline space collapsed, paragraphs, lists and code kept."""

from __future__ import annotations

_PARAGRAPHS = frozenset(
    {
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "pre",
        "ul",
        "ol",
        "dl",
        "table",
        "article",
        "section",
        "aside",
        "figure",
        "details",
        "fieldset",
    }
)
_LINES = frozenset(
    {
        "div",
        "li",
        "tr",
        "dt",
        "dd",
        "header",
        "footer",
        "main",
        "nav",
        "address",
        "summary",
        "figcaption",
        "caption",
        "hr",
        "center",
        "form",
        "legend",
        "thead",
        "tbody",
    }
)
SKIPPED = frozenset(
    {
        "script",
        "style",
        "template",
        "noscript",
        "iframe",
        "svg",
        "math",
        "button",
        "select",
        "textarea",
        "head",
        "title",
        "audio",
        "video",
        "canvas",
        "map",
        "input",
    }
)
"""Elements whose content is no text; ``embed`` and ``object`` are often left open and hold the rest."""

BREAKS = {**dict.fromkeys(_LINES, 1), **dict.fromkeys(_PARAGRAPHS, 2)}
"""Line feeds around an element, by its tag."""


class Writer:
    """Collects text: inline space collapsed, breaks between blocks kept as wide as the widest asked for."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._breaks = 0
        self._space = False
        self._begun = False
        """Whether a list item has its mark and no text yet, which then stands beside the mark."""

    def words(self, text: str) -> None:
        """Add inline text."""
        collapsed = " ".join(text.split())
        if not collapsed:
            self._space = self._space or bool(text)
            return
        self._flush(text[0].isspace() or self._space)
        self._begun = False
        self._parts.append(collapsed)
        self._space = text[-1].isspace()

    def verbatim(self, text: str) -> None:
        """Add a block of code."""
        self._begun = False
        self.break_lines(2)
        self._flush(False)
        self._parts.append("```\n" + text.strip("\n").rstrip() + "\n```")
        self.break_lines(2)

    def mark(self, bullet: str) -> None:
        """Begin a list item."""
        if self._begun:
            self._parts.append("\n")
        self._flush(False)
        self._parts.append(bullet)
        self._begun = True
        self._space = False

    def break_lines(self, count: int) -> None:
        """Ask for at least ``count`` line feeds before the next text."""
        if not self._begun:
            self._breaks = max(self._breaks, count)

    def line_feed(self) -> None:
        """Add one line feed to what is due."""
        if not self._begun:
            self._breaks = min(self._breaks + 1, 2)

    def _flush(self, space: bool) -> None:
        if self._breaks and self._parts:
            self._parts.append("\n" * self._breaks)
        elif space and self._parts and not self._breaks and not self._begun:
            self._parts.append(" ")
        self._breaks = 0
        self._space = False

    def text(self) -> str:
        """What was collected."""
        return "".join(self._parts)
