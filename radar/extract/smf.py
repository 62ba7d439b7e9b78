"""Simple Machines Forum 2.0 and 2.1: ``index.php?board=3.20``, ``index.php?topic=9.15``, ``topic=9.msg40#msg40``.

Markup after SMF's default theme (``Display``, ``MessageIndex``, ``BoardIndex``). Parts of an address are
separated by ``;``, and links bear ``PHPSESSID`` for user agents that look like browsers. Replies are numbered
from 1, the opening post bears no number. Times are text in the site's zone. 2.0 uses ``rel=next`` for the next
*topic* (``prev_next=next``), so paging follows the pager. Past the end comes the last page again.
"""

from __future__ import annotations

import re

from radar.extract import html
from radar.extract.classic import software
from radar.extract.fields import digits, field
from radar.extract.forum import Forum
from radar.extract.layout import Layout
from radar.extract.page import Mark

LAYOUT = Layout(
    thread_at=r"[?&;/]topic[=,](\d+)",
    board_at=r"[?&;/]board[=,](\d+)",
    post_at=r"\.msg(\d+)|[?&;]msg=(\d+)|#msg(\d+)",
    page_at=r"(?:topic|board)[=,]\d+\.(\d+)",
    first_page=(r"(topic[=,]\d+)\.[^#]*?(\.html)?(?:#.*)?$", r"\1.0\2"),
    board="div.up_contain, tr[id^=board_]:has(td.info), tr[id$=_children]",
    board_link="a.subject, .children a",
    board_last=".lastpost a[href*=msg]",
    board_counts=".board_stats p, td.stats p",
    listing="#messageindex, #topic_header",
    listing_title="h2.display_title | .navigate_section li:last-child a",
    row="#topic_container > div, #messageindex tbody tr:has(td.subject)",
    row_skip=".main_icons.move, img[src*='/post/moved.'], img[src*='/icons/move']",
    row_link="span[id^=msg_] a",
    row_last=".lastpost a[href*=msg]",
    row_time=".lastpost p > a | td.lastpost",
    row_replies=".board_stats p | td.stats",
    post=".post_wrapper",
    post_id=".inner[id^=msg_]@id",
    number=".page_number | .keyinfo .smalltext strong",
    author=".poster h4 a[href*=profile] | .poster h4",
    time=".postinfo > a.smalltext | .postinfo .smalltext | .keyinfo .smalltext",
    edited=".modified",
    body=".inner[id^=msg_]",
    drop="blockquote > cite, .quoteheader, .quotefooter, .codeheader, .signature",
    title="#top_subject | .navigate_section li:last-child a",
    crumbs=".navigate_section a",
    thread_ref=".navigate_section a",
    pager=".pagelinks a, a.navPages",
    clock="#inner_section time[datetime], .user time[datetime]",
    wall="form[name=frmLogin], #frmLogin",
)


class SMF(Forum):
    """Replies are numbered from 1, behind an opening post without a number; 2.1 links posts by a redirect."""

    def position(self, post: html.Node) -> int | None:
        """One more than the number of a reply."""
        told = digits(field(post, self.layout.number))
        if told:
            return int(told) + 1
        opens = not self.reading.posts and self.paging.here == 1
        return 1 if opens else None

    def permalink(self, post: html.Node, thread: str) -> str:
        """The address that every version understands and that needs no redirect."""
        message = self.post_id(post)
        return re.sub(r"(topic[=,]\d+)\.0", rf"\1.msg{message}", thread) + f"#msg{message}"


SOFTWARE = software(
    "smf",
    LAYOUT,
    reader=SMF,
    install=r"index\.php",
    board_url="index.php?board={id}.0",
    home="index.php",
    marks=(
        Mark("html", r"<a href=\"[^\"]*action=credits\"[^>]*>SMF (?P<version>2\.\d[\d.]*)"),
        Mark("html", r"var smf_scripturl ="),
        Mark("html", r"simplemachines\.org", 5),
        Mark("cookie", r"^SMFCookie\d"),
        Mark("url", r"index\.php\?(?:[^#]*;)?(?:topic|board)=\d+\.", 8),
    ),
    note="Times are shown without a zone: set timezone.",
)
