"""Reddit's feeds of new posts, off by default: see docs/decisions/0071-reddit-is-off.md.

All subreddits of a source are one feed, ``/r/one+two/new/.rss``, so that a visit is one request; replies are not read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from radar.errors import ExtractionError
from radar.extract.feed_document import FeedEntry, read_feed
from radar.extract.html import first, fragment, split_quotes
from radar.extract.page import Context, Extraction, Link, LinkKind, Mark, Page, Software, Way
from radar.extract.reading import Reading
from radar.extract.text import Words
from radar.extract.urls import canonical, escape, origin, path, under
from radar.model import Channel, Source

SITE = "https://www.reddit.com/"
_HOST = r"^https?://(?:[\w-]+\.)?(?:reddit\.com|redd\.it)(?:[/:?#]|$)"
_SUBREDDIT = re.compile(r"(?:^|/)r/([\w+]+)")
_ID = re.compile(r"\bt3_([0-9a-z]{1,12})\b")


def entries(source: Source) -> Sequence[Link]:
    """The newest posts of all subreddits that the source names."""
    names = "+".join(dict.fromkeys(map(_name, source.boards))) or "all"
    return [
        Link(url=under(source.url, f"r/{escape(names).replace('%2B', '+')}/new/.rss"), kind=LinkKind.BOARD)
    ]


def _name(board: str) -> str:
    match = _SUBREDDIT.search(path(board) if "://" in board else board)
    return match[1] if match else board.strip().strip("/")


def boards_in(url: str) -> tuple[str, ...]:
    """The subreddits that an address names."""
    match = _SUBREDDIT.search(path(url))
    return tuple(match[1].split("+")) if match else ()


def base_url(url: str) -> str:
    """The site by its name without guises; a server of tests stays where it is."""
    return SITE if re.match(_HOST, url) else origin(url)


def extract(page: Page, context: Context) -> Extraction:
    """A feed of posts."""
    reading = Reading(page, context)
    if page.status in {404, 410}:
        return reading.extraction(missing=True)
    feed = read_feed(page)
    if feed is None:
        raise ExtractionError("not a feed of Reddit")
    if feed.damage:
        reading.problem("the feed is damaged", feed.damage)
    for entry in feed.entries:
        with reading.entry("a feed entry that cannot be read"):
            _post(reading, entry)
    return reading.extraction()


def _post(reading: Reading, entry: FeedEntry) -> None:
    match = _ID.search(entry.id)
    if match is None:  # a comment, or a subreddit
        return
    url = canonical(entry.link)
    text = first(fragment(entry.content), "div.md")
    reading.post(
        external_id=match[1],
        url=url,
        words=split_quotes(text) if text is not None else Words("", ""),
        title=entry.title,
        thread_id=match[1],
        thread_url=url,
        board=entry.board,
        position=1,
        author=entry.author.removeprefix("/u/"),
        created_at=reading.dates.read(entry.published) or reading.dates.read(entry.updated),
    )


SOFTWARE = Software(
    name="reddit",
    channel=Channel.SOCIAL,
    way=Way.FEED,
    entries=entries,
    extract=extract,
    marks=(Mark("url", _HOST, 12),),
    base_url=base_url,
    boards_in=boards_in,
    note="Boards are subreddits. Posts only, no replies; one request a minute at most.",
    least_delay=60.0,
    off="Reddit's terms and its robots.txt do not want programs to read it without an agreement.",
)
