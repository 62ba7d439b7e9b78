"""From an address to a ``[[source]]`` entry: which pages to look at, and what to make of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from radar.errors import ExtractionError
from radar.extract.feed import feeds_of
from radar.extract.feed_document import read_feed
from radar.extract.html import language as language_of
from radar.extract.html import metas
from radar.extract.page import Board, Context, Extraction, Link, LinkKind, Page, Site, Software, Way
from radar.extract.registry import SOFTWARE
from radar.extract.urls import absolute, canonical, host, origin, under
from radar.model import Post, Source
from radar.recognise.marks import LIKELY, Recognition, recognise
from radar.recognise.zones import learn_zone

Answers = Mapping[str, Page | None]
"""By the address asked for; None where nothing came."""

MOST_PROBES = 12
"""Requests that looking at an address may cost."""
_FAR = "Asia/Tokyo"
"""A zone in which a local time is surely another moment than in UTC."""
_ZONES = {"de": "Europe/Berlin", "at": "Europe/Vienna", "ch": "Europe/Zurich"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What ``radar add`` shows, and writes if told to."""

    source: Source | None
    """None if nothing that could be read was found; ``tried`` says what was looked for."""
    software: str = ""
    version: str = ""
    way: Way | None = None
    confidence: float = 0.0
    evidence: tuple[str, ...] = ()
    boards: tuple[Board, ...] = ()
    feeds: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    """Other software that the signs fit, likeliest first."""
    opt_outs: tuple[str, ...] = ()
    """What the pages themselves say against being read (``noindex``, ``noai``, ...); robots.txt is asked elsewhere."""
    posts: int = 0
    """Posts that could be read from the sample pages: the proof that it works."""
    threads: int = 0
    """Threads that the first listing names."""
    reasons: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()


def plan(url: str, answers: Answers) -> tuple[str, ...]:
    """Addresses still worth fetching; empty when ``conclude`` knows enough.

    First the address itself, then what the likely software names (``Software.probes``), its first listing and one
    thread of it; of unknown sites the home page, a feed and one likely thread.
    """
    start = canonical(url)
    if not start or len(answers) >= MOST_PROBES:
        return ()
    for wanted in (_first(start), _second(start, answers), _listing(start, answers), _thread(start, answers)):
        missing = tuple(dict.fromkeys(each for each in wanted if each and each not in answers))
        if missing:
            return missing[: MOST_PROBES - len(answers)]
    return ()


def _first(start: str) -> list[str]:
    return [start]


def _second(start: str, answers: Answers) -> list[str]:
    pages = _pages(answers)
    best = _best(answers)
    if best and best.software.name not in _FORMATS:
        wanted = [under(best.base_url, probe) for probe in best.software.probes]
        if best.software.way is Way.HTML:  # a feed tells the zone of the times on the pages
            wanted.extend(address for page in pages if _is_html(page) for address, _ in feeds_of(page)[:1])
        return wanted[:4]
    wanted = [origin(start)]
    for page in pages:
        feed = read_feed(page)
        if feed is not None:
            wanted.append(absolute(page.url, feed.link))
        else:
            wanted.extend(address for address, _ in feeds_of(page)[:1])
    return wanted


def _listing(start: str, answers: Answers) -> list[str]:
    source, software = _source(start, answers)
    return [link.url for link in software.entries(source)[:1]] if software and source else []


def _thread(start: str, answers: Answers) -> list[str]:
    if _read(start, answers, feeds=False).posts:
        return []
    threads = _threads(start, answers)
    told = {post.title.casefold() for post in _feed_posts(start, answers)}
    in_feed = [link for link in threads if link.carry.get("title", "").casefold() in told]
    return [link.url for link in (in_feed or threads)[:1]]


_FORMATS = frozenset({"feed", "qapage", "generic"})


def _pages(answers: Answers) -> list[Page]:
    return [page for page in answers.values() if page is not None and page.status < 400]


def _best(answers: Answers) -> Recognition | None:
    ranked = [each for each in recognise(_pages(answers)) if each.weight >= LIKELY - 2]
    own = [each for each in ranked if each.software.name not in _FORMATS and each.weight >= LIKELY]
    return own[0] if own else (ranked[0] if ranked else None)


def _source(start: str, answers: Answers) -> tuple[Source | None, Software | None]:
    """The source and the software to read it with, as far as they can be told now."""
    pages = _pages(answers)
    best = _best(answers)
    if best and best.software.name not in _FORMATS:
        keep = best.software.way is Way.API
        return _entry(start, start if keep else best.base_url, best.software, pages), best.software
    first = answers.get(start)
    if first is not None and read_feed(first) is not None:
        return _entry(start, canonical(first.url), SOFTWARE["feed"], pages), SOFTWARE["feed"]
    if best and best.software.name == "qapage":
        return _entry(start, start, best.software, pages), best.software
    if best and best.software.name == "generic":
        return _entry(start, start, SOFTWARE["generic"], pages), SOFTWARE["generic"]
    for page in pages:
        for address, _ in feeds_of(page)[:1]:
            probe = answers.get(address)
            if address not in answers or (probe is not None and read_feed(probe) is not None):
                return _entry(start, address, SOFTWARE["feed"], pages), SOFTWARE["feed"]
    return (_entry(start, start, SOFTWARE["generic"], pages), SOFTWARE["generic"]) if pages else (None, None)


def _entry(start: str, url: str, software: Software, pages: list[Page]) -> Source:
    site = _site(software, url, pages)
    language = (site.language if site else "") or next(filter(None, (_language(page) for page in pages)), "")
    zone = (site.timezone if site else "") or _zone(start, language)
    return Source(
        name=re.sub(r"[^a-z0-9]+", "-", host(start).removeprefix("www.")).strip("-") or "source",
        url=url,
        channel=software.channel,
        software=software.name,
        timezone=zone,
        language=language.split("-")[0].lower(),
        full_text=False,
    )


def _site(software: Software, base: str, pages: list[Page]) -> Site | None:
    """What the pages tell of the installation, joined."""
    if software.describe is None:
        return None
    told: list[Site] = []
    for page in pages:
        try:
            if site := software.describe(page, base):
                told.append(site)
        except (ExtractionError, ValueError, LookupError, TypeError, AttributeError):
            continue
    if not told:
        return None
    boards: dict[str, Board] = {}
    for site in told:
        for board in site.boards:
            boards.setdefault(board.id, board)
    return Site(
        base_url=base,
        version=next(filter(None, (site.version for site in told)), ""),
        boards=tuple(boards.values()),
        feeds=tuple(dict.fromkeys(feed for site in told for feed in site.feeds)),
        timezone=next(filter(None, (site.timezone for site in told)), ""),
        language=next(filter(None, (site.language for site in told)), ""),
    )


def _language(page: Page) -> str:
    if page.text[:500].lstrip("\ufeff \t\r\n").startswith("{"):
        return ""
    feed = read_feed(page)
    return feed.language if feed is not None else language_of(page.tree)


def _zone(start: str, language: str) -> str:
    """A guess: the country of the domain, else of the language; "" (UTC) where neither tells."""
    return _ZONES.get(host(start).rsplit(".", 1)[-1]) or _ZONES.get(language.split("-")[0].lower(), "")


def _feed_posts(start: str, answers: Answers) -> tuple[Post, ...]:
    """Posts of the feeds in hand, read as feeds of any site."""
    posts: list[Post] = []
    for page in _pages(answers):
        if read_feed(page) is not None:
            posts.extend(SOFTWARE["feed"].extract(page, Context(source="feed")).posts)
            source, software = _source(start, answers)
            if source and software and software.name != "feed":
                with suppress(ExtractionError):
                    posts.extend(software.extract(page, Context.of(source)).posts)
    return tuple(posts)


def _learned(start: str, answers: Answers, source: Source) -> str:
    """The zone of times on pages, from a feed that has the same posts; "" if that cannot be told."""
    feed = _feed_posts(start, answers)
    if not feed:
        return ""
    pages = _read(start, answers, feeds=False, timezone="UTC").posts
    elsewhere = _read(start, answers, feeds=False, timezone=_FAR).posts
    # A time that says its zone is the same wherever the site is thought to be, and teaches nothing.
    local = [
        post for post, other in zip(pages, elsewhere, strict=True) if post.created_at != other.created_at
    ]
    return learn_zone(feed, local, source.timezone)


def _read(start: str, answers: Answers, *, feeds: bool = True, timezone: str = "") -> Extraction:
    """Everything that the software reads from the pages in hand, with or without feeds."""
    source, software = _source(start, answers)
    posts, links = {}, {}
    if source and software:
        source = replace(source, timezone=timezone or source.timezone)
        for page in _pages(answers):
            if not feeds and read_feed(page) is not None:
                continue
            try:
                found = software.extract(page, Context.of(source))
            except ExtractionError:
                continue
            if found.login_wall or found.missing:
                continue
            posts.update({post.external_id: post for post in found.posts})
            links.update({link.url: link for link in found.links})
    return Extraction(posts=tuple(posts.values()), links=tuple(links.values()))


def _threads(start: str, answers: Answers) -> list[Link]:
    links = _read(start, answers).links
    return [link for link in links if link.kind is LinkKind.THREAD] or [
        link for link in links if link.kind is LinkKind.BOARD
    ]


def conclude(url: str, answers: Answers) -> Proposal:
    """What to make of the pages that ``plan`` asked for. Never raises."""
    start = canonical(url)
    tried = _tried(start, answers)
    source, software = _source(start, answers) if start else (None, None)
    if source is None or software is None:
        return Proposal(source=None, tried=tried)
    pages = _pages(answers)
    ranked = recognise(pages)
    own = next((each for each in ranked if each.software is software), None)
    site = _site(software, source.url, pages)
    learned = _learned(start, answers, source) if software.way is Way.HTML else ""
    if learned and learned != source.timezone and not (site and site.timezone):
        source = replace(source, timezone=learned)
    read = _read(start, answers)
    threads = sum(1 for link in read.links if link.kind is LinkKind.THREAD)
    boards = sum(1 for link in read.links if link.kind is LinkKind.BOARD)
    feeds = [address for page in pages if _is_html(page) for address, _ in feeds_of(page)]
    if software.name in {"generic", "qapage"} and not read.posts and threads < 3:
        return Proposal(source=None, feeds=tuple(dict.fromkeys(feeds)), tried=tried)
    return Proposal(
        source=source,
        software=software.name,
        version=(own.version if own else "") or (site.version if site else ""),
        way=software.way,
        confidence=own.confidence if own else 0.3,
        evidence=own.evidence if own else (),
        boards=site.boards if site else (),
        feeds=tuple(dict.fromkeys((*(site.feeds if site else ()), *feeds))),
        alternatives=tuple(each.software.name for each in ranked if each.software is not software),
        opt_outs=_opt_outs(pages),
        posts=len(read.posts),
        threads=threads,
        reasons=_reasons(software, own, source, site, learned, len(read.posts), threads, boards),
        tried=tried,
    )


def _is_html(page: Page) -> bool:
    return page.text[:500].lstrip("\ufeff \t\r\n")[:1] == "<"


def _reasons(
    software: Software,
    own: Recognition | None,
    source: Source,
    site: Site | None,
    learned: str,
    posts: int,
    threads: int,
    boards: int,
) -> tuple[str, ...]:
    told = []
    if software.name in _FORMATS:
        told.append(
            {
                "feed": "No software was recognised that offers more, so the feed is read.",
                "qapage": "No software was recognised, but pages mark their questions for search engines.",
                "generic": "No software and no feed was recognised; posts are told by their looks, so check them.",
            }[software.name]
        )
    elif own:
        told.append(f"{software.name} was recognised by its {', '.join(own.evidence[:3])}.")
    told.append(
        {
            Way.API: "Its public interface is the most reliable way in.",
            Way.JSON: "Its JSON holds every post with its id and time, which pages do not show as well.",
            Way.FEED: "A feed costs one request a visit.",
            Way.STRUCTURED: "Marked data is made to be read by machines.",
            Way.HTML: "It offers no complete interface, so its pages are read.",
        }[software.way]
    )
    if source.timezone:
        if site is not None and site.timezone == source.timezone:
            how = "the site says so"
        else:
            how = "its feed and its pages agree on it" if learned == source.timezone else "guessed, check it"
        told.append(f"Time zone {source.timezone}: {how}.")
    if posts:
        told.append(f"{posts} posts could be read from the pages looked at.")
    elif threads or boards:
        told.append(f"{threads} threads and {boards} boards were found.")
    else:
        told.append("Nothing could be read yet: the site may be empty, or ask for a login.")
    if software.note:
        told.append(software.note)
    return tuple(told)


def _opt_outs(pages: list[Page]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for page in pages:
        for where, value in (
            ("X-Robots-Tag", page.headers.get("x-robots-tag", "")),
            ("tdm-reservation", page.headers.get("tdm-reservation", "")),
            ("meta robots", metas(page.tree).get("robots", "") if _is_html(page) else ""),
            ("meta tdm-reservation", metas(page.tree).get("tdm-reservation", "") if _is_html(page) else ""),
        ):
            if re.search(r"\b(?:none|noindex|noai|noimageai)\b", value, re.IGNORECASE) or (
                "tdm" in where and value.strip() == "1"
            ):
                found[f"{where}: {value[:60]} ({page.url})"] = None
    return tuple(found)


def _tried(start: str, answers: Answers) -> tuple[str, ...]:
    if not start:
        return ("the address is not one of a web page",)
    told = []
    for address, page in answers.items():
        if page is None:
            told.append(f"{address}: no answer")
        elif page.status >= 400:
            told.append(f"{address}: status {page.status}")
        else:
            told.append(f"{address}: {_content(page)}")
    known = len(SOFTWARE) - len(_FORMATS)
    told.append(f"signs of {known} kinds of software, schema.org data, feeds, blocks that look like posts")
    return tuple(told)


def _content(page: Page) -> str:
    if read_feed(page) is not None:
        return "a feed"
    return "a page" if _is_html(page) else "neither a page nor a feed"
