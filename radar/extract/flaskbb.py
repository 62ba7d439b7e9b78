"""FlaskBB 2: ``/forum/2-name?page=2``, ``/topic/9-slug?page=2``, ``/post/12``.

Markup as FlaskBB 2.2 sends it to guests. Any slug works. Posts have ``<time datetime>``, listings only "4 years
ago"; so a thread's activity is its latest post's number. No feeds. Private boards lead to the login page.
"""

from __future__ import annotations

from radar.extract.classic import software
from radar.extract.layout import Layout
from radar.extract.page import Mark

LAYOUT = Layout(
    thread_at=r"/topic/(\d+)",
    board_at=r"/forum/(\d+)",
    post_at=r"/post/(\d+)",
    board=".category-row",
    board_link=".forum-name a",
    board_last=".last-post-title a",
    board_counts=".forum-topics, .forum-posts",
    listing="div.forum-view",
    listing_title=".forum-header a",
    row=".forum-row:has(.topic-name)",
    row_link=".topic-name > a",
    row_last=".topic-last-post > a",
    row_replies=".topic-stats",
    replies_count_first=True,
    post=".post-row",
    permalink=".post-meta a[href*='/post/']@href",
    number=".post-meta strong",
    author=".author-name",
    time=".post-meta a time",
    edited=".post-meta small",
    body=".post-content",
    drop=".post-signature, .alert",
    title=".topic-header a",
    crumbs=".breadcrumb a",
    thread_ref=".topic-header a",
    pager="ul.pagination a",
)

SOFTWARE = software(
    "flaskbb",
    LAYOUT,
    install=r"(?:forum|topic|post|category)/\d|user/|memberlist|search|auth/",
    board_url="forum/{id}",
    marks=(
        Mark("html", r"class=\"breadcrumb flaskbb-breadcrumb"),
        Mark("html", r"powered by\s*<a href=\"https://flaskbb\.com\">FlaskBB</a>"),
        Mark("html", r"<p class=\"flaskbb-stats\">"),
    ),
)
