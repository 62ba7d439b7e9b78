"""DokuWiki: ``/doku.php?id=help:tanks``, rewritten ``/help:tanks``, ``/feed.php?mode=list&ns=help``.

Markup and feeds as DokuWiki 2022-07-31 sends them to guests. A page is one post, what it said before are its
revisions; its time is that of the latest one, its author who wrote that. Namespaces are boards. A visit begins with the
recent changes and, the first time, finds the rest by the lists of the namespaces that pages link to. Feeds call local
times UTC. Pages that do not exist or are closed to guests answer 200; young ones say noindex, so they are read again
when they have come of age. Comments of the discussion plugin are read as its source prints them, also local times
marked "Z"; no installation with it was at hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from radar.errors import ExtractionError
from radar.extract import html, urls
from radar.extract.feed_document import Feed, FeedEntry, declared_feed
from radar.extract.fields import without
from radar.extract.page import Board, Context, Extraction, Link, LinkKind, Mark, Page, Site, Software, Way
from radar.extract.reading import Reading
from radar.model import Channel, Source

_INSTALL = r"/(?:doku|feed|index|install)\.php(?:/|$)|/lib/(?:exe|tpl|plugins)/"
_INFO = re.compile(r"\bJSINFO\s*=\s*(\{.{1,5000}?\});", re.DOTALL)
_CHANGED = re.compile(r":\s+(.*\d.*)")
_ADDRESS = re.compile(r"[\d.]{7,15}|[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*|\(.*\)", re.IGNORECASE)
_UTC = re.compile(r"(?:\s?[+-]00:?00|Z|\s(?:GMT|UTC))$")
_FURNITURE = re.compile(r"(?:start|sidebar|(?:wiki|playground):.*|.*:sidebar)\Z")
"""Start page, navigation and what DokuWiki brings along: nobody asks anything there."""
_YOUNG = timedelta(days=5, hours=1)
"""DokuWiki keeps pages from search engines until they are five days old (``indexdelay``)."""
_PAGE = "#dokuwiki__content div.page, article div.page, div.dw-content, div.page"
_DROP = "#dw__toc, .comment_wrapper, .secedit, .docInfo, .plugin_translation, .tags"


def _feed(base: str, **options: object) -> str:
    always = {"type": "atom1", "linkto": "current", "content": "abstract", "view": "pages"}
    return urls.under(base, f"feed.php?{urlencode({**options, **always}, safe=':')}")


def _list_of(base: str, namespace: str) -> str:
    return _feed(base, mode="list", ns=namespace, sort="date")


def entries(source: Source) -> Sequence[Link]:
    """Recent changes and the start page, or the lists of the namespaces and the feeds that the source names."""
    base = base_url(source.url)
    if not source.boards:
        both = _feed(base, mode="recent", num=100, minor=1), urls.under(base, "doku.php")
        return [Link(url=url, kind=LinkKind.BOARD) for url in both]
    addresses = [urls.canonical(each) if "://" in each else _list_of(base, each) for each in source.boards]
    return [Link(url=url, kind=LinkKind.BOARD) for url in addresses if url]


def base_url(url: str) -> str:
    """The install path; of a rewritten address the part before its page."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    if not re.search(_INSTALL, path) and ":" in (name := path.rsplit("/", 1)[-1]):
        return urls.base_before(url, re.escape(f"/{name}") + "$")
    return urls.base_before(url, _INSTALL)


def base_told(page: Page) -> str:
    """The install path that a page tells: rewritten addresses do not."""
    start = urls.absolute(page.url, html.rel(page.tree, "start")) if "<html" in page.text[:2000] else ""
    return start if start.endswith("/") and urls.same_host(start, page.url) else ""


def boards_in(url: str) -> tuple[str, ...]:
    """The namespace that a list is about."""
    namespace = urls.param(url, "ns") if urls.param(url, "mode") == "list" else urls.param(url, "idx")
    return (namespace,) if namespace else ()


def extract(page: Page, context: Context) -> Extraction:
    """A page, or a feed of changes."""
    reading = Reading(page, context)
    if refusal := reading.refusal():
        return refusal
    if feed := declared_feed(page):
        return _changes(reading, feed)
    if not reading.language:
        reading.language = html.language(reading.tree)
    shown = _info(page)
    identity, action = (str(shown.get(name) or "") for name in ("id", "ACT"))
    if action in {"denied", "login"} or (not identity and html.has_password_field(reading.tree)):
        return reading.extraction(login_wall=True)
    if not identity:
        raise ExtractionError("not a page of DokuWiki")
    robots = html.metas(reading.tree).get("robots", "").replace(" ", "")
    if robots == "noindex,follow":  # so DokuWiki says of pages that nobody has written, or that were deleted
        # one that a feed names was deleted, which is news only once
        return reading.extraction(missing=not reading.carried("changed"))
    if action != "show" or urls.param(page.url, "rev"):
        reading.problem("not the page as it is now", action)
        return reading.extraction()
    if not _FURNITURE.match(identity):
        _page(reading, identity)
    if not context.boards:
        _namespaces(reading, identity)
    return reading.extraction(thread_id=identity)


def _info(page: Page) -> dict[str, object]:
    """What the page tells its scripts."""
    match = _INFO.search(page.text)
    try:
        found = json.loads(match[1]) if match else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


# --- feeds ----------------------------------------------------------------------------------------


def _changes(reading: Reading, feed: Feed) -> Extraction:
    """Which pages changed when; their texts are read from the pages."""
    if feed.damage:
        reading.problem("the feed is damaged", feed.damage)
    for entry in feed.entries:
        with reading.entry("a feed entry that cannot be read"):
            _change(reading, entry)
    return reading.extraction(ttl=feed.ttl)


def _change(reading: Reading, entry: FeedEntry) -> None:
    url = _as_it_is(reading.url(entry.link))
    identity = _identity(url)
    if not url or _FURNITURE.match(identity):
        return
    said = _UTC.sub("", entry.published or entry.updated)
    at = reading.dates.read(said)
    young = bool(at and reading.dates.fetched_at - at < _YOUNG)
    reading.link(
        url,
        LinkKind.THREAD,
        thread_id=f"{identity}#{urls.fragment(entry.link)}" if "#" in entry.link else identity,
        activity=f"{said}/young" if young else said,
        active_at=at,
        carry={"changed": said},
    )


def _as_it_is(url: str) -> str:
    """The page's own address: many feeds lead to what changed in it."""
    kept = [(name, value) for name, value in urls.params(url).items() if name not in {"rev", "do"}]
    return urls.canonical(f"{url.split('?')[0]}?{urlencode(kept, safe=':/')}" if kept else url.split("?")[0])


def _identity(url: str) -> str:
    """The page that an address names: ``?id=a:b``, ``/doku.php/a:b``, ``/a/b``."""
    path = urls.path(url)
    after = path.partition("/doku.php/")[2]
    return (urls.param(url, "id") or after or path.rsplit("/", 1)[-1]).strip("/:").replace("/", ":")


# --- pages ----------------------------------------------------------------------------------------


def _page(reading: Reading, identity: str) -> None:
    tree = reading.tree
    body = html.first(tree, _PAGE)
    if body is None:
        level = html.first(tree, "div.level1, div.level2")
        body = level.getparent() if level is not None else None
    if body is None:
        reading.problem("a page without text")
        return
    url = reading.url(html.rel(tree, "canonical")) or reading.page.url
    title = html.line_of(body, "h1") or identity.rsplit(":", 1)[-1].replace("_", " ")
    comments = html.select(tree, ".comment_wrapper .hentry")
    author, changed = _last_change(tree)
    with reading.entry("a page that cannot be read"):
        copy = without(body, "._none")
        heading = html.first(copy, "h1")
        if heading is not None:
            heading.clear(keep_tail=True)
        reading.post(
            external_id=identity,
            url=url,
            words=html.split_quotes(copy, "blockquote", _DROP),
            title=title,
            thread_id=identity,
            thread_url=url,
            board=identity.rpartition(":")[0],
            position=1,
            author=author,
            created_at=reading.dates.read(changed or reading.carried("changed")),
            answer_count=len(comments),
        )
    for place, comment in enumerate(comments, 2):
        with reading.entry("a comment that cannot be read"):
            _comment(reading, comment, identity, url, title, place)


def _last_change(tree: html.Node) -> tuple[str, str]:
    """Who wrote the latest revision, and when: "Last modified: 2023/05/16 07:36 by ann"; addresses are no names."""
    foot = html.first(tree, ".docInfo")
    if foot is None:
        return "", ""
    names = [html.line(each) for each in html.select(foot, "bdi")]
    author = names[-1] if len(names) > 1 else ""
    match = _CHANGED.search(html.line(without(foot, "bdi")))
    return "" if _ADDRESS.fullmatch(author) else author, match[1] if match else ""


def _comment(reading: Reading, comment: html.Node, identity: str, url: str, title: str, place: int) -> None:
    anchor = html.attr(comment, "a[id^=comment_]", "id") or html.attr(comment, "a[name^=comment_]", "name")
    created, updated = (
        _UTC.sub("", html.attr(comment, f".comment_head abbr.{name}", "title"))
        for name in ("published", "updated")
    )
    reading.post(
        external_id=f"{identity}#{anchor}" if anchor else "",
        url=f"{url}#{anchor}",
        words=html.split_quotes(html.first(comment, ".comment_body"), "blockquote"),
        title=title,
        thread_id=identity,
        thread_url=url,
        board=identity.rpartition(":")[0],
        position=place,
        author=html.line_of(comment, ".comment_head .fn"),
        created_at=reading.dates.read(created),
        edited_at=reading.dates.read(updated),
    )


def _namespaces(reading: Reading, identity: str) -> None:
    """The lists of the namespaces that a page lies in or links to: each once, for recent changes tell the rest."""
    base = base_told(reading.page) or base_url(reading.context.base_url or reading.page.url)
    for namespace in _linked(reading.tree, identity):
        reading.link(_list_of(base, namespace), LinkKind.BOARD, activity="listed")


def _linked(tree: html.Node, identity: str) -> Iterator[str]:
    named = [each.get("data-wiki-id") or each.get("title") or "" for each in html.select(tree, "a.wikilink1")]
    found = {each.strip(": ").rpartition(":")[0] for each in (identity, *named) if "/" not in each}
    yield from sorted(each for each in found if not _FURNITURE.match(f"{each}:x"))


# --- the site -------------------------------------------------------------------------------------


def describe(page: Page, base: str) -> Site | None:
    """Namespaces that a page lies in or links to, and its feeds."""
    identity = str(_info(page).get("id") or "")
    if not identity:
        return None
    return Site(
        base_url=base,
        boards=tuple(
            Board(id=each, name=each, url=_list_of(base, each))
            for each in _linked(page.tree, identity)
            if each
        ),
        language=html.language(page.tree),
    )


SOFTWARE = Software(
    name="dokuwiki",
    channel=Channel.TRACKER,
    way=Way.HTML,
    entries=entries,
    extract=extract,
    marks=(
        Mark("generator", r"^DokuWiki(?: Release (?P<version>[\d-]+\w?))?"),
        Mark("html", r"/lib/exe/css\.php\?s=feed\""),
        Mark("html", r"\bvar NS='[^']*';var JSINFO = "),
        Mark("url", r"/doku\.php(?:[/?]|$)", 8),
        Mark("cookie", r"^DokuWiki$"),
    ),
    base_url=base_url,
    base_told=base_told,
    describe=describe,
    boards_in=boards_in,
    note="A page is one post; boards are namespaces. Pages younger than five days ask not to be kept, and are not.",
)
