"""What a page says about being read, followed and mined: X-Robots-Tag, meta robots, TDMRep, Content-Usage.

Every signal is advisory in law's eyes and binding in ours: it can only take permission away. Where several speak,
the strictest counts, with one exception that TDMRep itself makes: a page's header or meta tag counts for
more than the site's file.

=====================  ========  =========
says                   stored    followed
=====================  ========  =========
noindex                no        yes
nofollow               yes       no
none                   no        no
noai                   no        yes
unavailable_after      no, from that date on
tdm-reservation: 1     no        yes
Content-Usage: tdm=n   no        yes       (and the other categories of ``usage.OURS``)
noimageai, noarchive, nosnippet, ...        nothing that the radar does
=====================  ========  =========

A ``noindex`` header on a feed is not about its posts: publishing software sends it so that search engines list the
pages and not the feed, which exists to be read by programs. All else counts there as on pages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser

from radar.politeness.policy.paths import Pattern, covering
from radar.politeness.policy.usage import refused_usage

_VALUED = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})
_HEAD_BYTES = 256 * 1024
"""How far into a document its meta tags are looked for."""
_BODY = re.compile(rb"<body[\s>]", re.IGNORECASE)
_META = re.compile(rb"<meta\s[^>]{0,2000}>", re.IGNORECASE)
_AGENT = re.compile(r"\s*([A-Za-z0-9_.*-]+)\s*:")
_FEED = re.compile(r"\b(?:feed\+json|(?:rss|atom|rdf)\+xml|(?:application|text)/xml)\b")
_MOST_RULES = 10_000


@dataclass(frozen=True, slots=True)
class OptOut:
    """What may still be done with a page."""

    store: bool = True
    follow: bool = True
    reason: str = ""
    """Who says so, for people; "" where all is allowed."""

    def __or__(self, other: OptOut) -> OptOut:
        reason = "; ".join(dict.fromkeys(text for text in (self.reason, other.reason) if text))
        return OptOut(self.store and other.store, self.follow and other.follow, reason)


ALLOWED = OptOut()


def of_answer(
    headers: Mapping[str, Sequence[str]],
    body: bytes,
    *,
    token: str,
    now: datetime,
    reserved: bool | None = None,
) -> OptOut:
    """The opt-outs of one answer.

    ``headers`` have lower-case names and all their values; ``body`` is looked into only if it is HTML.
    ``reserved`` is what the site's tdmrep.json says of this address (None: nothing).
    """
    told = ALLOWED
    content_type = " ".join(headers.get("content-type", ())).lower()
    for value in headers.get("x-robots-tag", ()):
        directives = tag_directives(value, token)
        if _FEED.search(content_type):
            directives = [each for each in directives if each != "noindex"]
        told |= _robots("X-Robots-Tag", directives, now)
    for value in headers.get("content-usage", ()):
        told |= _usage("Content-Usage", value)
    reservations = [value.strip() for value in headers.get("tdm-reservation", ())]
    if "html" in content_type or (not content_type and b"<html" in body[:1024].lower()):
        for name, content in metas(body, {"robots", token.lower(), "tdm-reservation", "content-usage"}):
            if name == "tdm-reservation":
                reservations.append(content.strip())
            elif name == "content-usage":
                told |= _usage("meta Content-Usage", content)
            else:
                told |= _robots(f"meta {name}", _directives(content), now)
    if "1" in reservations:
        told |= OptOut(store=False, reason="TDM reserved by the page")
    elif reserved and "0" not in reservations:
        told |= OptOut(store=False, reason="TDM reserved by /.well-known/tdmrep.json")
    return told


def tag_directives(value: str, token: str) -> list[str]:
    """The directives of one ``X-Robots-Tag`` header that are meant for ``token``, in lower case.

    ``noindex, nofollow`` is meant for all; ``googlebot: noindex`` for Googlebot, and so is what follows it in
    the same header until another agent is named.
    """
    told: list[str] = []
    ours = True
    for part in _split(value):
        agent = _AGENT.match(part)
        if agent is not None and agent[1].lower() not in _VALUED:
            ours = agent[1].lower() in {token.lower(), "*", "robots"}
            part = part[agent.end() :]
        if ours:
            told += _directives(part)
    return told


def metas(body: bytes, names: Collection[str]) -> list[tuple[str, str]]:
    """(name, content) of the meta tags called one of ``names`` (in lower case) before the body of an HTML page.

    Never raises. This runs on every page, so the parser of the standard library sees those tags only.
    """
    head = body[:_HEAD_BYTES]
    end = _BODY.search(head)
    head = head[: end.start()] if end else head
    if b"<!--" in head:
        first, *commented = head.split(b"<!--")
        head = first + b"".join(part.partition(b"-->")[2] for part in commented)
    reader = _Metas()
    for tag in _META.finditer(head):
        text = tag[0].decode("utf-8", "replace")
        if any(name in text.lower() for name in names):
            reader.feed(text)
    return [(name, content) for name, content in reader.found if name in names]


class _Metas(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "meta":
            named = {name: value or "" for name, value in attrs}
            name = named.get("name") or named.get("http-equiv") or ""
            self.found.append((name.strip().lower(), named.get("content", "")))


def _robots(who: str, directives: Iterable[str], now: datetime) -> OptOut:
    told = ALLOWED
    for directive in directives:
        name, _, value = directive.partition(":")
        name = name.strip()
        if name == "none":
            told |= OptOut(store=False, follow=False, reason=f"{who}: none")
        elif name in {"noindex", "noai"}:
            told |= OptOut(store=False, reason=f"{who}: {name}")
        elif name == "nofollow":
            told |= OptOut(follow=False, reason=f"{who}: nofollow")
        elif name == "unavailable_after" and (date := _date(value)) is not None and date <= now:
            told |= OptOut(store=False, reason=f"{who}: unavailable_after {value.strip()}")
    return told


def _usage(who: str, value: str) -> OptOut:
    refused = refused_usage(value)
    return OptOut(store=False, reason=f"{who}: {refused}") if refused else ALLOWED


def _directives(text: str) -> list[str]:
    return [part.strip().lower() for part in _split(text) if part.strip()]


def _split(text: str) -> list[str]:
    """At commas, but not inside the date of ``unavailable_after: Tue, 24 Nov 2026 ...``."""
    return re.split(r",(?!\s*\d{1,2}[\s-])", text)


def _date(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            date = read(text.strip().upper().replace(" UTC", " GMT"))
        except (ValueError, IndexError, TypeError, OverflowError):
            continue
        return date if date.tzinfo is not None else date.replace(tzinfo=UTC)
    return None


@dataclass(frozen=True, slots=True)
class Reservations:
    """A site's ``/.well-known/tdmrep.json``."""

    rules: tuple[tuple[Pattern, bool], ...] = ()

    def reserves(self, url: str) -> bool | None:
        """Whether text and data mining of ``url`` is reserved: the longest matching location decides, and
        among equals the one that reserves; None if no location matches.
        """
        return max(covering(self.rules, url), default=None)


def reservations(status: int, body: bytes) -> Reservations:
    """Read ``/.well-known/tdmrep.json`` as answered; anything but a readable 2xx answer reserves nothing."""
    if not 200 <= status < 300:
        return Reservations()
    try:
        entries = json.loads(body[: 500 * 1024])
    except (ValueError, RecursionError):
        return Reservations()
    rules = []
    for entry in (entries if isinstance(entries, list) else [entries])[:_MOST_RULES]:
        if not isinstance(entry, dict):
            continue
        location, value = entry.get("location"), entry.get("tdm-reservation")
        if isinstance(location, str) and value in (0, 1, "0", "1"):
            rules.append((Pattern.of(location), str(int(value)) == "1"))
    return Reservations(tuple(rules))
