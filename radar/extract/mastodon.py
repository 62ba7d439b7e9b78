"""Mastodon's API (docs.joinmastodon.org/methods/timelines), which Takahe, GoToSocial, Pleroma and Akkoma speak too.

A visit reads the timelines of the tags that the source names, or the public timeline of the server's own people. Pages
follow the ``Link`` header. A post with replies is followed to its context, one request for a thread; what a thread's
members on the page say is read there, with their places. Only ``public`` posts count, none of bots, of accounts that
do not want to be found (``noindex``, ``indexable``), and no reblogs: those are posts of others.

Takahe: addresses begin with https://HOST whatever the server is reached by, and those with ``@name@HOST`` answer 404;
timelines of tags and contexts need a token, so ``radar add`` proposes the public timeline, kept to the tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from radar.errors import ExtractionError
from radar.extract.html import fragment, split_quotes
from radar.extract.page import Context, Extraction, Instead, Link, LinkKind, Mark, Page, Site, Software, Way
from radar.extract.reading import Reading
from radar.extract.text import Words
from radar.extract.urls import escape, origin, path, under
from radar.model import Channel, Source

PAGE_SIZE = 40
"""The most that Mastodon gives."""
_PUBLIC = "api/v1/timelines/public"
_TAG = re.compile(r"/(?:tags?|timelines/tag)/([^/?#]+)")
_NEXT = re.compile(r"<[^>?]*\?([^>]+)>\s*;\s*rel=\"?next")
_TAKAHE = re.compile(r"^https?://[^/]+/@([^/@]+)(?:@[^/]+)?/posts/(\d+)/?$")

Status = Mapping[str, Any]


def entries(source: Source) -> Sequence[Link]:
    """The tags' timelines, or the public one; an address of the public timeline itself is kept to the tags."""
    if _PUBLIC in source.url or not source.boards:
        url = source.url if _PUBLIC in source.url else under(origin(source.url), f"{_PUBLIC}?local=true")
        url = url if "limit=" in url else f"{url}{'&' if '?' in url else '?'}limit={PAGE_SIZE}"
        return [Link(url=url, kind=LinkKind.BOARD)]
    return [
        Link(
            url=under(origin(source.url), f"api/v1/timelines/tag/{escape(tag)}?limit={PAGE_SIZE}"),
            kind=LinkKind.BOARD,
            carry={"board": tag},
        )
        for tag in map(_tag, source.boards)
    ]


def _tag(board: str) -> str:
    match = _TAG.search(path(board))
    return (match[1] if match else board.strip().strip("#/")).removesuffix(".rss")


def boards_in(url: str) -> tuple[str, ...]:
    """A tag's page is about that tag."""
    return (_tag(url),) if _TAG.search(path(url)) else ()


def instead(source: Source) -> Sequence[Instead]:
    """Servers that show tags to their own people only may have the tag's feed, or let the public timeline be read."""
    ways = []
    if len(source.boards) == 1:
        feed = replace(
            source,
            url=under(origin(source.url), f"tags/{escape(_tag(source.boards[0]))}.rss"),
            channel=Channel.FEED,
            software="feed",
            boards=(),
        )
        ways.append(
            Instead(feed, "The server shows tags to its own people only, but has a feed of this one.")
        )
    if source.boards:
        public = replace(source, url=under(origin(source.url), f"{_PUBLIC}?local=true&limit={PAGE_SIZE}"))
        why = "The server shows tags to its own people only, so its public timeline is read and kept to the tags."
        ways.append(Instead(public, why))
    return ways


def extract(page: Page, context: Context) -> Extraction:
    """A timeline, or the context of a post."""
    reading = Reading(page, context)
    if page.status in {404, 410}:
        return reading.extraction(missing=True)
    if page.status in {401, 403, 422}:
        return reading.extraction(login_wall=True)
    data = reading.data
    if isinstance(data, list):
        return _timeline(reading, data)
    if isinstance(data, dict) and isinstance(data.get("descendants"), list):
        return _thread(reading, data)
    if isinstance(data, dict) and "error" in data:
        error = str(data["error"])
        return reading.extraction(missing="not found" in error, login_wall="not found" not in error)
    raise ExtractionError("neither a timeline nor a context of Mastodon's API")


def _timeline(reading: Reading, data: list[Any]) -> Extraction:
    statuses = {str(status["id"]): status for status in data if isinstance(status, dict) and "id" in status}
    wanted = (
        set()
        if _TAG.search(path(reading.page.url))
        else {_tag(each).casefold() for each in reading.context.boards}
    )
    newest: dict[str, str] = {}
    for identity, status in statuses.items():
        newest.setdefault(_root(status, statuses), identity)
    for status in data:
        with reading.entry("a post that cannot be read"):
            identity, root = str(status["id"]), _root(status, statuses)
            if not _open(status) or (wanted and not wanted & {tag.casefold() for tag in _tags(status)}):
                continue
            opening = not status.get("in_reply_to_id")
            if opening or root not in statuses or not _has_context(statuses[root]):
                _post(reading, status, thread=root, position=1 if opening else None, first=opening)
            if opening and _has_context(status):
                reading.link(
                    under(origin(reading.page.url), f"api/v1/statuses/{escape(identity)}/context"),
                    LinkKind.THREAD,
                    thread_id=identity,
                    activity=f"{status.get('replies_count')}/{newest[root]}",
                    carry={
                        "root": identity,
                        "root_url": _url(reading, status),
                        "board": reading.carried("board"),
                    },
                )
    _next_page(reading, len(data))
    return reading.extraction()


def _next_page(reading: Reading, size: int) -> None:
    """More of a timeline: the header names a next page on the last one too, which is told by its being shorter."""
    match = _NEXT.search(reading.page.headers.get("link", ""))
    before = int(reading.carried("size") or 0)
    if not match or not size or size * 4 < before * 3:
        return
    reading.link(
        # the query alone: behind a proxy the header may name another scheme or host
        reading.url(f"{reading.page.url.split('?')[0]}?{match[1]}"),
        LinkKind.NEXT,
        active_at=reading.oldest_at,
        carry={"board": reading.carried("board"), "size": str(size)},
    )


def _thread(reading: Reading, data: Mapping[str, Any]) -> Extraction:
    """The replies to a post; the order is a tree's, the place in the thread is that in time."""
    root = reading.carried("root")
    replies = [status for status in data["descendants"] if isinstance(status, dict) and "id" in status]
    replies.sort(
        key=lambda status: (str(status.get("created_at")), len(str(status["id"])), str(status["id"]))
    )
    for place, status in enumerate(replies, 2):
        with reading.entry("a reply that cannot be read"):
            if _open(status):
                _post(reading, status, thread=root, position=place, first=False)
    return reading.extraction(thread_id=root)


def _open(status: Status) -> bool:
    """Whether a post is for everybody, and its author a person who does not mind being found."""
    account = status["account"]
    return not (
        status.get("visibility") != "public"
        or status.get("reblog")
        or account.get("bot")
        or account.get("noindex")
        or account.get("indexable") is False
        or account.get("suspended")
    )


def _has_context(status: Status) -> bool:
    """Whether there are replies that everybody may ask for; Takahe counts none and shows them to its own people."""
    return int(status.get("replies_count") or 0) > 0 and not _TAKAHE.match(str(status.get("uri")))


def _root(status: Status, statuses: Mapping[str, Status]) -> str:
    """The first post of a thread, as far up as the page tells."""
    identity = str(status["id"])
    for _ in statuses:
        parent = status.get("in_reply_to_id")
        if not parent:
            break
        identity = str(parent)
        if identity not in statuses:
            break
        status = statuses[identity]
    return identity


def _tags(status: Status) -> Iterator[str]:
    for tag in status.get("tags") or ():
        if isinstance(tag, dict):
            yield str(tag.get("name") or "")


def _post(reading: Reading, status: Status, *, thread: str, position: int | None, first: bool) -> None:
    account = status["account"]
    local = _TAKAHE.match(str(status.get("uri")))
    own = bool(local and local[2] == str(status["id"]))
    url = _url(reading, status)
    reading.post(
        external_id=str(status["id"]),
        url=url,
        words=_words(status),
        thread_id=thread,
        thread_url=url if first else reading.carried("root_url"),
        board=reading.carried("board"),
        position=position,
        first=first,
        author=str(
            (account.get("username") if own else account.get("acct")) or account.get("username") or ""
        ),
        created_at=reading.dates.read(str(status.get("created_at") or "")),
        edited_at=reading.dates.read(str(status["edited_at"])) if status.get("edited_at") else None,
        answer_count=int(status.get("replies_count") or 0) if first and not local else None,
        language=str(status.get("language") or ""),
    )


def _url(reading: Reading, status: Status) -> str:
    """The page of a post: for Takahe's own posts the address that it answers."""
    told = str(status.get("url") or status.get("uri") or "")
    match = _TAKAHE.match(told)
    if match and match[2] == str(status["id"]):
        return under(origin(reading.page.url), f"@{match[1]}/posts/{match[2]}/")
    return reading.url(told)


def _words(status: Status) -> Words:
    """The content warning is the author's as well and comes first, the answers of a poll last; a quoted post is quoted."""
    words = split_quotes(fragment(str(status.get("content") or "")), "blockquote", ".quote-inline")
    poll = status.get("poll")
    options = poll.get("options") or () if isinstance(poll, dict) else ()
    answers = "\n".join(f"- {option['title']}" for option in options)
    own = [str(status.get("spoiler_text") or ""), words.own, answers]
    quoted = [words.quoted]
    quote = status.get("quote")
    cited = quote.get("quoted_status") if isinstance(quote, dict) else None
    if isinstance(cited, dict) and _open(cited):
        quoted.append(split_quotes(fragment(str(cited.get("content") or ""))).own)
    return Words("\n\n".join(filter(None, own)), "\n\n".join(filter(None, quoted)))


def describe(page: Page, base: str) -> Site | None:
    """Version and language from ``/api/v1/instance``."""
    if not page.text[:50].lstrip().startswith("{"):
        return None
    data = page.data
    if not isinstance(data, dict) or not isinstance(data.get("version"), str) or "uri" not in data:
        return None
    languages = data.get("languages")
    return Site(
        base_url=base,
        version=data["version"],
        language=str(languages[0]) if isinstance(languages, list) and len(languages) == 1 else "",
    )


SOFTWARE = Software(
    name="mastodon",
    channel=Channel.SOCIAL,
    way=Way.API,
    entries=entries,
    extract=extract,
    marks=(
        Mark("header", r"^server:\s*(?:mastodon|gotosocial)"),
        Mark("html", r"<div[^>]+id=[\"']mastodon[\"']"),
        Mark("html", r"href=[\"']https://jointakahe\.org/?[\"']>Takah\w+(?:&nbsp;|\s)+(?P<version>[\d.]+)"),
        Mark("html", r"/js/takahe(?:\.min)?(?:\.[0-9a-f]+)?\.js"),
        Mark("html", r"To use (?:Pleroma|Akkoma), please enable JavaScript"),
        Mark("url", r"/api/v1/timelines/(?:public|tag/)"),
    ),
    base_url=origin,
    describe=describe,
    probes=("api/v1/instance",),
    boards_in=boards_in,
    instead=instead,
    note="Boards are tags; only public posts of people who let themselves be found are read.",
)
