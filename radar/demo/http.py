"""Requests and answers, as far as a made-up web needs them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Protocol

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    path: str
    """Decoded, without query."""
    query: Mapping[str, tuple[str, ...]]
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""

    def number(self, name: str, default: int = 0) -> int:
        """A number of the query; ``default`` where it is missing or none."""
        text = self.query.get(name, ("",))[0]
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back."""

    body: bytes
    status: int = 200
    content_type: str = HTML
    headers: tuple[tuple[str, str], ...] = ()


class Site(Protocol):
    """One site of the made-up web."""

    base: str
    """Scheme, host and port once the server is bound."""

    def answer(self, asked: Asked) -> Answer:
        """The answer to a GET request."""
        ...


def text(body: str, content_type: str = "text/plain; charset=utf-8", status: int = 200) -> Answer:
    """A text as UTF-8."""
    return Answer(body.encode(), status, content_type)


def redirect(location: str, status: int = 302) -> Answer:
    """Elsewhere."""
    return Answer(b"", status, HTML, (("Location", location),))


def conditional(asked: Asked, body: bytes, content_type: str, changed: datetime) -> Answer:
    """The body with its validators, or 304 if the asker has it already (RFC 9110, section 13.2.2)."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    validators = (("ETag", etag), ("Last-Modified", format_datetime(changed, usegmt=True)))
    known = asked.headers.get("if-none-match")
    since = asked.headers.get("if-modified-since")
    if known is not None:
        same = known == "*" or etag in [tag.strip().removeprefix("W/") for tag in known.split(",")]
    elif since is not None:
        try:
            same = changed <= parsedate_to_datetime(since)
        except (ValueError, TypeError):
            same = False
    else:
        same = False
    return Answer(b"", 304, "", validators) if same else Answer(body, 200, content_type, validators)
