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
    # a literal that is found fast, then what it must be part of
    (b"_cf_chl_opt", re.compile(rb"window\._cf_chl_opt"), "Cloudflare"),
    (
        b"/cdn-cgi/challenge-platform/",
        re.compile(rb"/cdn-cgi/challenge-platform/[^\"']{0,200}orchestrate"),
        "Cloudflare",
    ),
    (b"anubis_challenge", re.compile(rb"id=[\"']anubis_challenge[\"']"), "Anubis"),
    (b"sucuri_cloudproxy_js", re.compile(rb"sucuri_cloudproxy_js\s*="), "Sucuri"),
    (b"DDoS-Guard", re.compile(rb"<title>\s{0,9}DDoS-Guard\s{0,9}</title>", re.IGNORECASE), "DDoS-Guard"),
    (b"px-captcha", re.compile(rb"id=[\"']px-captcha[\"']"), "PerimeterX"),
    (b"captcha-delivery.com/", re.compile(rb"src=[\"'][^\"']{0,200}captcha-delivery\.com/"), "DataDome"),
    (
        b"/_Incapsula_Resource?",
        re.compile(
            rb"src=[\"'][^\"']{0,200}/_Incapsula_Resource\?[^\"']{0,500}[\"'][^>]{0,200}>\s{0,9}</(?:script|iframe)>"
        ),
        "Imperva",
    ),
    (b"window.gokuProps", re.compile(rb"window\.gokuProps\s{0,9}="), "AWS WAF"),
)
_CHALLENGE_LONGEST = 128 * 1024
_CHALLENGE_LONGEST_AS_SUCCESS = 32 * 1024
"""Challenge pages are small, above all those with a status of success: a longer page that holds a mark is a page,
and need not be searched."""


def challenge(status: int, headers: Mapping[str, str], body: bytes) -> str | None:
    """The product whose challenge ("prove that you are human") this answer is, None if it is none.

    ``headers`` have lower-case names. Only marks that a page about challenges does not show by itself count:
    headers, and scripts of the challenge; never its words. They are not solved, only recognised.
    """
    for name, value, product in _CHALLENGE_HEADERS:
        if value.search(headers.get(name, "").lower()) and (name != "x-datadome" or status in {401, 403}):
            return product
    longest = _CHALLENGE_LONGEST if status >= 400 else _CHALLENGE_LONGEST_AS_SUCCESS
    if "html" not in headers.get("content-type", "html") or len(body) > longest:
        return None
    return next(
        (product for sign, mark, product in _CHALLENGE_BODIES if sign in body and mark.search(body)), None
    )


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
