"""MyBB 1.8: ``/thread-8-page-2.html`` or ``showthread.php?tid=8&page=2``, ``/forum-4.html`` or ``forumdisplay.php?fid=4``.

Markup after MyBB's default templates (``forumdisplay_thread``, ``postbit``, ``showthread``). Times are text in
one offset all year round, which the clock at the foot of each page tells, month first by default; recent ones are words ("Yesterday", "5 hours ago") with the full date in
a tooltip. Every page for guests holds a hidden login form. Missing threads and private boards are answered with
200 and a box; a page past the end is page 1 again. The Atom feed marks local times as UTC: only the RSS feed of
``syndication.php`` is offered.
"""

from __future__ import annotations

from radar.extract.classic import software
from radar.extract.layout import Layout
from radar.extract.page import Mark

LAYOUT = Layout(
    thread_at=r"/thread-(\d+)(?:-[a-z0-9-]+)?\.html|showthread\.php\?(?:[^#]*&)?tid=(\d+)",
    board_at=r"/forum-(\d+)(?:-page-\d+)?\.html|forumdisplay\.php\?(?:[^#]*&)?fid=(\d+)",
    post_at=r"-post-(\d+)|[?&]pid=(\d+)|#pid(\d+)",
    page_at=r"-page-(\d+)\.html|[?&]page=(\d+)",
    first_page=(
        r"-(?:page|post)-\d+(?=\.html)|-(?:lastpost|newpost)(?=\.html)|&(?:page|pid|action)=\w+|#.*",
        "",
    ),
    board="tr:has(span.forum_status)",
    board_counts="td:nth-child(3), td:nth-child(4)",
    listing="select[name=datecut]",
    listing_title="div.navigation .active",
    row="tr.inline_row",
    row_skip="span.thread_status[class*=movefolder]",
    row_link="span[id^=tid_] a",
    row_time="span.lastpost",
    row_replies="td:nth-child(4)",
    row_prefix="td div > span > span",
    post="div.post[id^=post_]",
    post_skip="div.post.deleted_post_hidden, div.post.deleted_post, div.post.unapproved_post, div.post[style*=none]",
    permalink=".post_head .float_right strong a@href",
    number=".post_head .float_right strong a",
    author=".author_information .largetext",
    time=".post_date",
    time_drop="a, span.post_edit",
    edited=".post_edit .edited_post",
    body=".post_body",
    drop="blockquote > cite, .codeblock > .title",
    title="td.thead > div > strong",
    title_drop="span",
    prefix="td.thead > div > strong span",
    crumbs="div.navigation a",
    thread_ref="#thread_modes_popup a",
    next="a.pagination_next",
    wall="input[type=password]:not([name=quick_password])",
    day_first=False,
    clock="#current_time",
    seasons=False,
)

SOFTWARE = software(
    "mybb",
    LAYOUT,
    install=r"(?:thread|forum|user|announcement|archive|calendar)-\d|(?:index|showthread|forumdisplay|syndication|member|"
    r"portal|search|printthread|newreply|misc)\.php|archive/",
    board_url="forumdisplay.php?fid={id}",
    marks=(
        Mark(
            "html",
            r"Powered By <a href=\"https?://(?:www\.)?mybb\.com\"[^>]*>MyBB</a>(?: (?P<version>1\.\d[\d.]*))?",
        ),
        Mark(
            "html",
            r"<!-- start: (?:header|footer|postbit|forumdisplay|index)\w* -->.*?jscripts/general\.js",
            9,
        ),
        Mark("html", r"jscripts/(?:general|thread)\.js\?ver=18\d\d"),
        Mark("html", r"var my_post_key = \"[0-9a-f]{32}\""),
        Mark("cookie", r"^mybb\["),
        Mark("url", r"/(?:showthread|forumdisplay)\.php\?(?:tid|fid)=", 8),
    ),
    feed_skip="atom",
    note="Times are shown without a zone, but each page shows its clock.",
)
