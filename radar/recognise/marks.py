"""The signs by which software is told, and their weighing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from radar.extract.feed_document import read_feed
from radar.extract.html import metas
from radar.extract.page import Mark, Page, Software
from radar.extract.registry import SOFTWARE
from radar.extract.schema_org import posts_marked, types_of
from radar.extract.urls import origin

SURE = 10
"""Weight from which one sign is enough."""
LIKELY = 8
"""Weight from which a page is read as the software's without asking."""
_SOURCE = 200_000
"""Characters of a page's source that are searched."""
_COOKIE = re.compile(r"(?:^|[,\n]\s*)([^=;,\s]+)=")
_GENERATOR = re.compile(r"<meta[^>]+name=[\"']?generator", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Recognition:
    """A software that may run at an address."""

    software: Software
    base_url: str
    """Where it is installed."""
    weight: int
    version: str = ""
    evidence: tuple[str, ...] = ()
    """One short phrase for each sign, for people."""

    @property
    def confidence(self) -> float:
        """0 to 1: 1 from the weight of one sure sign."""
        return min(1.0, self.weight / SURE)


def recognise(pages: Iterable[Page]) -> list[Recognition]:
    """What may have made these pages, likeliest first; signs of several pages add up, each counts once."""
    found: dict[str, Recognition] = {}
    for page in pages:
        for recognition in _of_page(page):
            known = found.get(recognition.software.name)
            if known is None:
                found[recognition.software.name] = recognition
                continue
            fresh = [each for each in recognition.evidence if each not in known.evidence]
            found[recognition.software.name] = Recognition(
                recognition.software,
                # Of two pages that are sure the first one tells: it is nearer to what was asked for.
                known.base_url if known.weight >= min(recognition.weight, SURE) else recognition.base_url,
                max(known.weight, recognition.weight) + (2 * len(fresh)),
                known.version or recognition.version,
                (*known.evidence, *fresh),
            )
    return sorted(found.values(), key=lambda each: -each.weight)


def identify(page: Page) -> Software | None:
    """The software whose page this is, a shared format where no software is told; None if nothing fits."""
    ranked = recognise([page])
    return ranked[0].software if ranked and ranked[0].weight >= LIKELY else None


def by_address(url: str) -> Recognition | None:
    """What an address alone tells: sites that are one of a kind, such as Hacker News; None for most addresses."""
    found = [
        Recognition(software, base_of(software, url), mark.weight, "", (_phrase(mark, match[0]),))
        for software in SOFTWARE.values()
        for mark in software.marks
        if mark.where == "url" and (match := _compiled(mark.pattern).search(url))
    ]
    best = max(found, key=lambda each: each.weight, default=None)
    return best if best and best.weight >= SURE else None


def off_by_default(url: str, software: str = "") -> Software | None:
    """The software of a source that is not read before its owner says so (``Software.off``), else None."""
    named = SOFTWARE.get(software)
    if named is not None and named.off:
        return named
    told = by_address(url)
    return told.software if told and told.software.off else None


def base_of(software: Software, url: str) -> str:
    """Where a software is installed, from any address of the site."""
    return software.base_url(url) if software.base_url else origin(url)


def _of_page(page: Page) -> list[Recognition]:
    source = page.text[:_SOURCE]
    generator = metas(page.tree).get("generator", "") if _GENERATOR.search(source) else ""
    headers = "\n".join(f"{name}: {value}" for name, value in page.headers.items())
    cookies = "\n".join(_COOKIE.findall(page.headers.get("set-cookie", "")))
    where = {"generator": generator, "header": headers, "cookie": cookies, "html": source, "url": page.url}
    found = []
    for software in SOFTWARE.values():
        weight, version, evidence = 0, "", []
        for mark in software.marks:
            match = _compiled(mark.pattern).search(where[mark.where]) if where[mark.where] else None
            if match:
                weight += mark.weight
                version = version or (match.groupdict().get("version") or "")
                evidence.append(_phrase(mark, match[0]))
        if weight:
            base = (software.base_told(page) if software.base_told else "") or base_of(software, page.url)
            found.append(Recognition(software, base, weight, version, tuple(evidence)))
    return [*found, *_formats(page)]


def _formats(page: Page) -> list[Recognition]:
    """Formats that tell themselves: lighter than any software's own sign, so that software comes first."""
    start = page.text[:2000].lstrip("\ufeff \t\r\n")
    if start.startswith(("<?xml", "<rss", "<feed", "<rdf", "{")) and read_feed(page) is not None:
        return [Recognition(SOFTWARE["feed"], page.url, LIKELY, "", ("the page is a feed",))]
    if start.startswith("<") and posts_marked(page.tree):
        kinds = types_of(page)
        if kinds & {"QAPage", "Question"}:
            return [
                Recognition(SOFTWARE["qapage"], origin(page.url), LIKELY - 1, "", ("schema.org questions",))
            ]
        return [
            Recognition(SOFTWARE["generic"], origin(page.url), LIKELY - 2, "", ("schema.org discussions",))
        ]
    return []


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.MULTILINE)


def _phrase(mark: Mark, text: str) -> str:
    names = {
        "generator": "generator",
        "header": "header",
        "cookie": "cookie",
        "html": "source",
        "url": "address",
    }
    return f"{names[mark.where]}: {' '.join(text.split())[:80]}"
