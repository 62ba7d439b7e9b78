"""What may stand behind a key. Each function returns the value or raises ``ValueError`` with what to do."""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from radar.errors import QueryError
from radar.model import Channel, Kind

Convert = Callable[[Any], Any]

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_DURATION = re.compile(r"(?:\d{1,9}[smhdw]\s*)+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_MAIL = re.compile(r"[^@\s<>()\",;:]+@[^@\s<>()\",;:]+\.[^@\s<>()\",;:]+")
LONGEST_NAME = 80


def suggest(word: str, known: Iterable[str]) -> str:
    """``; did you mean `x`?`` if something is close, else ""."""
    near = difflib.get_close_matches(word.lower(), [*known], 1, 0.6)
    return f"; did you mean `{near[0]}`?" if near else ""


def text(value: Any) -> str:
    """Any text."""
    if not isinstance(value, str):
        raise ValueError(f"must be text in quotes, not {_shown(value)}")
    return value.strip()


def name(value: Any) -> str:
    """A name: one line, not too long."""
    found = text(value)
    if not found or len(found) > LONGEST_NAME or not found.isprintable():
        raise ValueError(f"must be one line of 1 to {LONGEST_NAME} characters")
    return found


def flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false (without quotes), not {_shown(value)}")
    return value


def number(low: float, high: float, what: str = "") -> Convert:
    """A number from ``low`` to ``high``."""

    def convert(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ValueError(f"must be a number from {low:g} to {high:g}{what}, not {_shown(value)}")
        return float(value)

    return convert


def whole(low: int, high: int) -> Convert:
    """A whole number from ``low`` to ``high``."""

    def convert(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"must be a whole number from {low} to {high}, not {_shown(value)}")
        return value

    return convert


def duration(value: Any) -> timedelta:
    """A number and a unit: "15m", "2h", "1d 12h".

    >>> duration("1d 12h")
    datetime.timedelta(days=1, seconds=43200)
    """
    if not isinstance(value, str) or not _DURATION.fullmatch(value.strip()):
        raise ValueError(
            f'must be a number and a unit (s, m, h, d, w), for example "15m", "2h" or "1d", not {_shown(value)}'
        )
    seconds = sum(int(count) * _UNITS[unit] for count, unit in re.findall(r"(\d+)([smhdw])", value))
    if not 1 <= seconds <= 100 * 366 * 86_400:
        raise ValueError("must be between a second and a hundred years")
    return timedelta(seconds=seconds)


def one_of(known: Collection[str], what: str) -> Convert:
    """One of a few words, whatever the case."""

    def convert(value: Any) -> str:
        found = text(value).lower()
        if found not in known:
            raise ValueError(f"“{value}” is no {what} ({', '.join(known)}){suggest(found, known)}")
        return found

    return convert


def channel(value: Any) -> Channel:
    """A channel."""
    return Channel(one_of([channel.value for channel in Channel], "channel")(value))


GERMAN_KINDS = {
    "supportanfrage": Kind.SUPPORT,
    "bezugsquelle": Kind.SOURCING,
    "dienstleister": Kind.PROVIDER,
    "auftrag": Kind.PROVIDER,
    "empfehlung": Kind.RECOMMENDATION,
    "tipps": Kind.TIPS,
    "erfahrungen": Kind.EXPERIENCE,
    "vergleich": Kind.COMPARISON,
    "auskunft": Kind.INFORMATION,
}


def kind(value: Any) -> Kind:
    """A kind of request, by its English or its German name."""
    found = text(value).lower()
    if found in GERMAN_KINDS:
        return GERMAN_KINDS[found]
    known = [kind.value for kind in Kind]
    if found not in known:
        close = suggest(found, [*known, *GERMAN_KINDS])
        raise ValueError(f"“{value}” is no kind of request ({', '.join(known)}){close}")
    return Kind(found)


def language(value: Any) -> str:
    """A language code, for example ``de`` or ``de-AT``."""
    found = text(value)
    if not _LANGUAGE.fullmatch(found):
        raise ValueError(f'must be a language code such as "de" or "en", not {_shown(value)}')
    return found


def zone(value: Any) -> str:
    """A time zone by its IANA name."""
    found = text(value)
    if found not in _zones():
        close = difflib.get_close_matches(found.title(), sorted(_zones()), 1)
        hint = f"; did you mean `{close[0]}`?" if close else ', for example "Europe/Berlin"'
        raise ValueError(f"“{value}” is no time zone{hint}")
    return ZoneInfo(found).key


@cache
def _zones() -> frozenset[str]:
    """All zones; looking for them reads hundreds of files."""
    return frozenset(available_timezones())


def url(value: Any) -> str:
    """An address on the web."""
    found = text(value)
    try:
        parts = urlsplit(found)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"“{found}” is no address: {error}") from None
    if "://" not in found:
        raise ValueError(f"“{found}” must begin with https:// or http://")
    if parts.scheme.lower() not in {"http", "https"}:
        raise ValueError(f"“{found}” must begin with https:// or http://, not {parts.scheme}://")
    if not host or re.search(r"\s", found) or not found.isprintable():
        raise ValueError(
            f"“{found}” is no address: a host such as forum.example.org is missing or has blanks"
        )
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not carry user or password: the radar reads what is public only")
    return found


def contact(value: Any) -> str:
    """Where a site's operator reaches the owner: a mail address or a page."""
    found = text(value)
    if _MAIL.fullmatch(found) and found.isascii():
        return found
    try:
        return url(found) if found.isascii() else _refuse_contact(found)
    except ValueError:
        return _refuse_contact(found)


def _refuse_contact(found: str) -> str:
    raise ValueError(f"must be a mail address or the address of a web page (in ASCII), not “{found}”")


def host(value: Any) -> str:
    """A host, with or without a port; IPv6 with a port in square brackets."""
    found = text(value).lower()
    try:
        parts = urlsplit(f"//{found}" if found.count(":") < 2 or found.startswith("[") else f"//[{found}]")
        ok = bool(parts.hostname) and not parts.path and "@" not in found and not re.search(r"\s", found)
        _ = parts.port
    except ValueError:
        ok = False
    if not ok:
        raise ValueError(f'must be a host such as "127.0.0.1:8080" or "intranet", not {_shown(value)}')
    return found


def board(value: Any) -> str:
    """A board's id or address; ids may be written as numbers."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    found = text(value)
    if not found:
        raise ValueError("must be the id or the address of a board")
    return found


def term(value: Any) -> str:
    """A query in the owner's language."""
    from radar.match import check

    found = text(value)
    try:
        check(found)
    except QueryError as error:
        raise ValueError(f"“{found}”: {error} (character {error.position + 1})") from None
    return found


def software(value: Any) -> str:
    """A software that the radar can read."""
    from radar.extract.registry import SOFTWARE

    return str(one_of(sorted(SOFTWARE), "software that the radar knows")(value))


def file(value: Any) -> Path:
    """A file that exists."""
    found = Path(text(value)).expanduser()
    if not found.exists():
        raise ValueError(f"there is no file {found}")
    return found.resolve()


def is_loopback(address: str) -> bool:
    """Whether an address of the web is on this machine."""
    host = (urlsplit(address).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_private(address: str) -> bool:
    """Whether an address of the web is, as written, one of this machine or of a private network."""
    try:
        return not ipaddress.ip_address(urlsplit(address).hostname or "").is_global
    except ValueError:
        return is_loopback(address)


def _shown(value: Any) -> str:
    shown = (
        f"“{value}”"
        if isinstance(value, str)
        else repr(value).replace("True", "true").replace("False", "false")
    )
    return shown if len(shown) <= 60 else f"{shown[:59]}…"
