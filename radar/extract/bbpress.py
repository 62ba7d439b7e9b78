"""bbPress 2.x on WordPress: ``/forums/forum/SLUG/page/2/``, ``/forums/topic/SLUG/page/2/#post-40``.

Markup after bbPress's default templates. Addresses bear slugs only; topics and replies share WordPress's numbers,
which the page tells (``bbp-topic-9``, ``topic-9-replies``). A reply is two neighbours: a header with number and
date, then author and text with its position and state among its classes. Listings say "1 year, 1 month ago";
posts the date in the site's language and zone, mixed with English where a translation is missing. Private forums
answer 404.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from radar.extract import html, urls
from radar.extract.classic import software
from radar.extract.fields import digits, field
from radar.extract.forum import Forum
from radar.extract.layout import Layout
from radar.extract.page import Mark

_HIDDEN = "status-trash, status-spam, status-pending, status-hidden, status-private"

LAYOUT = Layout(
    thread_at=r"/topic/([^/?#]+)",
    board_at=r"/forum/((?!page/)[^?#]+?)/?(?:page/\d+/?)?(?:[?#]|$)",
    post_at=r"#post-(\d+)",
    page_at=r"/page/(\d+)",
    first_page=(r"(?:page/\d+/?)?(?:[?#].*)?$", ""),
    board="ul[id^=bbp-forum-]:has(a.bbp-forum-title)",
    board_link="a.bbp-forum-title, .bbp-forums-list a",
    board_last=".bbp-forum-freshness a",
    board_counts=".bbp-forum-topic-count, .bbp-forum-reply-count",
    listing="ul.bbp-topics, .bbp-template-notice",
    listing_title=".bbp-breadcrumb-current | h1.entry-title",
    row="ul[id^=bbp-topic-]:has(a.bbp-topic-permalink)",
    row_id="@id",
    row_skip=", ".join(f"ul.{state}" for state in _HIDDEN.split(", ")),
    row_link="a.bbp-topic-permalink",
    row_last=".bbp-topic-freshness > a",
    row_replies=".bbp-topic-reply-count",
    replies_count_first=True,
    post="div.bbp-reply-header, div.bbp-topic-header",
    permalink="a.bbp-reply-permalink@href | a.bbp-topic-permalink@href",
    author=".bbp-author-name | .bbp-reply-author | .bbp-topic-author",
    time=".bbp-reply-post-date | .bbp-topic-post-date",
    body=".bbp-reply-content, .bbp-topic-content",
    drop=".bbp-reply-revision-log, .bbp-topic-revision-log, .bbp-attachments",
    title=".bbp-breadcrumb-current | h1.entry-title",
    crumbs="a.bbp-breadcrumb-forum",
    next="a.next.page-numbers",
    wall="form.bbp-login-form input[type=password], #loginform input[type=password]",
)
_NUMBERS = re.compile(r" \(\d[\d.,]*(?:, \d[\d.,]*)?\)$")


class BbPress(Forum):
    """A header and the element after it are one post."""

    def thread(self) -> tuple[str, str]:
        """The topic's number is told by the list of replies, or by the lead topic."""
        url, _ = super().thread()
        number = digits(field(self.tree, "ul.bbp-replies[id]@id | ul.bbp-lead-topic@id"))
        return url, number

    def post_id(self, post: html.Node) -> str:
        """The number that the permalink shows: a lead topic's header has no id of its own."""
        return digits(html.line_of(post, "a.bbp-reply-permalink, a.bbp-topic-permalink"))

    def _other(self, post: html.Node) -> html.Node:
        other = post.getnext()
        if other is None:
            raise ValueError("a header without a reply")
        return other

    def skipped(self, post: html.Node) -> bool:
        """Whether the reply is deleted, spam or not yet approved."""
        classes = (self._other(post).get("class") or "").split()
        return any(state in classes for state in _HIDDEN.split(", "))

    def position(self, post: html.Node) -> int | None:
        """Told by a class."""
        for name in (self._other(post).get("class") or "").split():
            if name.startswith("bbp-reply-position-"):
                return int(digits(name))
        return 1 if "bbp-topic-header" in (post.get("class") or "") else None

    def author(self, post: html.Node) -> str:
        """The name without the role below it."""
        return html.line(html.first(self._other(post), ".bbp-author-name")) or html.text_of(
            html.first(self._other(post), ".bbp-reply-author, .bbp-topic-author"), ".bbp-author-role"
        )

    def body(self, post: html.Node) -> html.Node | None:
        """The text."""
        return html.first(self._other(post), self.layout.body)

    def name(self, link: html.Node) -> str:
        """The name without the numbers of topics and replies that lists of subforums put behind it."""
        return _NUMBERS.sub("", super().name(link))

    def edited(self, post: html.Node) -> datetime | None:
        """Only told as "2 years ago", which would be another time at every visit."""
        return None


_SOFTWARE = software(
    "bbpress",
    LAYOUT,
    reader=BbPress,
    install=r"(?:forum|topic|reply|users|topics|view)/[^/]",
    board_url="forum/{id}/",
    marks=(
        Mark("html", r"<div id=\"bbpress-forums\""),
        Mark("html", r"<body[^>]* class=\"[^\"]*\bbbpress\b"),
        Mark("html", r"/wp-content/plugins/bbpress/templates/default/", 9),
    ),
    note="Times are shown without a zone: set timezone.",
)


def _base_url(url: str) -> str:
    """The forums' own path; that of a fresh installation for the start page of the site."""
    base = _SOFTWARE.base_url(url) if _SOFTWARE.base_url else url
    return urls.under(base, "forums/") if base == urls.origin(base) else base


SOFTWARE = replace(_SOFTWARE, base_url=_base_url)
