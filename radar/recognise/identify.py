"""Which software made a page, by the marks that the software modules list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from radar.extract import Mark, Page, Software
from radar.extract.html import metas, parse
from radar.extract.registry import SOFTWARE

CERTAIN = 10
"""Weight from which marks identify a software."""
LOOKED_AT = 300_000
"""Characters of a page that are searched: what makes a software known stands in the head or soon after."""


def identify(page: Page) -> Software | None:
    """The software with the strongest marks on the page; None if none is certain."""
    seen = surroundings(page)
    weighed = {name: weight(software, seen) for name, software in SOFTWARE.items() if software.marks}
    best = max(weighed, key=weighed.__getitem__, default="")
    return SOFTWARE[best] if best and weighed[best] >= CERTAIN else None


def surroundings(page: Page) -> Mapping[str, str]:
    """What marks are searched in, by ``Mark.where``."""
    source = page.text[:LOOKED_AT]
    is_markup = source.lstrip()[:1] == "<"
    return {
        "generator": metas(parse(source)).get("generator", "") if is_markup else "",
        "header": "\n".join(f"{name}: {value}" for name, value in page.headers.items()),
        "cookie": page.headers.get("set-cookie", ""),
        "html": source,
        "url": page.url,
    }


def weight(software: Software, seen: Mapping[str, str]) -> int:
    """Sum of the weights of those of the software's marks that are there."""
    return sum(mark.weight for mark in software.marks if _search(mark, seen))


def version(software: Software, seen: Mapping[str, str]) -> str:
    """The version that a mark names, "" if none does."""
    found = [match for mark in software.marks if (match := _search(mark, seen))]
    return next((match["version"] for match in found if match.groupdict().get("version")), "")


def _search(mark: Mark, seen: Mapping[str, str]) -> re.Match[str] | None:
    return _pattern(mark.pattern).search(seen[mark.where])


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.MULTILINE)
