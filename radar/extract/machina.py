"""django-machina 1.x: ``/forum/slug-2/?page=2``, ``/forum/slug-2/topic/slug-8/?page=2``, ``?post=738#738``.

Markup as django-machina 1.3 sends it to guests. Ids end the slugs, which may hold umlauts. Times are text in the
server's zone and language ("26. Oktober 2025 02:40"). Posts bear no number. Its feed lists every topic there is,
so boards are read. Private boards lead to a login page, or to a 404 where none is mounted.
"""

from __future__ import annotations

from radar.extract.classic import software
from radar.extract.layout import Layout
from radar.extract.page import Mark

LAYOUT = Layout(
    thread_at=r"/topic/[^/?#]*-(\d+)/",
    board_at=r"/forum/[^/?#]*-(\d+)/(?:[?#]|$)",
    post_at=r"[?&]post=(\d+)|#(\d+)$",
    first_page=(r"[?#].*", ""),
    board=".row.border-bottom:has(.forum-name-link)",
    board_link=".forum-name-link, .sub-forums a",
    board_last=".forum-last-post a[href*='post=']",
    board_counts=".forum-count",
    listing=".topiclist",
    listing_title="h1",
    row=".topiclist .card-body > .row",
    row_link="a.topic-name-link",
    row_last=".topic-last-post a[href*='post=']",
    row_time=".topic-last-post small",
    row_replies=".topic-count",
    post=".card.post[id]",
    permalink=".subject a@href",
    author=".post-sidebar .username",
    time=".post-content-wrapper p > small.text-muted",
    time_drop="a",
    edited=".edit-info small",
    edited_of=r"\b(?:am|on)\b\s*(.+?)(?:,\s*(?:edited|insgesamt)\b.*)?$",
    body=".post-content",
    title="h1",
    crumbs=".breadcrumb a",
    pager="ul.pagination li:not(.disabled) a",
)

SOFTWARE = software(
    "machina",
    LAYOUT,
    install=r"(?:forum|topic)/[^/]+-\d+/|member/|feeds/|search/|moderation/",
    board_url="forum/x-{id}/",
    marks=(
        Mark("html", r"machina\.board_theme(?:\.vendor)?\.min\.css|js/machina(?:\.packages)?\.min\.js"),
        Mark("html", r"machina\.init\(\)"),
        Mark("html", r"class=\"topic-name-link\"|class=\"forum-name-link\"", 6),
    ),
    note="Times are shown without a zone: set timezone.",
)
