"""PunBB 1.4: ``/forum/2/name/``, ``/topic/9/slug/page/2/``, ``/post/699/#p699``, or the same as ``viewtopic.php?id=9&p=2``.

Markup after PunBB's ``viewtopic.php``, ``viewforum.php`` and ``index.php``. Any slug works, so threads are known
by their number. What is missing or private is answered with 200 and "Bad request"; a page past the end is page 1.
"""

from __future__ import annotations

from radar.extract.classic import software
from radar.extract.layout import Layout
from radar.extract.page import Mark

LAYOUT = Layout(
    thread_at=r"viewtopic\.php\?(?:[^#]*&)?id=(\d+)|/topic/?(\d+)",
    board_at=r"viewforum\.php\?(?:[^#]*&)?id=(\d+)|/forum/?(\d+)",
    post_at=r"[?&]pid=(\d+)|/post/?(\d+)|#p(\d+)",
    page_at=r"[?&]p=(\d+)|/page/(\d+)|-p(\d+)(?:\.html|/)",
    first_page=(r"&p=\d+|(?<=/)page/\d+/?|-p\d+(?=\.html|/)|#.*", ""),
    board=".main-category .main-item",
    board_link="h3 a",
    board_last=".info-lastpost a",
    board_counts=".info-topics strong, .info-posts strong",
    listing=".main-forum",
    listing_title="h1.main-title a | h1.main-title",
    row=".main-forum .main-item",
    row_skip=".main-item.moved, .main-item.empty",
    row_link="h3 a",
    row_last=".info-lastpost a",
    row_time=".info-lastpost a",
    row_replies=".info-replies strong",
    post=".main-topic > .post",
    post_id=".posthead@id",
    permalink=".post-link a@href",
    number=".post-num",
    author=".post-byline a | .post-byline strong | .author-ident .username",
    time=".post-link a",
    edited=".lastedit",
    edited_of=r"\(([^()]+)\)\W*$",
    body=".entry-content",
    drop=".quotebox > cite, .lastedit, .sig-content",
    title="h1.main-title a | h1.main-title",
    crumbs=".crumbs a",
    seasons=False,
    thread_ref="h1.main-title a.permalink",
)

SOFTWARE = software(
    "punbb",
    LAYOUT,
    install=r"(?:forum|topic|post|user|feed|search|category)/\d|(?:index|viewforum|viewtopic|extern|search|login)\.php",
    board_url="viewforum.php?id={id}",
    marks=(
        Mark(
            "html",
            r"Powered by <a href=\"https?://punbb\.informer\.com/?\">PunBB</a>(?: (?P<version>[\d.]+))?",
        ),
        Mark("html", r"<div id=\"brd-wrap\" class=\"brd\">"),
        Mark("html", r"id=\"brd-(?:main|crumbs-top|navlinks)\"", 6),
        Mark("url", r"/(?:topic|forum)/\d+/[^/]+/", 3),
    ),
    note="Times bear no zone and know no summer time: of timezone only the offset of winter counts. Emoji arrive as question marks where the database cannot hold them.",
)
