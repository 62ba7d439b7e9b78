"""Askbot 0.13: ``/questions/scope:all/sort:activity-desc/page:2/``, ``/question/28/slug/?sort=oldest&page=2``.

Markup after Askbot's own templates (askbot/jinja2/questions, question and macros.html). Site owners' languages change
the words in addresses (``/Fragen/``, ``/Frage/28/``), so that posts and rows are told by their classes. Questions,
answers and comments share their numbers. Times are told twice over, ``2023-05-16 05:36:46+00:00 +0100``: the first
zone counts, the second is the server's. Past its end a list begins anew, with status 200; a later page of a question
shows the question again. Only five comments below a post are shown: the question's own feed has the others.
A question that was deleted leads to the list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from radar.errors import ExtractionError
from radar.extract import html
from radar.extract.chronology import Chronology, carry_of
from radar.extract.feed_document import Feed, read_feed
from radar.extract.fields import digits, found, number
from radar.extract.page import Board, Context, Extraction, Link, LinkKind, Mark, Page, Site, Software, Way
from radar.extract.paging import further
from radar.extract.reading import Reading
from radar.extract.urls import absolute, base_before, origin, param, path, under
from radar.model import Channel, Source

LISTS = {
    "question": "questions", "pregunta": "preguntas", "otazka": "otazky", "Frage": "Fragen", "galdera": "galderak",
    "vraag": "vragen", "pergunta": "perguntas", "vopros": "voprosy", "soru": "sorular",
    "質問": "質問", "питання": "питання", "问题": "问题", "vprašanje": "vprašanj", "שאלה": "שאלות",
}  # fmt: skip
"""What Askbot's translations make of ``question`` and ``questions`` in addresses."""
_ELSEWHERE = r"/(?:feeds|tags|users|badges|groups|about|faq|help|search-posts|account|api|s|sitemap\.xml|Markierungen|Benutzer|Konto)(?:/|$)"
_SORTED = "./scope:all/sort:activity-desc/"  # what looks like a scheme must not come first
_QUESTION = r"/(\d+)(?:/|$)"
_LIST_PAGE = r"/page:(\d+)"
_COMMENT_BY = re.compile(r"Comment by (.{1,100}?) for <")


def base_url(url: str) -> str:
    """The list of questions, where an address tells how the site calls it; else the install path."""
    pieces = path(url).split("/")
    plural = {name.casefold(): name for name in LISTS.values()}
    singular = {name.casefold(): plural for name, plural in LISTS.items()}
    for place, piece in enumerate(pieces):
        name = piece if piece.casefold() in plural else singular.get(piece.casefold())
        if name:
            return under(origin(url), quote("/".join([*pieces[1:place], name])) + "/")
    return base_before(url, _ELSEWHERE)


def entries(source: Source) -> Sequence[Link]:
    """The questions by activity, or those of each tag; the home page leads to them where it is all that is known."""
    base = base_url(source.url)
    called = path(base).rstrip("/").rsplit("/", 1)[-1] in LISTS.values()
    if not source.boards:
        return [Link(url=under(base, _SORTED) if called else base, kind=LinkKind.BOARD)]
    base = base if called else under(base, "questions/")
    tags = [
        found(r"/tags:([^/]+)", path(board)) or board.rstrip("/").rsplit("/", 1)[-1]
        for board in source.boards
    ]
    return [Link(url=under(base, f"{_SORTED}tags:{quote(tag)}/"), kind=LinkKind.BOARD) for tag in tags]


def extract(page: Page, context: Context) -> Extraction:
    """A list of questions, a page of a question, or a question's feed."""
    reading = Reading(page, context)
    if page.status in {404, 410}:
        return reading.extraction(missing=True)
    feed = read_feed(page)
    if feed is not None:
        return _more_comments(reading, feed)
    reading.language = context.language or html.language(page.tree)
    if html.first(page.tree, "div.js-question[data-post-id]") is not None:
        return _question(reading)
    if html.holds(page.tree, "#js-questions, p.questions-blank-state, body.questions-page"):
        return _list(reading)
    if html.has_password_field(page.tree):
        return reading.extraction(login_wall=True)
    if "askbot" not in page.text[:50_000]:
        raise ExtractionError("neither questions nor answers of Askbot")
    return reading.extraction(missing=html.holds(page.tree, "body.error-page"))


def _list(reading: Reading) -> Extraction:
    if reading.carried("question"):  # the question is gone, and its address leads here
        return reading.extraction(missing=True)
    for row in html.select(reading.tree, "div.question-summary"):
        with reading.entry("a question that cannot be read"):
            link = html.first(row, "h2 a[href]")
            url = reading.url(html.attr(row, "h2 a[href]", "href"))
            said = html.attr(row, "abbr.js-timeago", "title")
            answers = digits(html.line_of(row, ".question-answers-count .item-count"))
            solved = html.holds(row, ".question-answers-count.with-accept-answer-icon")
            identity = found(_QUESTION, path(url))
            if not identity:
                raise ValueError("a question without number")
            reading.link(
                f"{url}?sort=oldest",
                LinkKind.THREAD,
                thread_id=identity,
                activity="/".join((said.split("+")[0], answers, "solved" if solved else "")),
                active_at=reading.dates.read(said),
                carry={
                    "question": identity,
                    "title": html.line(link),
                    "board": html.line_of(row, "a.js-tag-name"),
                },
            )
    reading.link(_next(reading, _LIST_PAGE), LinkKind.NEXT)
    return reading.extraction()


def _next(reading: Reading, numbered: str) -> str:
    """The pager's next page, if its number really is a higher one."""
    links = html.select(reading.tree, "div.paginator a.next-page[href]:not(.js-disabled)")
    return further(reading, links, numbered)


def _question(reading: Reading) -> Extraction:
    tree = reading.tree
    url = reading.url(reading.page.url.split("?")[0])
    question = html.select(tree, "div.js-question[data-post-id]")[0]
    thread = digits(question.get("data-post-id"))
    solved = bool(reading.carried("solved")) or html.holds(
        tree, "div.js-accepted-answer, a.accepted-answer-link"
    )
    count = number(digits(html.line_of(tree, "h2.js-answers-count .count")))
    later = (number(param(reading.page.url, "page")) or 1) > 1
    known: dict[str, Any] = {
        "title": html.line_of(question, "h1 .js-editable-content") or reading.carried("title"),
        "thread_id": thread,
        "thread_url": url,
        "board": html.line_of(question, "a.js-tag-name"),
        "solved": solved,
    }
    posts, cut = Chronology(reading, later_page=later), []
    for post in html.select(tree, "div.js-question[data-post-id], div.js-answer[data-post-id]"):
        if post is question and later:
            continue
        with reading.entry("a post that cannot be read"):
            if not _hidden(post):
                first = post is question
                about: dict[str, Any] = {"answer_count": count or 0, "first": True} if first else {}
                posts.add(
                    paged=not first, **known, **about, **_said(reading, post, url, "" if first else "answer")
                )
        for comment in html.select(post, "div.js-comment[data-post-id]"):
            with reading.entry("a comment that cannot be read"):
                if not _hidden(comment):
                    posts.add(paged=False, **known, **_comment(reading, comment, url))
        button = html.first(post, "a.js-load-comments-btn")
        if button is not None and "js-hidden" not in (button.get("class") or ""):
            for last in html.select(post, "div.js-comment[data-post-id]")[-1:]:
                cut.append(str(last.get("data-post-id")))
                posts.doubt_after(reading.dates.read(html.attr(last, _COMMENTED, "title")))
    following = _next(reading, r"[?&]page=(\d+)")
    told = posts.post_all(more=bool(following))
    carry = {"question": thread, **carry_of(known)}
    reading.link(following, LinkKind.NEXT, thread_id=thread, carry={**carry, **told})
    # the software often thinks that it is on another host, so that only the path counts
    feeds = path(html.attr(tree, "link[rel=alternate][type='application/rss+xml']", "href"))
    if cut and feeds.endswith("/rss/"):
        again = f"?after={cut[0]}"  # each page of the question asks for its own
        reading.link(
            reading.url(f"{feeds.removesuffix('rss/')}question/{thread}/{again}"),
            LinkKind.NEXT,
            thread_id=thread,
            carry={**carry, "after": " ".join(cut), "url": url},
        )
    return reading.extraction(thread_id=thread)


_WAITING = "div.post-content > div.js-post-moderation-message, div.post-body > div.js-post-moderation-message"
_COMMENTED = ".comment-age abbr.js-timeago"
_UPDATED = "div.post-update-info-container abbr.js-timeago"


def _hidden(post: html.Node, waiting: str = _WAITING) -> bool:
    """Whether a post is deleted, or waits for a moderator."""
    return "js-post-deleted" in (post.get("class") or "") or html.first(post, waiting) is not None


def _said(reading: Reading, post: html.Node, url: str, kind: str) -> dict[str, Any]:
    """What a question or an answer says; whoever changed it last is told below it, with the time."""
    identity = str(int(post.get("data-post-id")))
    times = [node.get("title") for node in html.select(post, _UPDATED)]
    return {
        "external_id": identity,
        "url": f"{url}?{kind}={identity}#post-id-{identity}" if kind else url,
        "words": html.split_quotes(html.first(post, "div.post-body div.js-editable-content")),
        "author": html.line_of(post, "div.post-update-info-author-name"),
        "created_at": reading.dates.read(times[0] if times else ""),
        "edited_at": reading.dates.read(times[-1]) if len(times) > 1 else None,
    }


def _comment(reading: Reading, comment: html.Node, url: str) -> dict[str, Any]:
    identity = str(int(comment.get("data-post-id")))
    return {
        "external_id": identity,
        "url": f"{url}?comment={identity}#post-id-{identity}",
        "words": html.split_quotes(html.first(comment, "div.js-comment-body")),
        "author": html.line_of(comment, ".js-comment-author"),
        "created_at": reading.dates.read(html.attr(comment, _COMMENTED, "title")),
    }


def _more_comments(reading: Reading, feed: Feed) -> Extraction:
    """The comments of a question's feed that its page does not show: those that follow the last one shown."""
    cut, more = reading.carried("after").split(), False
    for entry in feed.entries:
        with reading.entry("a feed entry that cannot be read"):
            identity = param(reading.url(entry.link), "comment")
            if not identity.isdecimal():
                more = False
            elif more:
                by = _COMMENT_BY.match(entry.title)
                reading.post(
                    external_id=identity,
                    url=f"{reading.carried('url')}?comment={identity}#post-id-{identity}",
                    words=entry.content,  # as typed, in Markdown
                    title=reading.carried("title"),
                    thread_id=reading.carried("question"),
                    thread_url=reading.carried("url"),
                    board=reading.carried("board"),
                    first=False,
                    author=by[1] if by else "",
                    created_at=reading.dates.read(entry.published),
                    solved=bool(reading.carried("solved")),
                )
            more = more or identity in cut
    return reading.extraction(thread_id=reading.carried("question"))


def describe(page: Page, base: str) -> Site | None:
    """Tags, version, feed and language from any page."""
    if read_feed(page) is not None or "askbot" not in page.text[:50_000]:
        return None
    tags = {
        name: Board(name, name, under(base, f"{_SORTED}tags:{quote(name)}/"))
        for name in (
            node.get("data-tag-name")
            for node in html.select(
                page.tree, "main a.js-tag-name[data-tag-name], aside a.js-tag-name[data-tag-name]"
            )
        )
    }
    version = re.search(r"[Aa]skbot[^<]{0,40}?\s(\d+\.\d[\d.]*\d)", page.text)
    return Site(
        base_url=base,
        version=version[1] if version else "",
        boards=tuple(tags.values()),
        feeds=tuple(
            absolute(page.url, node.get("href"))
            for node in html.select(page.tree, "link[rel=alternate][type='application/rss+xml'][href]")
        ),
        language=found(r"\['languageCode'\] = '([\w-]+)'", page.text[:50_000]) or html.language(page.tree),
    )


SOFTWARE = Software(
    name="askbot",
    channel=Channel.QA,
    way=Way.HTML,
    entries=entries,
    extract=extract,
    marks=(
        Mark("html", r"askbot\['(?:data|urls|settings)'\]\s*="),
        Mark("html", r"<a href=\"https?://askbot\.(?:com|org)[^>]*>[^<]*askbot", 6),
    ),
    base_url=base_url,
    describe=describe,
    anywhere=True,
    note="Tags stand for boards; an accepted answer means solved.",
)
