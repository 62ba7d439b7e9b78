"""What an answer of a server, or its absence, means for the request, its host and its source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from radar.model import Outcome


class Next(StrEnum):
    """What becomes of the request."""

    GO_ON = "go on"
    """The answer goes on to the spider."""
    LATER = "later"
    """Try again later, and leave only this request waiting."""
    REST = "rest"
    """Try again later, and leave the whole host alone until then."""
    DROP = "drop"
    """This is the answer; there is nothing to try again."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision about one answer; ``outcome`` is None where the answer says nothing of the source."""

    next: Next
    outcome: Outcome | None = None
    reason: str = ""


_GO_ON = Ruling(Next.GO_ON)
_TRANSIENT = frozenset({408, 421, 425})

_CHALLENGE_HEADERS = (
    ("cf-mitigated", re.compile("challenge"), "Cloudflare"),
    ("x-amzn-waf-action", re.compile("challenge|captcha"), "AWS WAF"),
    ("x-datadome", re.compile("protected"), "DataDome"),
)
_CHALLENGE_BODIES = (
    (re.compile(rb"window\._cf_chl_opt|/cdn-cgi/challenge-platform/[^\"']*orchestrate"), "Cloudflare"),
    (re.compile(rb"id=[\"']anubis_challenge[\"']"), "Anubis"),
    (re.compile(rb"sucuri_cloudproxy_js"), "Sucuri"),
    (re.compile(rb"<title>\s*DDoS-Guard\s*</title>", re.IGNORECASE), "DDoS-Guard"),
    (re.compile(rb"id=[\"']px-captcha[\"']"), "PerimeterX"),
    (re.compile(rb"captcha-delivery\.com/"), "DataDome"),
    (
        re.compile(rb"src=[\"'][^\"']*/_Incapsula_Resource\?[^\"']*[\"'][^>]*>\s*</(?:script|iframe)>"),
        "Imperva",
    ),
    (re.compile(rb"window\.gokuProps\s*="), "AWS WAF"),
)
_CHALLENGE_BYTES = 64 * 1024
_CHALLENGE_LONGEST = 256 * 1024
"""Challenge pages are small; a long page that happens to hold a mark is a page."""


def challenge(status: int, headers: Mapping[str, str], body: bytes) -> str | None:
    """The product whose challenge ("prove that you are human") this answer is, None if it is none.

    ``headers`` have lower-case names. Only marks that a page about challenges does not show by itself count:
    headers, and scripts of the challenge; never its words. They are not solved, only recognised.
    """
    for name, value, product in _CHALLENGE_HEADERS:
        if value.search(headers.get(name, "").lower()) and (name != "x-datadome" or status in {401, 403}):
            return product
    if "html" not in headers.get("content-type", "html") or len(body) > _CHALLENGE_LONGEST:
        return None
    head = body[:_CHALLENGE_BYTES]
    return next((product for mark, product in _CHALLENGE_BODIES if mark.search(head)), None)


def rule(status: int, headers: Mapping[str, str], body: bytes) -> Ruling:
    """What to make of an answer; ``headers`` have lower-case names.

    403 with Retry-After or a spent rate limit is a request to slow down, as GitHub and others mean it.
    """
    product = challenge(status, headers, body)
    if product is not None:
        return Ruling(Next.DROP, Outcome.BLOCKED, f"{product} challenge (status {status})")
    if status == 429 or status == 503 or (status == 403 and _rate_limited(headers)):
        return Ruling(Next.REST, Outcome.UNREACHABLE, f"status {status}: fewer requests wanted")
    if status in {401, 402, 403, 407, 451}:
        return Ruling(Next.DROP, Outcome.BLOCKED, f"status {status}")
    if status == 410:
        return Ruling(Next.DROP, Outcome.GONE, "status 410")
    if status >= 500 or status in _TRANSIENT:
        return Ruling(Next.LATER, Outcome.UNREACHABLE, f"status {status}")
    if 400 <= status < 500:
        return Ruling(Next.DROP, Outcome.UNREACHABLE if status != 404 else None, f"status {status}")
    return _GO_ON


def _rate_limited(headers: Mapping[str, str]) -> bool:
    return "retry-after" in headers or headers.get("x-ratelimit-remaining", "").strip() == "0"


def moved(status: int, old: str, new: str) -> bool:
    """Whether a redirect says for good that ``old`` is now on another host; ``www.`` makes no other host."""
    if status not in {301, 308}:
        return False
    here, there = (_host(url) for url in (old, new))
    return bool(there) and here != there


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".").removeprefix("www.")
    except ValueError:
        return ""
