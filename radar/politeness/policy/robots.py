"""robots.txt as RFC 9309 reads it: groups, longest match, and what each answer of the server means.

Written from the RFC rather than around Protego, whose groups end at any unknown line and whose agent names match
parts of a token (docs/decisions/0020). Besides the RFC's records it reads Crawl-delay, Sitemap, and the
preferences that publishers attach to groups: Content-Usage (IETF AIPREF) and Content-Signal.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from radar.politeness.policy.paths import Pattern, covering, spellings
from radar.politeness.policy.usage import refused_usage

MOST_BYTES = 500 * 1024
"""Bytes of a robots.txt that are read; RFC 9309 (2.5) asks for at least this much."""
MOST_REDIRECTS = 5
"""Redirects that are followed to a robots.txt (RFC 9309, 2.3.1.2)."""
OLDEST = 24 * 3600.0
"""Seconds that an answer may be used (RFC 9309, 2.4)."""
RETRY_AFTER_FAILURE = 600.0
"""Seconds after which an unreachable robots.txt is asked for again; until then nothing is fetched."""

_TOKEN = re.compile(r"[A-Za-z_-]+")
_EOL = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Robots:
    """What one origin's robots.txt says to one product token."""

    rules: tuple[tuple[Pattern, bool], ...] = ()
    """(pattern, whether it allows)."""
    delay: float | None = None
    """Crawl-delay in seconds, as written."""
    sitemaps: tuple[str, ...] = ()
    usages: tuple[tuple[Pattern, str], ...] = ()
    """(pattern, preferences) of Content-Usage and Content-Signal; see ``radar.politeness.policy.usage``."""
    reachable: bool = True
    """False if the file could not be had: everything is disallowed for now, which is no verdict of the site."""

    def allows(self, url: str) -> bool:
        """Whether ``url`` may be fetched: the longest matching rule decides, Allow wins among equals."""
        if not self.reachable:
            return False
        if spellings(url)[0] == "/robots.txt":
            return True
        return any(deciding) if (deciding := covering(self.rules, url)) else True

    def refused_usage(self, url: str) -> str | None:
        """The usage preference that keeps our use of ``url`` out (the longest matching pattern's), or None."""
        return next((name for value in covering(self.usages, url) if (name := refused_usage(value))), None)


UNREACHABLE = Robots(reachable=False)
EVERYTHING = Robots()


def from_answer(status: int, body: bytes, token: str) -> Robots:
    """What an answer to ``GET /robots.txt`` means (RFC 9309, 2.3.1).

    2xx is read; 4xx (and a chain of more than five redirects, which ends as its last 3xx) means that there is no
    robots.txt; 429 and 5xx mean that it is out of reach for now: nothing may be fetched. 429 is a 4xx to the RFC,
    but a host that asks for fewer requests has not said that all are welcome.
    """
    if status == 429 or status >= 500:
        return UNREACHABLE
    if 200 <= status < 300:
        return parse(body, token)
    return EVERYTHING


@dataclass
class _Group:
    rules: list[tuple[Pattern, bool]] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    usages: list[tuple[Pattern, str]] = field(default_factory=list)


def parse(body: bytes, token: str) -> Robots:
    """Read the groups of a robots.txt that are meant for ``token``, or else those for ``*``.

    Never raises. Groups for the same agent are merged; lines of unknown fields are skipped and end nothing.
    Crawl-delay ends nothing either, as the RFC demands of all that it does not define, with one exception for
    the many files that hold a group of nothing else: a blank line after it does.
    """
    text = body[:MOST_BYTES].decode("utf-8-sig", "replace")
    ours, others = _Group(), _Group()
    named = False
    sitemaps: list[str] = []
    current: list[_Group] = []
    naming = delayed = False
    for line in _EOL.split(text):
        name, colon, value = line.partition("#")[0].partition(":")
        if not colon:
            naming = naming and not (delayed and not line.strip())
            continue
        key, value = name.strip().lower(), value.strip()
        if key == "user-agent":
            if not naming:
                current = []
            naming, delayed = True, False
            agent = _TOKEN.match(value)
            if value == "*" or value[:2] in {"* ", "*\t"}:
                current.append(others)
            elif agent is not None and agent[0].lower() == token.lower():
                named = True
                current.append(ours)
        elif key in {"allow", "disallow"}:
            naming = False
            if value:
                rule = (Pattern.of(value), key == "allow")
                for group in current:
                    group.rules.append(rule)
        elif key == "sitemap" and value:
            sitemaps.append(value)
        elif key == "crawl-delay":
            delayed = True
            seconds = _seconds(value)
            for group in current:
                group.delays += [] if seconds is None else [seconds]
        elif key in {"content-usage", "content-signal"} and value:
            naming = False
            usage = _usage(value)
            for group in current:
                group.usages.append(usage)
    chosen = ours if named else others
    return Robots(
        rules=tuple(dict.fromkeys(chosen.rules)),
        delay=max(chosen.delays, default=None),
        sitemaps=tuple(dict.fromkeys(sitemaps)),
        usages=tuple(dict.fromkeys(chosen.usages)),
    )


def origin(url: str) -> str:
    """``scheme://host:port`` of a URL, the port always written: a robots.txt holds for exactly this.

    Raises ValueError if ``url`` has no host or an impossible port.
    """
    parts = urlsplit(url)
    if not parts.hostname:
        raise ValueError(f"{url!r} has no host")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def product_token(user_agent: str) -> str:
    """The product token of a User-Agent header: what a robots.txt calls us."""
    match = _TOKEN.match(user_agent.strip())
    return match[0] if match else "*"


def _seconds(value: str) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _usage(value: str) -> tuple[Pattern, str]:
    """``[path] preferences``: the path is optional and means everything."""
    if value.startswith(("/", "*")):
        path, _, preference = value.partition(" ")
        return Pattern.of(path), preference.strip()
    return Pattern.of("/"), value
