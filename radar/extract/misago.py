"""Misago 0.3x: ``/`` lists all threads, ``/c/slug/4/?start=50`` those of a category, ``/t/slug/8/2/`` is a thread.

Markup as Misago 0.39 sends it to guests without JavaScript. Wrong slugs are redirected. Its robots.txt forbids
``/api/``, so pages are read. Posts bear no number; hidden posts and events stand between them, and every page but
the first begins with the last post of the one before. The last page takes in a short rest. Private categories
answer 404.
"""

from __future__ import annotations

from radar.extract.classic import software
from radar.extract.layout import Layout
from radar.extract.page import Mark

LAYOUT = Layout(
    thread_at=r"/t/[^/?#]+/(\d+)(?:[/?#]|$)",
    board_at=r"/c/[^/?#]+/(\d+)(?:[/?#]|$)",
    post_at=r"/post/(\d+)|#post-(\d+)",
    page_at=r"/t/[^/?#]+/\d+/(\d+)|[?&]start=(\d+)",
    first_page=(r"(/t/[^/?#]+/\d+)(?:[/?#].*)?$", r"\1/"),
    board=".subcategories-list, .category-main",
    lists_all=True,
    listing=".threads-list",
    row=".threads-list-item",
    row_link="a.threads-list-item-title",
    row_board=".threads-list-item-category",
    row_time=".threads-list-item-last-activity@title",
    row_replies=".threads-replies",
    row_solved=".thread-flag-answered",
    listing_title=".page-header h1",
    post="li.post[id^=post-]",
    post_skip="li.post-hidden, .post-body-hidden, .post-body-invalid, .post-status-unapproved, .post-status-hidden",
    permalink="a.posted-on@href",
    author=".post-side [itemprop=author] | .post-side .item-title",
    time=".post-heading time",
    body=".misago-markup",
    quote=".quote-body",
    drop=".quote-heading",
    title=".page-header h1",
    solved=".thread-flag-answered, .post-status-best-answer",
    icons=".material-icon, .hidden-lg",
    crumbs=".breadcrumbs a",
    thread_ref="a.posted-on",
)

SOFTWARE = software(
    "misago",
    LAYOUT,
    install=r"(?:t|c|u)/[^/]+/\d+(?:/|$)|categories/|threads/|users/|search/",
    board_url="c/x/{id}/",
    marks=(
        Mark("html", r"window\.misago_(?:locale|csrf)|/static/misago/css/misago\.css"),
        Mark("html", r"class=\"misago-markup\"", 6),
        Mark("url", r"/t/[^/]+/\d+/$", 3),
    ),
)
