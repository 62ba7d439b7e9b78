"""FluxBB 1.4 and 1.5: ``viewforum.php?id=2&p=2``, ``viewtopic.php?id=9&p=2``, ``viewtopic.php?pid=12#p12``.

Markup after the templates of FluxBB's ``viewtopic.php``, ``viewforum.php`` and ``index.php``. Times are local
and bear no zone; a page past the end is page 1 again, so paging follows ``rel=next`` alone.
"""

from __future__ import annotations

from radar.extract.classic import software
from radar.extract.layout import Layout
from radar.extract.page import Mark

LAYOUT = Layout(
    thread_at=r"viewtopic\.php\?(?:[^#]*&)?id=(\d+)",
    board_at=r"viewforum\.php\?(?:[^#]*&)?id=(\d+)",
    post_at=r"[?&]pid=(\d+)|#p(\d+)",
    page_at=r"[?&]p=(\d+)",
    first_page=(r"&p=\d+|#.*", ""),
    board="#punindex .blocktable tbody tr",
    board_link="h3 a",
    board_last="td.tcr a",
    board_counts="td.tc2, td.tc3",
    listing="#vf",
    listing_title="#vf > h2",
    row="#vf tbody tr",
    row_skip="tr.imoved, tr.inone",
    row_link="td.tcl a",
    row_last="td.tcr a",
    row_time="td.tcr a",
    row_replies="td.tc2",
    post="div.blockpost[id]",
    permalink="h2 a@href",
    number="h2 .conr",
    author=".postleft dt",
    time="h2 a",
    edited=".postedit",
    edited_of=r"\(([^()]+)\)\W*$",
    body=".postmsg",
    drop=".quotebox > cite, .postedit",
    title="ul.crumbs li:last-child strong | .postright h3",
    crumbs="ul.crumbs a",
    seasons=False,
    thread_ref="ul.crumbs a",
)

SOFTWARE = software(
    "fluxbb",
    LAYOUT,
    install=r"(?:index|viewforum|viewtopic|extern|search|profile|post|login|misc)\.php",
    board_url="viewforum.php?id={id}",
    marks=(
        Mark(
            "html",
            r"Powered by <a href=\"https?://(?:www\.)?fluxbb\.org/\">FluxBB</a>(?: (?P<version>[\d.]+))?",
        ),
        Mark("html", r"<div id=\"pun(?:index|viewforum|viewtopic)\" class=\"pun\">"),
        Mark("url", r"/(?:viewforum|viewtopic)\.php\?id=\d+", 4),
        Mark("html", r"extern\.php\?action=feed", 5),
    ),
    note="Times bear no zone and know no summer time: of timezone only the offset of winter counts. Emoji arrive as question marks where the database cannot hold them.",
)
