"""From an address to a ``[[source]]`` entry: which pages to look at, and what to make of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from radar.extract.feed import feeds_of
from radar.extract.feed_document import read_feed
from radar.extract.page import Board, LinkKind, Page, Site, Software, Way
from radar.extract.registry import SOFTWARE
from radar.extract.urls import absolute, canonical, origin, under
from radar.model import Source
from radar.recognise.marks import Recognition, by_address, recognise
from radar.recognise.site import (
    FORMATS,
    Answers,
    OptOut,
    feed_posts,
    is_html,
    learned_zone,
    likeliest,
    read_all,
    reservations_of,
    site_of,
    source_of,
    threads_of,
    usable,
    way_of,
)

MOST_PROBES = 12
"""Requests that looking at an address may cost."""


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
    """What the pages that the source reads say against it (``noindex``, ``noai``, ...), as far as it was heard."""
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
    told = by_address(start)
    if told and told.software.off:  # not even looked at before its owner says so
        return ()
    for wanted in (_first(start), _second(start, answers), _listing(start, answers), _thread(start, answers)):
        missing = tuple(dict.fromkeys(each for each in wanted if each and each not in answers))
        if missing:
            return missing[: MOST_PROBES - len(answers)]
    return ()


def _first(start: str) -> list[str]:
    return [start]


def _second(start: str, answers: Answers) -> list[str]:
    pages = usable(answers)
    best = likeliest(answers)
    if best and best.software.name not in FORMATS:
        wanted = [under(best.base_url, probe) for probe in best.software.probes]
        if best.software.way is Way.HTML:  # a feed tells the zone of the times on the pages
            wanted.extend(address for page in pages if is_html(page) for address, _ in feeds_of(page)[:1])
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
    source, software = source_of(start, answers)
    return [link.url for link in software.entries(source)[:1]] if software and source else []


def _thread(start: str, answers: Answers) -> list[str]:
    if read_all(start, answers, feeds=False).posts:
        return []
    threads = threads_of(start, answers)
    told = {post.title.casefold() for post in feed_posts(start, answers)}
    in_feed = [link for link in threads if link.carry.get("title", "").casefold() in told]
    return [link.url for link in (in_feed or threads)[:1]]


def conclude(url: str, answers: Answers, opt_outs: Mapping[str, OptOut] | None = None) -> Proposal:
    """What to make of the pages that ``plan`` asked for. Never raises.

    ``opt_outs``: what those of them do not allow that do not allow everything, by the address asked for.
    """
    start = canonical(url)
    tried = _tried(start, answers)
    way = way_of(start, answers or {start: None}) if start else None
    if way is None:
        return Proposal(source=None, tried=tried)
    source, software = way.source, SOFTWARE[way.source.software]
    pages = usable(answers)
    ranked = recognise(pages)
    own = next((each for each in ranked if each.software is software), None)
    if own is None or way.why:
        own = likeliest(answers or {start: None})
    site = site_of(software, source.url, pages)
    learned = learned_zone(start, answers, source) if software.way is Way.HTML else ""
    if learned and learned != source.timezone and not (site and site.timezone):
        source = replace(source, timezone=learned)
    read = read_all(start, answers)
    threads = sum(1 for link in read.links if link.kind is LinkKind.THREAD)
    boards = sum(1 for link in read.links if link.kind is LinkKind.BOARD)
    feeds = [address for page in pages if is_html(page) for address, _ in feeds_of(page)]
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
        opt_outs=reservations_of(source, software, answers, opt_outs or {}),
        posts=len(read.posts),
        threads=threads,
        reasons=_reasons(software, own, source, site, learned, way.why, len(read.posts), threads, boards),
        tried=tried,
    )


def _reasons(
    software: Software,
    own: Recognition | None,
    source: Source,
    site: Site | None,
    learned: str,
    why: str,
    posts: int,
    threads: int,
    boards: int,
) -> tuple[str, ...]:
    told = []
    if own and own.software.name not in FORMATS:
        told.append(f"{own.software.name} was recognised by its {', '.join(own.evidence[:3])}.")
    elif software.name in FORMATS:
        told.append(
            {
                "feed": "No software was recognised that offers more, so the feed is read.",
                "qapage": "No software was recognised, but pages mark their questions for search engines.",
                "generic": "No software and no feed was recognised; posts are told by their looks, so check them.",
            }[software.name]
        )
    if software.off:
        told.append(f"It is off: {software.off} Set enabled = true to read it all the same.")
    told.append(
        why
        or {
            Way.API: "Its public interface is the most reliable way in.",
            Way.JSON: "Its JSON holds every post with its id and time, which pages do not show as well.",
            Way.MAIL: "Its archive hands out the mails as they were sent.",
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
    elif software.off:
        told.append("Nothing was fetched.")
    elif threads or boards:
        told.append(f"{threads} threads and {boards} boards were found.")
    else:
        told.append("Nothing could be read yet: the site may be empty, or ask for a login.")
    if software.note:
        told.append(software.note)
    return tuple(told)


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
    known = len(SOFTWARE) - len(FORMATS)
    told.append(f"signs of {known} kinds of software, schema.org data, feeds, blocks that look like posts")
    return tuple(told)


def _content(page: Page) -> str:
    if read_feed(page) is not None:
        return "a feed"
    return "a page" if is_html(page) else "neither a page nor a feed"
