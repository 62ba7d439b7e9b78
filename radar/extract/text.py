"""Bytes to text, and text to clean text: done once, here.

    bytes ── decode ──► str ── html.parse ──► tree ── split_quotes ──► Words(own, quoted), clean
                         └──── plain mail ──────────── split_mail ───► Words(own, quoted), clean

Everything returned is fit for a ``radar.model.Post``: NFC, no control characters but line feed, bounded.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import NamedTuple

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, resolve_encoding

MAX_BODY = 10 * 1024 * 1024
"""Bytes of a body that are looked at; what follows is left out."""
MAX_TEXT = 60_000
"""Characters of a post's text that are kept."""
MAX_LINE = 300
"""Characters of a title, an author, a board that are kept."""
_CUT = " […]"


class Words(NamedTuple):
    """A post's text: the author's own words, and what they quoted of others."""

    own: str
    quoted: str


def decode(body: bytes, content_type: str = "") -> str:
    """Decode a page after byte order mark, Content-Type, declaration in the document, then by its bytes.

    Declarations are often wrong: a body that is valid UTF-8 is read as UTF-8 although a one-byte charset was
    declared, and bytes that are invalid in a declared UTF-8 are read as Windows-1252. Never raises; looks at
    ``MAX_BODY`` bytes.
    """
    body = body[:MAX_BODY]
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    wide = _wide(body)
    if wide:
        return body.decode(wide, "replace")
    declared = _declared(body, content_type)
    if declared.startswith(("utf-16", "utf-32")):
        declared = ""
    if declared.startswith("iso2022") or declared in _MULTIBYTE:
        return body.decode(declared, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if declared and declared != "utf-8":
        return body.decode(declared, "replace")
    text = body.decode("utf-8", "ignore")
    wide_characters = len(text) - sum(text.count(chr(code)) for code in range(128)) if text else 0
    lost = len(body) - len(text.encode("utf-8"))
    if lost > wide_characters:
        return body.decode("cp1252", "replace")
    return body.decode("utf-8", "radar-cp1252")


_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MULTIBYTE = frozenset(
    {"shift_jis", "cp932", "euc_jp", "gb18030", "gbk", "gb2312", "big5", "big5hkscs", "euc_kr", "cp949", "hz"}
)


def _declared(body: bytes, content_type: str) -> str:
    name = http_content_type_encoding(content_type or None) or html_body_declared_encoding(body[:4096]) or ""
    resolved = resolve_encoding(name) if name else None
    return resolved or ""


def _wide(body: bytes) -> str:
    """UTF-16 without a byte order mark, told by its NUL bytes."""
    head = body[:256]
    if head.count(0) < len(head) // 3 or len(head) < 4:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 4 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 4 * odd else ""


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    if error.end == len(error.object) and error.reason == "unexpected end of data":
        return "", error.end
    return wrong.decode("cp1252", "replace"), error.end


codecs.register_error("radar-cp1252", _as_cp1252)


_SURROGATES = re.compile("[\ud800-\udfff]")
_C1 = re.compile("[\x80-\x9f]")
_BREAKS = re.compile("\r\n?|[\u2028\u2029\x0b\x0c]")
_SPACES = re.compile("[\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
# C0 and DEL, soft hyphen, zero width space, bidirectional marks, embeddings, overrides and isolates, word joiner
# and invisible operators, byte order mark, interlinear annotation, noncharacters, tag characters.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ufdd0-\ufdef\U000e0000-\U000e007f]"
)
# A base character carries a few marks in any script; longer runs are decoration, and sorting them is quadratic.
_MARKS = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{8})"
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_RUNS = re.compile(r"(?<=[^\n ]) {2,}")
_TRAILING = re.compile(r"(?<! ) +(?=\n)")
_EMPTY_LINES = re.compile(r"\n{3,}")


def clean(text: str, limit: int = MAX_TEXT) -> str:
    """Text as it may be stored and matched: several lines, at most ``limit`` characters; idempotent.

    Lone surrogates become U+FFFD, C1 controls the Windows-1252 characters that were meant, every kind of space
    a space; other controls, bidirectional controls and invisible characters go. Runs of spaces inside a line
    and of empty lines are shortened; indentation stays, for code.
    """
    text = _legal(text[: limit * 4])
    text = _TRAILING.sub("", _RUNS.sub(" ", text))
    text = _EMPTY_LINES.sub("\n\n", text).strip()
    return text if len(text) <= limit else text[: limit - len(_CUT)].rstrip() + _CUT


def clean_line(text: str, limit: int = MAX_LINE) -> str:
    """One line of clean text: a title, an author, a board."""
    text = " ".join(_legal(text[: limit * 8]).split())
    return text if len(text) <= limit else text[: limit - len(_CUT)].rstrip() + _CUT


def _legal(text: str) -> str:
    printable = text.isprintable()  # neither control nor format characters, no space but the plain one
    if text.isascii():
        if printable:
            return text
        text = _BREAKS.sub("\n", text).replace("\t", " ")
        return _UNWANTED.sub("", text)
    if printable:
        return unicodedata.normalize("NFC", _MARKS.sub(r"\1", text))
    if _SURROGATES.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = _C1.sub(lambda match: match[0].encode("latin-1").decode("cp1252", "ignore"), text)
    text = _UNWANTED.sub("", _SPACES.sub(" ", _BREAKS.sub("\n", text)))
    text = _MARKS.sub(r"\1", text)
    return unicodedata.normalize("NFC", text)
