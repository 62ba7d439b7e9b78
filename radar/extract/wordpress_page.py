"""The page of a WordPress post: the markup of WordPress's own walker for comments, which most themes keep.

Comments stand in the order of answers, or page by page; the order of writing gives the positions. A post with a password
shows a form instead of its text.
"""

from __future__ import annotations

import re
from typing import Any

from radar.errors import ExtractionError
from radar.extract import html
from radar.extract.chronology import Chronology
from radar.extract.fields import digits, field, found, moment
from radar.extract.page import Extraction, LinkKind
from radar.extract.reading import Reading
from radar.extract.urls import param

DROP = (
    ".sharedaddy, .jp-relatedposts, .wp-block-buttons, .wp-block-latest-posts, .addtoany_share_save_container,"
    " .post-password-form, .comments-area, .comment-awaiting-moderation, .reply"
)
_TEXTS = (
    "article .entry-content", ".entry-content", ".wp-block-post-content", "[itemprop=articleBody]", ".post-content",
    ".post-entry", "article .content",
)  # fmt: skip
_COMMENTS = "li[id^=comment-], article[id^=comment-], div[id^=comment-].comment"
_PAGES = "a[href*=comment-page-], a[href*='cpage=']"


def plain(text: str) -> str:
    """HTML as one line."""
    return " ".join(html.text_of(html.fragment(text)).split())


def read_page(reading: Reading) -> Extraction:
    """A post and its comments. Raises ExtractionError if the page is none of a post."""
    tree = reading.tree
    if reading.page.status in {404, 410}:
        return reading.extraction(missing=True)
    if html.first(tree, "form.post-password-form, form[action*=postpass]") is not None:
        return reading.extraction(login_wall=True)
    reading.language = reading.context.language or html.language(tree)
    thread = reading.carried("thread") or _number(reading)
    body = next(filter(lambda node: node is not None, (html.first(tree, css) for css in _TEXTS)), None)
    if not thread or (body is None and html.first(tree, _COMMENTS) is None):
        raise ExtractionError("no post of WordPress can be told on this page")
    url = reading.url(html.rel(tree, "canonical")) or reading.url(reading.page.url.split("?")[0])
    url = re.sub(r"comment-page-\d+/?$", "", url)
    known: dict[str, Any] = {
        "title": reading.carried("title") or html.line_of(tree, "h1.entry-title") or html.line_of(tree, "h1"),
        "thread_id": thread,
        "thread_url": url,
        "board": reading.carried("board") or html.line_of(tree, ".cat-links a, a[rel~=category]"),
    }
    others = {reading.url(link.get("href")) for link in html.select(tree, _PAGES)} - {""}
    posts, later = Chronology(reading), _later(reading.page.url)
    if others or later:
        posts.doubt_all()
    if not later:
        with reading.entry("a post that cannot be read"):
            posts.add(paged=False, **known, **_opening(reading, thread, url, body))
    for comment in html.select(tree, _COMMENTS):
        with reading.entry("a comment that cannot be read"):
            if not _left_out(comment):
                posts.add(paged=False, **known, **_comment(reading, comment, url))
    posts.post_all(more=False)
    carry = {"thread": thread, "title": known["title"], "board": known["board"]}
    for each in sorted(others):
        reading.link(each, LinkKind.NEXT, thread_id=thread, carry=carry)
    return reading.extraction(thread_id=thread)


def _number(reading: Reading) -> str:
    named = found(r"\bpostid-(\d+)\b", html.attr(reading.tree, "body[class]", "class"))
    return named or param(reading.url(html.rel(reading.tree, "shortlink")), "p")


def _later(url: str) -> bool:
    return bool(re.search(r"/comment-page-\d+/?", url) or param(url, "cpage"))


def _opening(reading: Reading, thread: str, url: str, body: html.Node | None) -> dict[str, Any]:
    """The post itself; what the list of posts told of it counts for more than how the theme shows it."""
    tree = reading.tree
    shown = html.attr(tree, "time.entry-date.published, time.published, .wp-block-post-date time", "datetime")
    told = reading.carried("created") or shown
    told = told or html.metas(tree).get("article:published_time", "")
    created, edited = reading.dates.read(told), reading.dates.read(reading.carried("edited"))
    return {
        "external_id": thread,
        "url": url,
        "words": html.split_quotes(body, drop=DROP),
        "author": reading.carried("author")
        or field(tree, "article .author .fn | a[rel=author] | .wp-block-post-author__name | .byline .author"),
        "created_at": created,
        "edited_at": edited if created and edited and edited > created else None,  # written ahead, else
        "first": True,
    }


def _left_out(comment: html.Node) -> bool:
    """Whether it waits for approval, or only tells that another page links here."""
    classes = (comment.get("class") or "").split()
    own = html.first(_own(comment), ".comment-awaiting-moderation")
    return own is not None or "pingback" in classes or "trackback" in classes


def _own(comment: html.Node) -> html.Node:
    """The part of a comment without the answers to it, which stand inside of it."""
    inner = html.first(comment, f"#div-{comment.get('id')}")
    return inner if inner is not None else comment


def _comment(reading: Reading, comment: html.Node, url: str) -> dict[str, Any]:
    own, anchor = _own(comment), f"comment-{int(digits(comment.get('id')))}"
    when = html.first(own, ".comment-metadata time, time[datetime], .comment-meta a")
    text = html.first(own, ".comment-content, .wp-block-comment-content, .comment-text")
    drop = f"{DROP}, .comment-author, .comment-meta, .commentmetadata, .children"
    return {
        "external_id": anchor,
        "url": f"{url}#{anchor}",
        "words": html.split_quotes(text if text is not None else own, drop=drop),
        "author": field(own, ".fn | .wp-block-comment-author-name | .comment-author"),
        "created_at": reading.dates.read(moment(when)) if when is not None else None,
    }
