"""One mail (RFC 5322, MIME) as data: who said what when, in reply to which.

Addresses are never kept: the author is the display name, or nothing. Headers and bodies of undeclared or wrongly
declared bytes are read as UTF-8 if they are, else as Windows-1252, which holds Latin-1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr
from itertools import islice

from w3lib.encoding import resolve_encoding

from radar.extract.html import fragment, split_quotes
from radar.extract.mail import split_mail
from radar.extract.text import Words, clean, clean_line

MAX_MESSAGE = 1024 * 1024
"""Bytes of a mail that are looked at; what follows are attachments."""
MAX_REFERENCES = 200
_MAX_PARTS = 50
_ID = re.compile(r"<([^<>\s]{1,250})>")
_BARE_ID = re.compile(r"[^<>\s]{1,250}@[^<>\s]{1,250}")
_REPLY = re.compile(r"^(?:(?:re|aw|antw|antwort|sv|vs)(?:\[\d+\]|\^\d+)?\s*:\s*)+", re.IGNORECASE)
_WAS = re.compile(r"\s*\((?:was|war)\s*:.*\)\s*$", re.IGNORECASE)
_TAG = re.compile(r"^\[([^\[\]]{1,60})\]\s*")
_ADDRESS = re.compile(r"\S@\S|\S at \S+\.\S")
_COMMENT = re.compile(r"^([^(]*?)\s*\((.*)\)\s*$")
_QUOTES = (
    "blockquote, div.gmail_quote, div.gmail_attr, div.moz-cite-prefix, div.yahoo_quoted, div#divRplyFwdMsg"
)
_DROPPED = "div.gmail_signature, div.moz-signature, pre.moz-signature, title, style"


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail tells."""

    id: str
    """Message-ID without angle brackets, "" without one."""
    references: tuple[str, ...]
    """What it answers, the oldest first, its parent last."""
    subject: str
    """As sent, "Re:" and the list's tag included."""
    author: str
    """Display name, "" where there is none."""
    date: str
    """As sent."""
    words: Words


def read_message(raw: bytes) -> Mail:
    """Read a mail. Raises ValueError, LookupError or the like for what the parser cannot make out."""
    message = message_from_bytes(raw[:MAX_MESSAGE])
    identity = _ids(_header(message, "Message-ID"))
    return Mail(
        id=identity[0] if identity else "",
        references=_references(message),
        subject=clean_line(decoded(_header(message, "Subject"))),
        author=author_of(_header(message, "From")),
        date=_header(message, "Date"),
        words=_words(message),
    )


def thread_title(subject: str, *names: str) -> str:
    """A subject without "Re:", "(was: ...)" and the tag of the list, which is one of ``names``."""
    known = {name.casefold() for name in names if name}
    before = ""
    while subject != before:
        before = subject
        subject = _REPLY.sub("", subject)
        tag = _TAG.match(subject)
        if tag and tag[1].strip().casefold() in known:
            subject = subject[tag.end() :]
    return _WAS.sub("", subject).strip()


def author_of(header: str) -> str:
    """The display name of a From header: before the address, or in brackets behind it (pipermail)."""
    name, address = parseaddr(header)
    if "@" not in address:
        comment = _COMMENT.match(header)
        name = comment[2] if comment and comment[2] != comment[1] else ""
    name = clean_line(decoded(name), 100).strip("\"' ")
    return "" if _ADDRESS.search(name) else name


def decoded(header: str) -> str:
    """A header with its encoded words (RFC 2047) decoded, bytes that were not encoded as well."""
    try:
        pieces = decode_header(header)
    except (HeaderParseError, ValueError):
        pieces = [(header, None)]
    return "".join(
        _text(piece, charset or "")
        if isinstance(piece, bytes)
        else _text(piece.encode("utf-8", "surrogateescape"), "")
        for piece, charset in pieces
    )


def _header(message: Message, name: str) -> str:
    """A header in one line; bytes beyond ASCII as surrogates."""
    # Through the list of raw values: get() wraps what is not ASCII into an object that has lost the bytes.
    for key, value in message.raw_items():
        if key.lower() == name.lower():
            return " ".join(str(value).split())
    return ""


def _ids(header: str) -> list[str]:
    return _ID.findall(header) or _BARE_ID.findall(header)


def _references(message: Message) -> tuple[str, ...]:
    found = dict.fromkeys(_ids(_header(message, "References"))[-MAX_REFERENCES:])
    parents = _ids(_header(message, "In-Reply-To"))
    if parents:
        found.pop(parents[0], None)
        found[parents[0]] = None
    return tuple(found)


def _words(message: Message) -> Words:
    own, quoted = [], []
    for part in islice(_shown(message), _MAX_PARTS):
        payload = part.get_payload(decode=True)
        text = _text(payload if isinstance(payload, bytes) else b"", part.get_content_charset() or "")
        words = _of_html(text) if part.get_content_type() == "text/html" else split_mail(text)
        own.append(words.own)
        quoted.append(words.quoted)
    return Words(clean("\n\n".join(filter(None, own))), clean("\n\n".join(filter(None, quoted))))


def _of_html(text: str) -> Words:
    """HTML with its quotes marked by elements; attribution, signature and footers are those of plain mails."""
    marked = split_quotes(fragment(text), _QUOTES, _DROPPED)
    plain = split_mail(marked.own)
    own = split_mail(f"{plain.own}\n> ").own if marked.quoted else plain.own  # without what led to the quote
    return Words(own, "\n\n".join(filter(None, (plain.quoted, marked.quoted))))


def _shown(message: Message) -> list[Message]:
    """The parts that a mail program shows; of alternatives the plain one. Attached mails are not the author's."""
    if message.get_content_type() == "message/rfc822" or message.get_content_disposition() == "attachment":
        return []
    if not message.is_multipart():
        return [message] if message.get_content_type() in {"text/plain", "text/html"} else []
    parts = [each for each in message.get_payload() if isinstance(each, Message)]
    shown = [_shown(part) for part in parts[:_MAX_PARTS]]
    if message.get_content_type() == "multipart/alternative":
        plain = [part for part in shown if part and part[0].get_content_type() == "text/plain"]
        return next(iter(plain or filter(None, shown)), [])
    return [each for part in shown for each in part]


def _text(body: bytes, charset: str) -> str:
    """Bytes after their charset, if they have a known one that fits; else as UTF-8, else as Windows-1252."""
    name = resolve_encoding(charset) if charset else None
    for encoding in (name, "utf-8"):
        if encoding and not (encoding == "ascii" or encoding == "us-ascii"):
            try:
                return body.decode(encoding)
            except (UnicodeDecodeError, LookupError):
                continue
    return body.decode("cp1252", "replace")
