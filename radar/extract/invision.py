"""Invision Community 4: ``/forum/4-slug/page/2/``, ``/topic/8-slug/?page=2``, ``?do=findComment&comment=12``.

Markup after the default theme of 4.x. Times are machine-readable, comments name themselves
(``data-commentID``), ``rel=next`` pages. Posts bear no number. Hidden comments bear a class.
"""

from __future__ import annotations

from radar.extract.classic import software
from radar.extract.layout import Layout
from radar.extract.page import Mark

LAYOUT = Layout(
    thread_at=r"[/?]topic/(\d+)",
    board_at=r"[/?]forum/(\d+)",
    post_at=r"[?&]comment=(\d+)|#(?:find)?[Cc]omment-(\d+)",
    page_at=r"[?&]page=(\d+)|/page/(\d+)",
    first_page=(r"(?:[?&](?:page|do|comment|tab)=\w+)+|(?<=/)page/\d+/?|#.*", ""),
    board=".cForumList ol.ipsDataList > li, ol.cForumList > li[data-forumid]",
    board_link=".ipsDataItem_title a, .ipsDataItem_subList a",
    board_last=".ipsDataItem_lastPoster a[href*='comment=']",
    board_counts=".ipsDataItem_stats_number",
    listing=".cTopicList",
    listing_title="h1.ipsType_pageTitle",
    row=".cTopicList > li",
    row_skip="li.ipsModerated",
    row_link=".ipsDataItem_title a:not([rel=tag])",
    row_time=".ipsDataItem_lastPoster time",
    row_replies=".ipsDataItem_stats_number",
    row_prefix=".ipsDataItem_title .ipsTag_prefix, .ipsDataItem_title [title]",
    post="article[id^=elComment_]",
    post_skip="article.ipsModerated, article.ipsComment_ignored, article.ipsHide",
    permalink=".ipsComment_meta a[href*='comment=']@href | .ipsComment_meta a[href*='#comment-']@href",
    author="aside .cAuthorPane_author | .cAuthorPane_author",
    time=".ipsComment_meta time",
    edited="[data-excludequote]:has(time)",
    body="[data-role=commentContent]",
    quote="blockquote.ipsQuote",
    drop=".ipsQuote_citation, [data-excludequote], [data-role=memberSignature]",
    title="h1.ipsType_pageTitle",
    title_drop=".ipsBadge, .ipsTag_prefix",
    prefix="h1.ipsType_pageTitle .ipsTag_prefix",
    crumbs=".ipsBreadcrumb a",
    thread_ref="h1.ipsType_pageTitle a",
    wall="form[data-controller*=login] input[type=password], #elSignIn_internal input[type=password]",
)

SOFTWARE = software(
    "invision",
    LAYOUT,
    install=r"(?:index\.php|(?:forum|topic|profile)/\d|discover/|login/|search/)",
    board_url="forum/{id}-x/",
    marks=(
        Mark("html", r"ipsSettings\s*=|ips\.setSetting\("),
        Mark("html", r"Powered by Invision Community"),
        Mark("html", r"<body[^>]* data-controller=['\"]core\.front\.core\.app"),
        Mark("cookie", r"^ips4_"),
    ),
)
