"""robots.txt as RFC 9309 reads it: groups, longest match, and what each answer of the server means.

Written from the RFC rather than around Protego, whose groups end at any unknown line and whose agent names match
parts of a token (docs/decisions/0020). Besides the RFC's records it reads Crawl-delay, Sitemap, and the
preferences that publishers attach to groups: Content-Usage (IETF AIPREF) and Content-Signal.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

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
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
_EOL = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class _Rule:
    allow: bool
    pattern: str


@dataclass(frozen=True, slots=True)
class Robots:
    """What one origin's robots.txt says to one product token."""

    rules: tuple[_Rule, ...] = ()
    delay: float | None = None
    """Crawl-delay in seconds, as written."""
    sitemaps: tuple[str, ...] = ()
    usages: tuple[tuple[str, str], ...] = ()
    """(path pattern, preference) for each usage that is refused or granted; see ``radar.politeness.policy.usage``."""
    reachable: bool = True
    """False if the file could not be had: everything is disallowed for now, which is no verdict of the site."""

    def allows(self, url: str) -> bool:
        """Whether ``url`` may be fetched: the longest matching rule decides, Allow wins among equals."""
        if not self.reachable:
            return False
        paths = _paths(url)
        if paths[0] == "/robots.txt":
            return True
        matching = (rule for rule in self.rules if any(_matches(rule.pattern, path) for path in paths))
        best = max(matching, key=lambda rule: (len(rule.pattern), rule.allow), default=None)
        return best is None or best.allow

    def refused_usage(self, url: str) -> str | None:
        """The usage preference that keeps our use of ``url`` out (the longest matching pattern's), or None."""
        paths = _paths(url)
        matching = [usage for usage in self.usages if any(_matches(usage[0], path) for path in paths)]
        if not matching:
            return None
        longest = max(len(pattern) for pattern, _ in matching)
        return next(
            (
                name
                for pattern, value in matching
                if len(pattern) == longest and (name := refused_usage(value))
            ),
            None,
        )


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
    rules: list[_Rule] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    usages: list[tuple[str, str]] = field(default_factory=list)


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
                rule = _Rule(key == "allow", _pattern(value))
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


def capped(robots: Robots, most: float) -> Robots:
    """``robots`` with its Crawl-delay at most ``most`` seconds."""
    return robots if robots.delay is None else replace(robots, delay=min(robots.delay, most))


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


def _usage(value: str) -> tuple[str, str]:
    """``[path] preferences``: the path is optional and means everything."""
    if value.startswith(("/", "*")):
        path, _, preference = value.partition(" ")
        return _pattern(path), preference.strip()
    return "/", value


def _pattern(value: str) -> str:
    """A rule's path in the form that ``_paths`` gives URLs; ``*`` and a final ``$`` keep their meaning."""
    end = "$" if value.endswith("$") else ""
    body = re.sub(r"\*+", "*", value[: len(value) - len(end)])
    return "*".join(_normal(part) for part in body.split("*")) + end


def _paths(url: str) -> tuple[str, ...]:
    """Path and query of a URL as rules see them, and the spellings of the query that count as the same.

    RFC 9309 (2.2.2) compares octets, and takes ``?u=https://a`` and ``?u=https%3A%2F%2Fa`` for equal.
    """
    parts = urlsplit(url)
    path = _normal((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
    head, question, query = path.partition("?")
    if not question:
        return (path,)
    plain = query.replace("%3A", ":").replace("%2F", "/")
    escaped = query.replace(":", "%3A").replace("/", "%2F")
    return tuple(dict.fromkeys((path, f"{head}?{plain}", f"{head}?{escaped}")))


def _normal(text: str) -> str:
    """Unreserved characters bare, everything beyond ASCII escaped, escapes in upper case."""

    def one(match: re.Match[bytes]) -> bytes:
        byte = int(match[1], 16)
        return bytes([byte]) if byte in _UNRESERVED else b"%" + match[1].upper()

    unescaped = _ESCAPE.sub(one, text.encode("utf-8", "surrogatepass"))
    return "".join(chr(b) if 0x20 < b < 0x7F and b not in b"*$" else f"%{b:02X}" for b in unescaped)


def _matches(pattern: str, path: str) -> bool:
    """Whether ``pattern`` matches the beginning of ``path``, in time linear in both."""
    ends = pattern.endswith("$")
    first, *rest = (pattern[:-1] if ends else pattern).split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    if not rest:
        return not ends or at == len(path)
    *middle, last = rest
    for part in middle:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    if ends:
        return len(path) - at >= len(last) and path.endswith(last)
    return path.find(last, at) >= 0
