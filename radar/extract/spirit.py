"""Spirit 0.1x: ``/`` lists all topics, ``/category/3/slug/?page=2``, ``/topic/8/slug/?page=2``, ``/comment/12/find/``.

Markup as Spirit 0.14 sends it to guests. No feeds and no machine-readable times: a tooltip tells them after the
Associated Press ("May 16, 2023, 5:36 a.m.", "noon") in the server's zone, UTC unless changed. Removed comments and
moderators' notes are entries of another class; they count in the numbering. Private topics answer 404.
"""

from __future__ import annotations

from radar.extract.classic import software
from radar.extract.layout import Layout
from radar.extract.page import Mark

LAYOUT = Layout(
    thread_at=r"/topic/(\d+)(?:[/?#]|$)",
    board_at=r"/category/(\d+)(?:[/?#]|$)",
    post_at=r"/comment/(\d+)/find",
    first_page=(r"[?&]page=\d+|#.*", ""),
    board="ul.menu_list li",
    lists_all=True,
    listing=".layout__topics",
    row=".layout__topics__topic",
    row_link="a.topic__link",
    row_board=".topic__category",
    row_time=".topic__date@title",
    row_replies=".topic__comments",
    replies_count_first=True,
    post=".comments_list__comment",
    post_id="@data-pk",
    permalink=".comment__footer__share__url@value",
    number="@data-number",
    author=".comment__info__username__link > span",
    time="ul.comment__info__date li[title]@title",
    body=".comment__text",
    title="h1.headline",
    crumbs=".breadcrumb_nav a",
    pager=".paginator a",
)

SOFTWARE = software(
    "spirit",
    LAYOUT,
    install=r"(?:topic|category|comment|user)/(?:\d|active|login)|search/",
    board_url="category/{id}/",
    marks=(
        Mark("html", r"<div class=\"spirit_wrapper\">"),
        Mark("html", r"stModules\.(?:tab|postify)\("),
        Mark("html", r"href=\"https://github\.com/nitely/Spirit\"", 6),
    ),
)
