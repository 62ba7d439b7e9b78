"""vBulletin 5 and 6: ``/forum/category/board/8-slug/page2``, ``?p=123#post123``.

Markup after the default style. Posts carry their number and time (``data-node-id``, ``data-node-publishdate``);
boards are addresses without a number, so a board's path is its id.
"""

from __future__ import annotations

from radar.extract.classic import software
from radar.extract.layout import Layout
from radar.extract.page import Mark

LAYOUT = Layout(
    thread_at=r"/(\d+)-[^/?#]*(?:/page\d+)?(?:[?#]|$)|[?&]t=(\d+)",
    board_at=r"^https?://[^/]+/((?!.*/\d+-)[^?#]+?)/?(?:page\d+/?)?(?:[?#]|$)",
    post_at=r"[?&]p=(\d+)|#post(\d+)",
    page_at=r"/page(\d+)",
    first_page=(r"/page\d+(?=[?#]|$)|[?#].*", ""),
    board="tr:has(a.forum-title)",
    board_link="a.forum-title, .subforum-info a, .subforum-list a",
    board_last="[class*=lastpost] a[href*='#post']",
    board_counts=".topics-count, .posts-count",
    listing=".topic-list-container, .forum-list-container",
    listing_title="h1.main-title",
    row="tr.topic-item",
    row_id="@data-node-id",
    row_skip="tr.topic-item.deleted",
    row_link="a.topic-title, .topic-title a",
    row_last="a.go-to-last-post",
    row_time=".cell-lastpost .post-date",
    row_replies=".posts-count",
    row_prefix=".js-topic-prefix, .topic-prefix",
    post="li.b-post[data-node-id]",
    post_skip="li.b-post--deleted",
    post_id="@data-node-id",
    permalink="a.b-post__count@href",
    number="a.b-post__count",
    author=".author [itemprop=name] | .author a | .author",
    time="@data-node-publishdate | time",
    edited=".b-post__edit",
    edited_of=r"[;(]\s*([^;()]+?)\)?\.*$",
    body=".js-post__content-text",
    quote=".bbcode_quote .message",
    drop=".bbcode_postedby, .bbcode_description, .post-signature",
    title="h1.main-title",
    title_drop=".topic-prefix, .js-topic-prefix",
    prefix="h1 .topic-prefix, h1 .js-topic-prefix",
    crumbs="#breadcrumbs a, .breadcrumbs a",
    next="a[rel=next], a.js-pagenav-next-button",
)

SOFTWARE = software(
    "vbulletin5",
    LAYOUT,
    install=r"[\w-]+/(?:[\w-]+/)*\d+-[^/]+",
    board_url="{id}",
    marks=(
        Mark("generator", r"vBulletin (?P<version>[56][\d.]*)"),
        Mark("html", r"Powered by <a[^>]*>vBulletin&?(?:reg|trade)?;?</a>\s*Version (?P<version>[56][\d.]*)"),
        Mark("html", r"<body id=\"vb-page-body\""),
    ),
)
