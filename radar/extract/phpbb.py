"""phpBB 3.x, style prosilver and what is derived from it.

A visit reads the index: each board's row names its last post, so only boards with something new are opened, and in
them only threads whose last post is new. The Atom feeds are read too, but hold fifteen entries and can be off.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from radar.errors import ExtractionError
from radar.extract import dates, html
from radar.extract.feed import Identity, feeds_of, read_posts
from radar.extract.feed_document import FeedEntry, read_feed
from radar.extract.page import Board, Context, Extraction, Link, LinkKind, Mark, Page, Site, Software, Way
from radar.extract.reading import Reading
from radar.extract.urls import absolute, base_before, canonical, param, under
from radar.model import Channel, Source

_INSTALL = r"(?:index|viewforum|viewtopic|app|feed|memberlist|ucp|posting|search|faq|help|portal|ucp|mcp|report)\.php"
_THREAD = re.compile(r"(?:[?&;]|^)t=(\d+)|[-/](?:t|topic|topic-?)(\d+)(?:[-./]|$)")
_POST = re.compile(r"(?:[?&;]|^)p=(\d+)|#p(\d+)$")
_BOARD = re.compile(r"[?&;]f=(\d+)|[-/](?:f|forum)(\d+)(?:[-./]|$)")
_EDITED = re.compile(r"\b(?:on|am|le)\s+(.{6,60}?),\s*(?:edited|insgesamt|in total|modifié)", re.IGNORECASE)
_SOLVED = re.compile(r"[\[(]\s*(?:gelöst|geloest|solved|erledigt|resolved)\s*[\])]", re.IGNORECASE)
_STATISTICS = re.compile(r"<p>(?:Statisti(?:k|cs)|Statistiques)\s*:.*$", re.DOTALL)
_MOST = 300
"""Posts or rows of one page; no board shows more, and each is searched several times."""
_DROP = "cite, .codebox > p, .codebox .codetitle, dl.codebox > dt, .attachbox, .inline-attachment, .notice, .signature, .quotetitle"


def entries(source: Source) -> Sequence[Link]:
    """The index, or the boards that the source names."""
    if source.boards:
        urls = [
            board if "://" in board else under(source.url, f"viewforum.php?f={board}")
            for board in source.boards
        ]
    else:
        urls = [
            source.url if re.search(r"viewforum\.php|/feed", source.url) else under(source.url, "index.php")
        ]
    return [Link(url=url, kind=LinkKind.BOARD) for url in map(canonical, urls) if url]


def extract(page: Page, context: Context) -> Extraction:
    """The index, a board, a thread or a feed."""
    reading = Reading(page, context)
    if zone := _zone(page):
        reading.dates.zone = dates.zone(zone)
    if page.text[:300].lstrip("\ufeff \t\r\n").startswith(("<?xml", "<feed")):
        return _feed(reading)
    tree = reading.tree
    posts: dict[str, html.Node] = {}
    for post in html.select(tree, "div.post[id]")[:_MOST]:
        if re.fullmatch(r"p\d+", post.get("id") or ""):
            posts.setdefault(post.get("id"), post)
    if posts:
        return _thread(reading, list(posts.values()))
    rows = html.select(tree, "li.row, tr.row")[:_MOST]
    here = _board_name(reading)
    for row in rows:
        with reading.entry("a row that cannot be read"):
            _row(reading, row, here)
    if (
        not rows
        and html.first(tree, "form#login, form#login_forum, form[action*='mode=login'] input[type=password]")
        is not None
    ):
        return reading.extraction(login_wall=True)
    if not rows and html.first(tree, "#message") is not None:
        return reading.extraction(missing=True)
    if not rows and html.first(tree, "#page-body, #phpbb, body[id=phpbb]") is None:
        raise ExtractionError("not a page of phpBB")
    _follow_next(reading, {"board": here})
    return reading.extraction()


def _row(reading: Reading, row: html.Node, here: str) -> None:
    topic = html.first(row, "a.topictitle")
    if topic is not None:
        _topic_row(reading, row, topic, here)
        return
    board = html.first(row, "a.forumtitle")
    if board is not None and html.first(row, ".forum_link") is None:
        url = reading.url(board.get("href"))
        if _wanted(reading, url):
            reading.link(
                url, LinkKind.BOARD, activity=_activity(reading, row), carry={"board": html.line(board)}
            )


def _activity(reading: Reading, row: html.Node) -> str:
    """Id of a board's last post; its time for user agents that phpBB takes for robots, which get no link to it."""
    last = _last_post(reading, row)
    if last:
        return last
    stamp = html.attr(row, "dd.lastpost time[datetime], td.lastpost time[datetime]", "datetime")
    counts = [html.line_of(row, css) for css in ("dd.topics", "dd.posts")]
    return stamp or "/".join(re.sub(r"\D", "", count) for count in counts if count) or "empty"


def _wanted(reading: Reading, url: str) -> bool:
    boards = reading.context.boards
    number = _found(_BOARD, url)
    return not boards or number in boards or any(_found(_BOARD, board) == number for board in boards)


def _topic_row(reading: Reading, row: html.Node, topic: html.Node, here: str) -> None:
    url = reading.url(topic.get("href"))
    number = _found(_THREAD, url)
    if not number or html.first(row, ".topic_moved") is not None:
        return
    if "viewtopic.php" in url:
        url = under(_base(reading), f"viewtopic.php?t={number}")
    title = html.line(topic)
    last = html.first(row, "dd.lastpost, td.lastpost")
    active_at = _time(reading, last) if last is not None else None
    replies = re.search(r"\d[\d.,]*", html.line_of(row, "dd.posts"))
    reading.link(
        url,
        LinkKind.THREAD,
        thread_id=number,
        activity=_last_post(reading, row) or (active_at.isoformat() if active_at else ""),
        active_at=active_at,
        carry={
            "title": title,
            "board": here,
            "replies": re.sub(r"\D", "", replies[0]) if replies else "",
            "solved": "1"
            if _SOLVED.search(title) or html.first(row, ".topic-solved, .solved, [class*=solved]") is not None
            else "",
        },
    )


def _last_post(reading: Reading, row: html.Node) -> str:
    for link in html.select(row, "dd.lastpost a[href], td.lastpost a[href]"):
        number = _found(_POST, link.get("href") or "")
        if number:
            return number
    return ""


def _thread(reading: Reading, posts: list[html.Node]) -> Extraction:
    tree, base = reading.tree, _base(reading)
    here = reading.url(html.rel(tree, "canonical")) or reading.url(reading.page.url)
    heading = html.first(tree, "h2.topic-title a, h2 a[href*='viewtopic']")
    own = reading.url(heading.get("href")) if heading is not None else ""
    number = next(filter(None, (_found(_THREAD, url) for url in (here, own, reading.page.url))), "")
    title = html.line(heading) or reading.carried("title")
    url = (
        under(base, f"viewtopic.php?t={number}")
        if "viewtopic.php" in (own or here) and number
        else (own or here)
    )
    board = _board_name(reading)
    solved = (
        bool(reading.carried("solved") or _SOLVED.search(title))
        or html.first(tree, "h2 [class*=solved]") is not None
    )
    replies = _replies(reading)
    start = _start(reading, here)
    for place, post in enumerate(posts, start + 1):
        if {"deleted", "reported-deleted", "unapproved"} & set((post.get("class") or "").split()):
            continue
        with reading.entry("a post that cannot be read"):
            identity = (post.get("id") or "")[1:]
            byline = html.first(post, "p.author")
            reading.post(
                external_id=identity,
                url=under(base, f"viewtopic.php?p={identity}") + f"#p{identity}",
                words=html.split_quotes(html.first(post, "div.content"), "blockquote, .quotecontent", _DROP),
                title=title,
                thread_id=number,
                thread_url=url,
                board=board,
                position=place,
                author=_author(post, byline),
                created_at=_time(reading, byline),
                edited_at=_edited(reading, post),
                answer_count=replies if place == 1 else None,
                solved=solved or None,
            )
    _follow_next(
        reading,
        {
            "title": title,
            "board": board,
            "solved": "1" if solved else "",
            "replies": reading.carried("replies"),
        },
    )
    return reading.extraction(thread_id=number)


def _start(reading: Reading, here: str) -> int:
    """Posts before this page. The canonical address tells, also where a page past the end was asked for."""
    value = param(here, "start")
    return int(value) if value.isdecimal() and len(value) < 8 else 0


def _replies(reading: Reading) -> int | None:
    carried = reading.carried("replies")
    if carried.isdecimal():
        return int(carried)
    match = re.match(r"\D{0,20}(\d[\d.,]{0,8})", html.line_of(reading.tree, "div.pagination"))
    return max(int(re.sub(r"\D", "", match[1])) - 1, 0) if match else None


def _author(post: html.Node, byline: html.Node | None) -> str:
    for node, css in (
        (byline, "a.username, a.username-coloured, span.username, span.username-coloured, strong"),
        (post, "dl.postprofile a.username, dl.postprofile a.username-coloured, dl.postprofile span.username"),
    ):
        if node is not None and (name := html.line_of(node, css)):
            return name
    return ""


def _time(reading: Reading, node: html.Node | None) -> datetime | None:
    """``time datetime`` where there is one (3.2 and later), else the text behind the author."""
    if node is None:
        return None
    stamp = html.attr(node, "time[datetime]", "datetime")
    if stamp:
        return reading.dates.read(stamp)
    breaks = html.select(node, "br")
    text = (breaks[-1].tail or "") if breaks else ""
    return reading.dates.read(text.strip() or html.line(node).rpartition("»")[2])


def _edited(reading: Reading, post: html.Node) -> datetime | None:
    for notice in html.select(post, "div.notice"):
        match = _EDITED.search(html.line(notice))
        if match:
            return reading.dates.read(html.attr(notice, "time[datetime]", "datetime") or match[1])
    return None


def _board_name(reading: Reading) -> str:
    tree = reading.tree
    trail = html.select(
        tree,
        "ul.navlinks a[href*='viewforum'], p.crumbs a[href*='viewforum']",
    )
    if trail:
        return html.line(trail[-1])
    return html.line_of(tree, "h2.forum-title") or reading.carried("board")


def _follow_next(reading: Reading, carry: dict[str, str]) -> None:
    """The page after this one, by phpBB's own pointer, and only forwards."""
    tree = reading.tree
    nodes = [
        *html.rels(tree, "next"),
        *html.select(tree, "div.pagination li.next a[href], fieldset.display-options a.right-box[href]"),
    ]
    here = _start(reading, reading.url(html.rel(tree, "canonical")) or reading.page.url)
    for node in nodes:
        url = reading.url(node.get("href"))
        if url and _start(reading, url) > here:
            reading.link(url, LinkKind.NEXT, carry=carry)
            return


def _feed(reading: Reading) -> Extraction:
    feed = read_feed(reading.page)
    if feed is None:
        raise ExtractionError("neither a page nor a feed of phpBB")
    base = _base(reading)

    def identify(entry: FeedEntry) -> Identity | None:
        number = _found(_POST, entry.id) or _found(_POST, entry.link)
        if not number:
            return None
        entry.content = _STATISTICS.sub("", entry.content)
        title = html.text_of(html.fragment(entry.title)) if entry.title else ""
        title = title.removeprefix(f"{entry.board} • ")
        reply = re.match(r"(?:re|aw)\s*:\s*", title, re.IGNORECASE)
        thread = _found(_THREAD, entry.link) or _found(_THREAD, entry.id)
        return Identity(
            external_id=number,
            url=under(base, f"viewtopic.php?p={number}") + f"#p{number}",
            thread_id=thread,
            thread_url=under(base, f"viewtopic.php?t={thread}") if thread else "",
            first=False if reply else None,
            title=title[reply.end() :] if reply else title,
        )

    return read_posts(reading, feed, identify, drop=_DROP)


def _found(pattern: re.Pattern[str], url: str) -> str:
    match = pattern.search(url)
    return next(filter(None, match.groups()), "") if match else ""


def _base(reading: Reading) -> str:
    return base_url(reading.page.url)


def base_url(url: str) -> str:
    """The folder that phpBB is installed in."""
    return base_before(url, _INSTALL)


def _zone(page: Page) -> str:
    """The zone of all times that are text, which the foot of a page tells from 3.1 on; "" if it is translated."""
    if "UTC" not in page.text:
        return ""
    places = ".footer span[title*='/'], #nav-footer span[title*='/'], .copyright span[title*='/']"
    name = html.attr(page.tree, places, "title")
    return name if re.fullmatch(r"[A-Z][A-Za-z_]+/[A-Za-z_/]+", name) and dates.known(name) else ""


def describe(page: Page, base: str) -> Site | None:
    """Boards, feeds, zone and language from the index."""
    tree = page.tree
    if html.first(tree, "#phpbb, body[id=phpbb], a.forumtitle") is None:
        return None
    boards = []
    for link in html.select(tree, "dl:not(.forum_link) a.forumtitle, a.subforum"):
        url = absolute(page.url, link.get("href") or "")
        number = _found(_BOARD, url)
        if number:
            boards.append(Board(number, html.line(link), url))
    return Site(
        base_url=base,
        boards=tuple(boards),
        feeds=tuple(url for url, _ in feeds_of(page)),
        timezone=_zone(page),
        language=html.language(tree),
    )


SOFTWARE = Software(
    name="phpbb",
    channel=Channel.FORUM,
    way=Way.HTML,
    entries=entries,
    extract=extract,
    marks=(
        Mark("html", r"<body[^>]{0,40} id=[\"']phpbb[\"']"),
        Mark("cookie", r"\bphpbb3?_\w+_(?:sid|u|k)\b"),
        Mark("html", r"href=[\"']https?://www\.phpbb\.(?:com|de)/[\"']|Powered by phpBB", 5),
        Mark("html", r"styles/prosilver/|assets_version=\d", 5),
        Mark("url", r"/view(?:topic|forum)\.php\?(?:f=\d+&)?[tfp]=\d+", 4),
    ),
    base_url=base_url,
    describe=describe,
    probes=("index.php",),
    note="The index tells which boards have something new; feeds (15 entries) can be switched off.",
)
