"""Times as sites show them, to aware UTC.

Machine formats (ISO 8601, RFC 822, seconds and milliseconds since 1970) and what people read, German and
English: ``Heute, 14:05``, ``vor 3 Stunden``, ``Mo 23. Nov 2026``, ``May 16, 2023, 5:36 a.m.``. Pure: the time
of the fetch and the site's zone come in. All patterns are linear and inputs are cut to 120 characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from radar.model import Problem

EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
"""Nothing public was posted before; older times are errors of the site."""
FUTURE = timedelta(days=2)
"""How far after the fetch a time may lie: wrong zones make hours, never more than a day."""

_MAX = 120
_SPACES = re.compile(r"[\s\u00a0\u2000-\u200f\u202f\u205f\u3000,]+")

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner jaenner jän",
            "february feb februar feber",
            "march mar märz mär mrz maerz",
            "april apr",
            "may mai",
            "june jun juni",
            "july jul juli",
            "august aug",
            "september sep sept",
            "october oct oktober okt",
            "november nov",
            "december dec dezember dez",
        ),
        1,
    )
    for name in names.split()
}
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday mon montag mo",
            "tuesday tue tues dienstag di",
            "wednesday wed mittwoch mi",
            "thursday thu thur thurs donnerstag do",
            "friday fri freitag fr",
            "saturday sat samstag sonnabend sa",
            "sunday sun sonntag so",
        )
    )
    for name in names.split()
}
_DAYS_AGO = {"today": 0, "heute": 0, "yesterday": 1, "gestern": 1, "vorgestern": 2}
_UNITS = {
    name: seconds
    for seconds, names in (
        (1, "second seconds sec secs s sekunde sekunden sek"),
        (60, "minute minutes min mins m minuten"),
        (3600, "hour hours hr hrs h stunde stunden std"),
        (86400, "day days d tag tage tagen"),
        (604800, "week weeks w wk wks woche wochen"),
        (2629800, "month months mo mon monat monate monaten"),
        (31557600, "year years yr yrs y jahr jahre jahren"),
    )
    for name in names.split()
}
_ONE = frozenset({"a", "an", "one", "ein", "eine", "einer", "einem"})
_ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "west": 60, "bst": 60,
    "cet": 60, "mez": 60, "cest": 120, "mesz": 120, "eet": 120, "eest": 180, "oez": 120,
    "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
}  # fmt: skip

_ISO = re.compile(
    r"(-?\d{4,6})-(\d{1,2})-(\d{1,2})"
    r"(?:[t .]{1,2}(\d{1,2}):(\d{2})(?::(\d{2})(?:[.:]\d{1,9})?)?)?"
    r" ?(z|utc|gmt|[+-]\d{2}:?\d{2}|[+-]\d{2})?(?: [+-]\d{4}| [a-z]{3,4})?\Z"
)
_TIME = re.compile(
    r"(?<![\d.:/-])(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?: ?([ap])\.?m\b\.?| uhr\b)?(?![\d:])"
)
_HOUR = re.compile(r"(?<![\d.:/-])(\d{1,2}) ?(?:([ap])\.?m\b\.?|(?:uhr|h)\b)")
_DOTTED_TIME = re.compile(r"(?<![\d.:/-])(\d{1,2})\.(\d{2}) uhr\b")
_NAMED_TIME = re.compile(r"\b(noon|midnight|mittag|mitternacht)\b")
_OFFSET = re.compile(r"(?:(?<=\s)|(?<=utc)|(?<=gmt))([+-])(\d{2}):?(\d{2})?(?![\d./-])")
_ZONE_NAME = re.compile(
    r"\b(" + "|".join(sorted((name for name in _ZONES if name != "z"), key=len, reverse=True)) + r")\b"
)
_NUMERIC = re.compile(r"(?<![\d.:/-])(\d{1,4})([./-]) ?(\d{1,2})\2 ?(\d{2,4})(?![\d:/-])")
_DAY_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[. -]{1,2}(?:of )?([a-zäöü]{3,9})\b\.?[ -]?(?:'?(\d{4}|\d{2})(?![\d:]))?"
)
_MONTH_DAY = re.compile(
    r"\b([a-zäöü]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?(?![\d:.])\.?(?: (?:'?(\d{4}|\d{2})(?![\d:])))?"
)
_RELATIVE = re.compile(r"(\d{1,6}|\b(?:an?|one|eine[rm]?|ein)\b) ?([a-z]{1,8})\b\.?")
_AGO = re.compile(r"\bago\b|\b(?:vor|seit)\b")
_NOW = re.compile(
    r"\b(?:just now|right now|now|gerade eben|gerade|soeben|eben|jetzt|moments? ago|vor einem moment|vor kurzem)\b"
)
_WORD = re.compile(r"[a-zäöü]+")


def zone(name: str) -> tzinfo:
    """A zone by its IANA name; UTC where there is none of that name."""
    return ZoneInfo(name) if known(name) else UTC


def known(name: str) -> bool:
    """Whether there is a zone of this IANA name."""
    try:
        return bool(name) and bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def prefers_day_first(language: str) -> bool | None:
    """Whether 05/06/2026 is the 5th of June in a language; None where that is not known."""
    tag = language.lower().replace("_", "-")
    if not tag or tag == "en":
        return None
    if tag.startswith("en-"):
        return tag not in {"en-us", "en-ph"}
    return not tag.startswith(("ja", "zh", "ko", "hu"))


def order_of(texts: Iterable[str]) -> bool | None:
    """What a page's numeric dates say about their order: True = day first, False = month first, None = nothing."""
    for text in texts:
        match = _NUMERIC.search(text[:_MAX])
        if match and len(match[1]) <= 2:
            if int(match[1]) > 12:
                return True
            if int(match[3]) > 12:
                return False
    return None


class Dates:
    """Reads the times of one page, and collects what could not be."""

    def __init__(
        self,
        url: str,
        fetched_at: datetime,
        timezone: str = "UTC",
        language: str = "",
        day_first: bool | None = None,
    ) -> None:
        """``timezone``: IANA name, for times without a zone; ``day_first``: order of 05/06/2026."""
        self.url = url
        self.fetched_at = fetched_at.astimezone(UTC)
        self.zone = zone(timezone)
        self.day_first = prefers_day_first(language) if day_first is None else day_first
        self.problems: list[Problem] = []

    def settle(self, texts: Iterable[str]) -> None:
        """Learn the order of day and month from all dates of the page, if one of them is unambiguous."""
        learned = order_of(texts)
        if learned is not None:
            self.day_first = learned

    def read(self, text: str | None) -> datetime | None:
        """A time in UTC; None where there is none, with a problem if there is a text that should be one."""
        if not text or not text.strip():
            return None
        try:
            found = self._read(_SPACES.sub(" ", text[:_MAX]).strip().lower())
        except (ValueError, OverflowError):
            found = None
        if found is None:
            self._refuse(text, "a date that cannot be read")
            return None
        return self._checked(found, text)

    def epoch(self, value: Any) -> datetime | None:
        """Seconds, milliseconds or microseconds since 1970."""
        if value is None or value == "" or isinstance(value, bool):
            return None
        try:
            number = float(value)
            for _ in range(2):
                number = number / 1000 if abs(number) > 1e11 else number
            found = datetime.fromtimestamp(number, UTC)
        except (ValueError, TypeError, OverflowError, OSError):
            self._refuse(str(value), "a date that cannot be read")
            return None
        return self._checked(found, str(value))

    def _checked(self, found: datetime, text: str) -> datetime | None:
        if not EARLIEST <= found <= self.fetched_at + FUTURE:
            self._refuse(text, "a date that cannot be right")
            return None
        return found

    def _refuse(self, text: str, what: str) -> None:
        if len(self.problems) < 20:
            self.problems.append(Problem(self.url, what, text.strip()[:80]))

    def _read(self, text: str) -> datetime | None:
        match = _ISO.match(text)
        if match:
            return self._iso(match)
        if text.isdecimal() and 9 <= len(text) <= 16:
            return self.epoch(text)
        clock, rest = _split_clock(text)
        offset, rest = _split_zone(rest)
        day = self._named_day(rest)
        if day is None:
            day = self._numeric_day(rest)
        if day is not None:
            return self._moment(day, clock, offset)
        if _AGO.search(text):
            return self._ago(text)
        day = self._spoken_day(rest)
        if day is not None:
            return self._moment(day, clock, offset)
        if _NOW.search(text):
            return self.fetched_at.replace(microsecond=0)
        if clock is not None and not _WORD.sub("", rest).strip(" .-") and not _WORD.search(rest):
            return self._moment(self._today(), clock, offset)
        return None

    def _today(self) -> date:
        return self.fetched_at.astimezone(self.zone).date()

    def _moment(self, day: date, clock: time | None, offset: tzinfo | None) -> datetime:
        """Local time to UTC. In a gap the offset before it counts, of an hour that comes twice the first one."""
        local = datetime.combine(day, clock or time(), offset or self.zone)
        return local.astimezone(UTC)

    def _iso(self, match: re.Match[str]) -> datetime | None:
        year, month, day = int(match[1]), int(match[2]), int(match[3])
        hour, extra = int(match[4] or 0), timedelta()
        if hour == 24:
            hour, extra = 0, timedelta(days=1)
        clock = time(hour, int(match[5] or 0), min(int(match[6] or 0), 59))
        mark = match[7]
        offset: tzinfo | None = None
        if mark:
            offset = timezone(timedelta(minutes=_ZONES[mark])) if mark in _ZONES else _fixed(mark)
        return self._moment(date(year, month, day), clock, offset) + extra

    def _named_day(self, text: str) -> date | None:
        for pattern, day_group, month_group in ((_DAY_MONTH, 1, 2), (_MONTH_DAY, 2, 1)):
            for match in pattern.finditer(text):
                month = _MONTHS.get(match[month_group])
                if month:
                    return self._with_year(int(match[day_group]), month, match[3])
        return None

    def _with_year(self, day: int, month: int, year: str | None) -> date:
        if year:
            return date(_full_year(year), month, day)
        today = self._today()
        for candidate in range(today.year, today.year - 8, -1):
            try:
                found = date(candidate, month, day)
            except ValueError:
                continue
            if found <= today + timedelta(days=1):
                return found
        raise ValueError("no such day")

    def _numeric_day(self, text: str) -> date | None:
        match = _NUMERIC.search(text)
        if not match:
            return None
        one, two, three = match[1], match[3], match[4]
        if len(one) == 4:
            return date(int(one), int(two), int(three))
        if len(one) == 3 or len(three) == 3:
            raise ValueError("a year of three digits")
        first, second, year = int(one), int(two), _full_year(three)
        if match[2] == "." or first > 12:
            return date(year, second, first)
        if second > 12 or not self.day_first:
            other = (second, first) if second <= 12 and self.day_first is None else None
            found = date(year, first, second)
        else:
            other, found = None, date(year, second, first)
        if other and found > self._today() + timedelta(days=1):
            return date(year, other[0], other[1])
        return found

    def _spoken_day(self, text: str) -> date | None:
        for word in _WORD.findall(text):
            if word in _DAYS_AGO:
                return self._today() - timedelta(days=_DAYS_AGO[word])
        for word in _WORD.findall(text):
            if word in _WEEKDAYS:
                today = self._today()
                return today - timedelta(days=(today.weekday() - _WEEKDAYS[word]) % 7 or 7)
        return None

    def _ago(self, text: str) -> datetime | None:
        seconds, largest = 0, 0
        for match in _RELATIVE.finditer(text):
            unit = _UNITS.get(match[2], 0)
            if unit:
                seconds += (1 if match[1] in _ONE else int(match[1])) * unit
                largest = max(largest, unit)
        if not largest:
            return self.fetched_at.replace(microsecond=0) if _NOW.search(text) else None
        found = self.fetched_at - timedelta(seconds=seconds)
        # Told to the unit, so stored to the unit below: the same post reads the same a moment later.
        return found.replace(second=0, microsecond=0) if largest > 1 else found.replace(microsecond=0)


def _full_year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) > 2 else year + (1900 if year >= 70 else 2000)


def _split_clock(text: str) -> tuple[time | None, str]:
    """The time of day, and the text without it."""
    for pattern in (_TIME, _DOTTED_TIME, _HOUR):
        match = pattern.search(text)
        if match:
            groups = match.groups()
            hour = int(groups[0])
            minute = int(groups[1]) if pattern is not _HOUR else 0
            second = int(groups[2] or 0) if pattern is _TIME else 0
            half = groups[-1] if pattern is not _DOTTED_TIME else None
            if half:
                hour = hour % 12 + (12 if half == "p" else 0)
            if hour == 24 and not minute:
                hour = 0
            return time(hour, minute, min(second, 59)), text[: match.start()] + " " + text[match.end() :]
    match = _NAMED_TIME.search(text)
    if match:
        noon = match[1] in {"noon", "mittag"}
        return time(12 if noon else 0), text[: match.start()] + " " + text[match.end() :]
    return None, text


def _split_zone(text: str) -> tuple[tzinfo | None, str]:
    """The zone, and the text without it."""
    match = _OFFSET.search(text)
    if match:
        return _fixed(match[0]), text[: match.start()] + " " + text[match.end() :]
    match = _ZONE_NAME.search(text)
    if match:
        return timezone(timedelta(minutes=_ZONES[match[1]])), text[: match.start()] + " " + text[
            match.end() :
        ]
    return None, text


def _fixed(mark: str) -> timezone:
    """A zone from ``+01:00``, ``+0100`` or ``+01``."""
    digits = mark[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:4] or 0)
    if minutes >= 1440:
        raise ValueError("an impossible offset")
    return timezone(timedelta(minutes=-minutes if mark[0] == "-" else minutes))
