"""Which links of an unknown page lead to threads, and where the list goes on.

Threads of a list have addresses of one shape (``/thread/123-title/``) and titles of some length; menus and footers
have short ones. No site is known here, so activity is only told where a row shows a time that means the same later.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import islice
from urllib.parse import urlsplit

from radar.extract import html
from radar.extract.page import LinkKind
from radar.extract.reading import Reading
from radar.extract.urls import canonical, same_host

_THREADISH = re.compile(
    r"(?:^|[/?&=._-])(?:t|threads?|topics?|topic_?id|showthread|viewtopic|questions?|question_?id|q|d|discussions?|frage[n]?|thema|themen|themes?"
    r"|beitrag|beitraege|diskussion(?:en)?|posts?|showtopic|tid|read|message|msg|forum)(?:[/?&=._-]|\d|$)",
    re.IGNORECASE,
)
_BOARDISH = re.compile(
    r"(?:^|[/?&=._-])(?:f|forums?|boards?|viewforum|forumdisplay|categor(?:y|ies)|kategorie|c|bereich|fid|tags?)(?:[/?&=._-]|\d|$)",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"(?:^|[/?&=._-])(?:login|logout|signin|signup|register|registrieren|anmelden|search|suche|users?|members?|profil\w*|memberlist|account"
    r"|privacy|datenschutz|impressum|imprint|agb|terms|contact|kontakt|help|faq|about|rss|feed|atom|print|reply|report|edit|vote|share|new|latest"
    r"|sort|order|page|seite|lastpost|unread|jobs|shop|cart|cookie\w*|hilfe)(?:[/?&=._-]|$)",
    re.IGNORECASE,
)
_ASSET = re.compile(r"\.(?:png|jpe?g|gif|svg|css|js|pdf|zip|ico|webp|mp[34]|xml)$", re.IGNORECASE)
_NEXT_TEXT = re.compile(
    r"^(?:next|weiter|nächste(?:\s+seite)?|naechste|next page|older|ältere|»|›|>|→|>>|next\s*[›»>])$",
    re.IGNORECASE,
)
_NUMBER_AND_SLUG = re.compile(r"/#/\*/?\?$|\*#/?\?$")
_RE = re.compile(r"^(?:re|aw|antw|antwort)\s*:\s*", re.IGNORECASE)
_LEAST_TITLE = 12
_LEAST_LINKS = 2
_LEAST_UNMARKED = 4


def add_listing(reading: Reading, *, least: int = _LEAST_LINKS) -> int:
    """Add links to threads, boards and the next page; returns how many threads were found.

    ``least``: how many threads make a list where their addresses look like those of threads.
    """
    groups, titles = _links(reading)
    threads = _best(groups, titles, least)
    for url in threads:
        _add_thread(reading, url, titles[url], groups[_shape(url)][url])
    if not threads:
        for shape, members in groups.items():
            if _BOARDISH.search(shape) and not _NOT.search(shape) and len(members) >= _LEAST_LINKS:
                for url in members:
                    reading.link(url, LinkKind.BOARD, carry={"board": titles[url]})
    if following := next_page(reading):
        reading.link(following, LinkKind.NEXT)
    return len(threads)


def are_rows(reading: Reading, blocks: list[html.Node]) -> bool:
    """Whether blocks that look like posts are rows of a list: each is headed by a thread of its own."""
    groups, titles = _links(reading)
    threads = set(_best(groups, titles, 1))
    heads = set()
    for block in blocks:
        anchors = html.xpath(block, "descendant::a[@href]" if len(blocks) > 1 else _IN_HEADING)
        for anchor in anchors:
            href = anchor.get("href")
            # "Re: ..." above a post leads to that post, by its fragment or under the thread's one title
            if "#" not in href and reading.url(href) in threads:
                heads.add(_RE.sub("", html.line(anchor)).casefold())
                break
    return bool(heads) and len(heads) * 3 >= len(blocks) * 2


_IN_HEADING = "descendant::*[self::h2 or self::h3 or self::h4]/descendant::a[@href]"


def _links(reading: Reading) -> tuple[dict[str, dict[str, html.Node]], dict[str, str]]:
    """Links of the page to this host, by the shape of their addresses, and their texts."""
    groups: dict[str, dict[str, html.Node]] = defaultdict(dict)
    titles: dict[str, str] = {}
    here = canonical(reading.page.url)
    for anchor in html.xpath(reading.tree, "descendant::a[@href]")[:3000]:
        url = reading.url(anchor.get("href"))
        if not url or url == here or not same_host(url, here) or _ASSET.search(urlsplit(url).path):
            continue
        title = html.line(anchor)
        if title and url not in titles:
            titles[url] = title
            groups[_shape(url)][url] = anchor
    return groups, titles


def _shape(url: str) -> str:
    """The address with numbers and slugs replaced, so that addresses of one kind are equal."""
    parts = urlsplit(url)
    path = "/".join(
        "#"
        if re.fullmatch(r"\d+", piece)
        else re.sub(r"\d+", "#", "*" if len(piece) > 14 or piece.count("-") > 1 else piece)
        for piece in parts.path.split("/")
    )
    path = re.sub(r"#[.-][^/]*|[^/]*[-.]#(?=[/.]|$)", "*#", path)
    path = re.sub(r"/#/[^/#]+(/?)$", r"/#/*\1", path)  # what follows a number is a slug, however short
    query = "&".join(
        re.sub(r"=.*", "=#" if re.search(r"=\d", each) else "=*", each)
        for each in re.split(r"[&;]", parts.query)
        if each
    )
    return f"{path}?{query}"


def _best(groups: dict[str, dict[str, html.Node]], titles: dict[str, str], least: int) -> list[str]:
    best: tuple[float, list[str]] = (0.0, [])
    for shape, members in groups.items():
        if _NOT.search(shape):
            continue
        long = [url for url in members if len(titles[url]) >= _LEAST_TITLE]
        named = bool(_THREADISH.search(shape)) and ("#" in shape or "*" in shape)
        marked = named or bool(_NUMBER_AND_SLUG.search(shape))
        if len(long) < (least if marked else _LEAST_UNMARKED) or len(long) * 2 < len(members):
            continue
        average = sum(min(len(titles[url]), 80) for url in long) / len(long)
        score = len(long) * average * (4 if marked else 1)
        if score > best[0] and (marked or average > 25):
            best = (score, long)
    return best[1]


def _add_thread(reading: Reading, url: str, title: str, anchor: html.Node) -> None:
    row = _row(anchor)
    stamps = [node.get("datetime") for node in html.select(row, "time[datetime]")] if row is not None else []
    times = [found for found in map(reading.dates.read, stamps) if found]
    active_at = max(times, default=None)
    reading.link(
        url,
        LinkKind.THREAD,
        thread_id=url,
        activity=active_at.isoformat() if active_at else "",
        active_at=active_at,
        carry={"title": title},
    )


def _row(anchor: html.Node) -> html.Node | None:
    """The largest ancestor that holds this thread only: the row of a list."""
    href = anchor.get("href")
    found = None
    for ancestor in islice(anchor.iterancestors(), 8):
        if ancestor.tag in {"body", "table", "main", "ul"} or _other_titles(ancestor, href) > 1:
            break
        found = ancestor
    return found


def _other_titles(node: html.Node, href: str) -> int:
    """How many links of a title's length lead elsewhere; two are enough to know."""
    count = 0
    for link in islice(node.iter("a"), 30):
        if link.get("href") not in {None, href} and len(html.line(link)) >= _LEAST_TITLE:
            count += 1
            if count > 1:
                break
    return count


def next_page(reading: Reading) -> str:
    """The next page by the site's own pointer, "" without one."""
    here = canonical(reading.page.url)
    for node in html.rels(reading.tree, "next"):
        url = reading.url(node.get("href"))
        if url and url != here and same_host(url, here):
            return url
    for anchor in html.select(
        reading.tree, "a[class*=next], .next a, [class*=pagination] a, [class*=pager] a, nav a, .pages a"
    ):
        says = html.line(anchor)
        named = (
            "next" in (anchor.get("class") or "").lower()
            or "next" in (anchor.getparent().get("class") or "").lower()
        )
        if named or _NEXT_TEXT.match(says) or _NEXT_TEXT.match(anchor.get("title") or ""):
            url = reading.url(anchor.get("href"))
            if url and url != here and same_host(url, here):
                return url
    return ""
