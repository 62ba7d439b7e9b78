"""XenForo 2: ``/threads/slug.8/page-2``, ``/forums/slug.4/``, below any install path (``/community/``).

Markup after the default style's ``thread_view``, ``forum_view`` and ``forum_list``. Times are machine-readable
(``<time datetime data-time>``), posts name themselves (``data-content="post-123"``), ``rel=next`` pages. Its
feeds name threads and not their answers, so listings are read. Highlighted copies of posts and notices between
posts bear other classes or no post id.
"""

from __future__ import annotations

from radar.extract.classic import software
from radar.extract.layout import Layout
from radar.extract.page import Mark

LAYOUT = Layout(
    thread_at=r"[/?](?:threads|themen)/(?:[^/?#]*\.)?(\d+)(?:[/?#&]|$)",
    board_at=r"[/?](?:forums?|foren)/(?:[^/?#]*\.)?(\d+)(?:[/?#&]|$)",
    post_at=r"/posts?[/-](\d+)|#(?:js-)?post-(\d+)",
    page_at=r"/page-(\d+)",
    first_page=(r"(?<=/)(?:page-\d+|post-\d+|latest|unread|reply)?(?:#.*)?$", ""),
    board=".node--forum",
    board_link=".node-title a, a.subNodeLink",
    board_last=".node-extra-title",
    board_counts=".node-stats dd",
    listing="html[data-template=forum_view], .structItemContainer",
    listing_title="h1.p-title-value",
    row=".structItem--thread",
    row_skip=".structItem-status--redirect, .structItem.is-deleted, .structItem.is-moderated, .structItem--ad",
    row_link=".structItem-title a",
    row_time=".structItem-latestDate",
    row_replies=".structItem-cell--meta dd",
    row_prefix=".structItem-title .label",
    post="article.message--post:not(.message--simple)[data-content^=post-]",
    post_skip="article.message--deleted, article.is-ignored, article.is-unapproved, .messageNotice--deleted",
    post_id="@data-content",
    permalink=".message-attribution-opposite a[href*=post-]@href | .message-attribution-opposite a@href",
    number=".message-attribution-opposite li:last-child a | .message-attribution-opposite a:last-child",
    author="@data-author | .message-name",
    time=".message-attribution-main time | .message-attribution time",
    edited=".message-lastEdit",
    body=".message-body .bbWrapper",
    quote=".bbCodeBlock--quote",
    drop=".bbCodeBlock-title, .bbCodeBlock-expandLink, .bbCodeBlock--unfurl, .message-lastEdit, .message-signature",
    title="h1.p-title-value",
    title_drop=".label, .label-append",
    prefix="h1.p-title-value .label",
    crumbs=".p-breadcrumbs a",
    wall="html[data-template=login], form[action*=login] input[type=password]",
)

SOFTWARE = software(
    "xenforo",
    LAYOUT,
    install=r"(?:threads|themen|forums|foren|categories)/(?:[^/]*\.)?\d|index\.php|posts/\d|members/|whats-new/|search/|login/",
    board_url="forums/{id}/",
    marks=(
        Mark("html", r"<html[^>]* id=\"XF\""),
        Mark("cookie", r"^xf_(?:csrf|session|user)"),
        Mark("html", r"Community platform by XenForo|Forum software by XenForo", 8),
    ),
    note="",
)
