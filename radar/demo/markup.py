"""A post's plain text as the HTML that forum software makes of it."""

from __future__ import annotations

import re
from html import escape

_LINK = re.compile(r"https?://[^\s<>\"')\]]+[^\s<>\"')\].,;:!?]")
_CODE = re.compile(r"^```\n(.*?)\n```$", re.M | re.S)


def pieces(text: str) -> list[tuple[bool, str]]:
    """The text cut at its fenced code: (is code, text), empty pieces left out."""
    parts = _CODE.split(text)
    return [(bool(index % 2), part.strip("\n")) for index, part in enumerate(parts) if part.strip()]


def lines(text: str, link: str = '<a href="{url}">{url}</a>', line_break: str = "<br>\n") -> str:
    """Escaped text with its line breaks and links."""
    out: list[str] = []
    end = 0
    for match in _LINK.finditer(text):
        out.append(escape(text[end : match.start()], quote=False))
        out.append(link.replace("{url}", escape(match[0])))
        end = match.end()
    out.append(escape(text[end:], quote=False))
    return "".join(out).replace("\n", line_break)


def paragraphs(text: str) -> str:
    """Text as paragraphs, code as ``pre``."""
    html: list[str] = []
    for code, part in pieces(text):
        if code:
            html.append(f"<pre><code>{escape(part, quote=False)}\n</code></pre>")
        else:
            html += [f"<p>{lines(block)}</p>" for block in re.split(r"\n{2,}", part) if block.strip()]
    return "\n".join(html)


def excerpt(text: str, most: int = 220) -> str:
    """The beginning of a post, as people quote it."""
    plain = _CODE.sub("", text).strip()
    if len(plain) <= most:
        return plain
    return plain[:most].rsplit(" ", 1)[0] + " …"
