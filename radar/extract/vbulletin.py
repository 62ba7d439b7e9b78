"""vBulletin 3 and 4: ``showthread.php?t=8&page=2``, ``showthread.php?8-Slug/page2``, ``forumdisplay.php?f=4`` or ``?4-Name``.

Markup after the default styles of 3.8 (tables) and 4.2 (lists). Times are text in the zone printed at the foot of
the page ("All times are GMT +1"), ``s=`` is a session. Ignored and deleted posts are placeholders without a
message. 5 is another software: see ``vbulletin5``.
"""

from __future__ import annotations

from radar.extract import html
from radar.extract.classic import software
from radar.extract.fields import field
from radar.extract.forum import Forum
from radar.extract.layout import Layout
from radar.extract.page import Mark

LAYOUT = Layout(
    thread_at=r"showthread\.php\?(?:[^#]*&)?t=(\d+)|showthread\.php[?/](\d+)|/threads/(\d+)-",
    board_at=r"forumdisplay\.php\?(?:[^#]*&)?f=(\d+)|forumdisplay\.php[?/](\d+)|/forums/(\d+)-",
    post_at=r"[?&]p=(\d+)|#post(\d+)",
    page_at=r"[?&]page=(\d+)|/page(\d+)",
    first_page=(r"&(?:page|p|goto|highlight|viewfull|mode)=\w*|/page\d+|#.*", ""),
    board="li.forumbit_post, li.forumbit_nopost li.subforum, tr:has(td.alt1Active)",
    board_link="h2.forumtitle a, li.subforum a, td.alt1Active a[href*=forumdisplay]",
    board_last=".forumlastpost a[href*='p='], td.alt2 a[href*='p=']",
    board_counts="ul.forumstats li, td.alt1, td.alt2:last-child",
    listing="#threadlist, #threadslist",
    listing_title="#pagetitle .forumtitle | td.navbar strong",
    row="li.threadbit, #threadslist tr:has(td.alt2)",
    row_skip="li.threadbit.deleted, li.threadbit.moved, img[src*=moved]",
    row_link="a.title, a[id^=thread_title_]",
    row_last="a.lastpostdate, td.alt2 a[href*='p=']",
    row_time="dl.threadlastpost dd:last-child | td.alt2[title] div.smallfont",
    row_replies="ul.threadstats li | a[href*=whoposted]",
    row_prefix=".prefix",
    time_drop="a",
    post="li.postcontainer[id^=post_], table[id^=post]",
    post_skip="li.postbitdeleted, li.postbitignored",
    number="a.postcounter | a[id^=postcount]",
    author=".username_container .username | a.bigusername | .username_container | div[id^=postmenu_]",
    time=".postdate .date | td.thead",
    edited="blockquote.lastedited, div.smallfont > em",
    edited_of=r"[;(]\s*([^;()]+?)\)?\.*(?:\s*(?:Reason|Grund):.*)?$",
    body="div[id^=post_message_]",
    quote=".bbcode_quote .message, td.alt2 > div[style*=italic]",
    drop=".bbcode_postedby, .bbcode_description, td.alt2 > div:has(strong), div.smallfont[style*=margin-bottom]",
    title="#pagetitle .threadtitle | td.navbar strong",
    title_drop=".prefix",
    prefix="#pagetitle .prefix",
    crumbs="#breadcrumb a, span.navbar a",
    thread_ref="#pagetitle .threadtitle a",
    next="a[rel=next]",
    day_first=False,
    wall=".panelsurround input[type=password], .standard_error input[type=password], form.vbform input[type=password]",
)


class VBulletin(Forum):
    """Version 3 links single posts by a page of their own."""

    def permalink(self, post: html.Node, thread: str) -> str:
        """The post among the others."""
        post_id = self.post_id(post)
        url = self.reading.url(field(post, "a.postcounter@href"), fragment=True)
        return url or self.reading.url(f"showthread.php?p={post_id}#post{post_id}", fragment=True)


SOFTWARE = software(
    "vbulletin",
    LAYOUT,
    reader=VBulletin,
    install=r"(?:index|forum|showthread|forumdisplay|showpost|external|member|search|login|archive/index)\.php|"
    r"threads/\d|forums/\d",
    board_url="forumdisplay.php?f={id}",
    marks=(
        Mark("generator", r"vBulletin (?P<version>[34][\d.]*)"),
        Mark("html", r"Powered by vBulletin&?(?:reg|trade)?;?\s*Version (?P<version>[34][\d.]*)"),
        Mark("html", r"clientscript/vbulletin[_-](?:global|core)\.js"),
        Mark("cookie", r"^bb(?:lastvisit|sessionhash)$", 8),
        Mark("url", r"/(?:showthread|forumdisplay)\.php\?(?:[tf]=)?\d", 5),
    ),
    note="Times are shown without a zone: set timezone.",
)
