"""AnsPress 4 on WordPress: ``/questions/page/2/``, ``/questions/question/SLUG/?ap_paged=2``, ``.../answer/46/``.

Markup after AnsPress's own templates (templates/question-list-item.php, single-question.php, answer.php, comment.php).
Questions and answers share WordPress's numbers; a comment is ``comment-12``, as in its address. Answers are asked for in order of writing. Times are machine-readable
beside texts like "vor 2 Monaten"; those of comments are the site's local ones, marked as UTC whatever the zone. Lists tell
the time of the latest activity and a link to it. Only the first comments of a post are on the page; the others come by a
script. A page of answers shows the question again; private and waiting ones are left out by AnsPress, or marked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from radar.errors import ExtractionError
from radar.extract import html
from radar.extract.chronology import Chronology, carry_of
from radar.extract.fields import digits, found, number
from radar.extract.page import Board, Context, Extraction, Link, LinkKind, Mark, Page, Site, Software, Way
from radar.extract.paging import further
from radar.extract.reading import Reading
from radar.extract.urls import absolute, base_before, origin, param, path, under
from radar.model import Channel, Source

_INSTALL = r"/(?:question|categories|tags|ask|page|profile|activities)(?:/|$)"
_CLOSED = (
    ".ap-post-status.private_post, .ap-post-status.moderate, .ap-post-status.trash, .ap-post-status.future"
)
_HIDDEN = re.compile(r"\bstatus-(?:private_post|moderate|trash|future)\b")
_LIST_PAGE = r"(?:/page/|[?&](?:ap_)?paged=)(\d+)"
_UTC = re.compile(r"(?:Z|[+-]00:?00)$")


def base_url(url: str) -> str:
    """The page of questions, ``questions/`` as installed; that for the start page of the site too."""
    base = base_before(url, _INSTALL)
    return under(base, "questions/") if base == origin(url) else base


def entries(source: Source) -> Sequence[Link]:
    """The questions by activity, or those of each category or tag by its address."""
    base = base_url(source.url)
    addresses = [
        board if "://" in board else under(base, f"categories/{board}/") for board in source.boards
    ] or [f"{base}?order_by=active"]
    return [Link(url=absolute(base, each), kind=LinkKind.BOARD) for each in addresses]


def extract(page: Page, context: Context) -> Extraction:
    """A list of questions, or a page of a question."""
    reading = Reading(page, context)
    tree = page.tree
    if page.status in {404, 410}:
        return reading.extraction(missing=True)
    reading.language = context.language or html.language(tree)
    if html.first(tree, "[ap=question][apid]") is not None:
        return _question(reading)
    if html.holds(tree, "div.ap-questions-item, p.ap-no-questions"):
        return _list(reading)
    if html.has_password_field(tree):
        return reading.extraction(login_wall=True)
    if html.holds(tree, "div.ap-no-permission, #anspress, .anspress"):
        return reading.extraction(missing=bool(reading.carried("question")))
    raise ExtractionError("neither questions nor answers of AnsPress")


def _list(reading: Reading) -> Extraction:
    for row in html.select(reading.tree, "div.ap-questions-item"):
        with reading.entry("a question that cannot be read"):
            if html.holds(row, _CLOSED):
                continue
            link = html.select(row, "a.ap-questions-hyperlink[href]")[0]
            identity = digits(row.get("id"))
            url = reading.url(link.get("href"))
            if not (identity and url):
                raise ValueError("a question without number or address")
            said = html.attr(row, ".ap-display-question-meta time[datetime]", "datetime")
            answers = digits(html.line_of(row, "[itemprop=answerCount]"))
            solved = html.holds(row, ".ap-display-meta-item.solved, .ap-best-answer-label")
            reading.link(
                f"{url}{'&' if '?' in url else '?'}order_by=oldest",
                LinkKind.THREAD,
                thread_id=identity,
                activity="/".join((said, answers, "solved" if solved else "")) if said else "",
                carry={
                    "question": identity,
                    "title": html.line(link),
                    "board": html.line_of(row, ".ap-display-meta-item.categories a, .question-categories a"),
                    "solved": "yes" if solved else "",
                },
            )
    reading.link(_next(reading), LinkKind.NEXT)
    return reading.extraction()


def _next(reading: Reading) -> str:
    return further(reading, html.select(reading.tree, "div.ap-pagination a.next[href]"), _LIST_PAGE)


def _question(reading: Reading) -> Extraction:
    tree = reading.tree
    question = html.select(tree, "[ap=question][apid]")[0]
    thread = digits(question.get("apid"))
    url = reading.url(html.attr(question, "a.ap-posted[href]", "href")) or reading.page.url
    solved = bool(reading.carried("solved")) or html.holds(
        tree, "div.best-answer, .ap-question-meta .ap-display-meta-item.solved"
    )
    heading = html.line_of(tree, "h1.entry-title") or html.line_of(tree, "h1")
    known: dict[str, Any] = {
        "title": reading.carried("title") or heading,
        "thread_id": thread,
        "thread_url": url,
        "board": html.line_of(tree, ".ap-question-meta .categories a, .question-categories a")
        or reading.carried("board"),
        "solved": solved,
    }
    later = (number(found(_LIST_PAGE, reading.page.url)) or 1) > 1
    count = number(digits(html.line_of(tree, "[ap=answers_count_t] [itemprop=answerCount]"))) or 0
    posts = Chronology(reading, later_page=later)
    if html.holds(tree, "a.ap-all-answers") or param(reading.page.url, "order_by") != "oldest":
        posts.doubt_all()  # one answer alone, or another order
    for post in (question, *html.select(tree, "[ap=answer][apid]")):
        first = post is question
        if (first and later) or html.holds(post, _CLOSED) or _HIDDEN.search(post.get("class") or ""):
            continue
        with reading.entry("a post that cannot be read"):
            about = {"url": url, "first": True, "answer_count": count} if first else {}
            said = _said(reading, post)
            posts.add(paged=not first, **known, **{**said, **about})
            if html.holds(post, "a.ap-view-comments"):
                posts.doubt_after(said["created_at"])
                reading.problem("comments that only a script shows", f"{thread}: {post.get('apid')}")
        for comment in html.select(post, "apcomment[id^=comment-]"):
            with reading.entry("a comment that cannot be read"):
                if "unapproved" not in (comment.get("class") or "").split():
                    posts.add(paged=False, **known, **_comment(reading, comment, url))
    following = _next(reading)
    told = posts.post_all(more=bool(following))
    carry = {"question": thread, **carry_of(known)}
    reading.link(following, LinkKind.NEXT, thread_id=thread, carry={**carry, **told})
    return reading.extraction(thread_id=thread)


def _said(reading: Reading, post: html.Node) -> dict[str, Any]:
    """What a question or an answer says. When it was edited is not told."""
    metas = html.first(post, "div.ap-q-metas")
    if metas is None:
        raise ValueError("a post without author and time")
    body = html.first(post, "div.ap-q-content, [itemprop=text]")
    return {
        "external_id": digits(post.get("apid")),
        "url": reading.url(html.attr(metas, "a.ap-posted[href]", "href"), fragment=True),
        "words": html.split_quotes(body),
        "author": html.line_of(metas, "[itemprop=name]") or html.line_of(metas, "[itemprop=author], a"),
        "created_at": reading.dates.read(html.attr(metas, "time[datetime]", "datetime")),
    }


def _comment(reading: Reading, comment: html.Node, url: str) -> dict[str, Any]:
    anchor = f"comment-{int(digits(comment.get('id')))}"
    link = reading.url(html.attr(comment, "a.ap-comment-time[href]", "href"), fragment=True)
    said = html.attr(comment, "time[datetime]", "datetime")
    return {
        "external_id": anchor,
        "url": link if anchor in link else f"{url}#{anchor}",
        "words": html.split_quotes(html.first(comment, ".ap-comment-content")),
        "author": html.line_of(comment, ".ap-comment-author"),
        "created_at": reading.dates.read(_UTC.sub("", said)),  # local, whatever it says
    }


def describe(page: Page, base: str) -> Site | None:
    """Categories and the version, which the addresses of scripts and styles carry."""
    if "anspress" not in page.text.lower():
        return None
    version = re.search(r"/plugins/anspress-question-answer/[^\"'?]*\?ver=(\d[\d.]*)", page.text)
    boards: dict[str, Board] = {}
    for link in html.select(page.tree, "a[href*='/categories/']"):
        url = absolute(page.url, link.get("href"))
        if name := found(r"/categories/([^/?]+)", path(url)):
            boards.setdefault(name, Board(name, html.line(link), url))
    return Site(
        base_url=base,
        version=version[1] if version else "",
        boards=tuple(boards.values()),
        language=html.language(page.tree),
    )


SOFTWARE = Software(
    name="anspress",
    channel=Channel.QA,
    way=Way.HTML,
    entries=entries,
    extract=extract,
    marks=(
        Mark("html", r"/plugins/anspress-question-answer/", 12),
        Mark("html", r"<div[^>]+class=\"[^\"]*\bap-questions-item\b", 12),
        Mark("html", r"\bap=\"(?:question|answer)\" apid=\"|apid=\"\d+\" ap=\"(?:question|answer)\"", 12),
    ),
    base_url=base_url,
    describe=describe,
    anywhere=True,
    note="Comments beyond the first ones of a post are shown by a script only, and not read; set timezone for comments.",
)
