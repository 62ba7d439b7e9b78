"""Vanilla 2 and 3: ``/discussions/p2``, ``/categories/slug/p2``, ``/discussion/8/slug/p2``, ``/discussion/comment/12/#Comment_12``.

Markup after Vanilla's ``discussion`` and ``discussions`` views. Openings and comments are numbered apart, so an
id keeps its kind (``discussion-8``, ``comment-12``). Times are machine-readable; ``/discussions`` lists the threads
of all categories by their latest comment.
"""

from __future__ import annotations

from radar.extract import html
from radar.extract.classic import software
from radar.extract.forum import Forum
from radar.extract.layout import Layout
from radar.extract.page import Mark

LAYOUT = Layout(
    thread_at=r"/discussion/(\d+)",
    board_at=r"/categories/([^/?#]+)",
    post_at=r"/discussion/comment/(\d+)",
    page_at=r"/p(\d+)(?:[/?#]|$)",
    first_page=(r"/p\d+/?(?:[?#].*)?$|[?#].*", ""),
    board="li.Item[id^=Category_], tr[id^=Category_]",
    board_link="h2 a, h3 a, .CategoryName a, .ChildCategories a",
    board_counts=".Count .Number, .DiscussionCount .Number, .CommentCount .Number",
    lists_all=True,
    listing="ul.Discussions, table.DiscussionsTable, .Empty",
    listing_title="h1.HomepageTitle | h1",
    row="ul.Discussions > li.Item, table.DiscussionsTable tbody tr.Item",
    row_link=".Title a, .DiscussionName .Title",
    row_board=".MItem.Category a",
    row_time=".LastCommentDate time | .LastUser time",
    row_replies=".CommentCount .Number | .CountComments .Number",
    row_solved=".QnA-Tag-Accepted, .QnA-Tag-Answered",
    post="div.Item[id^=Discussion_], li.Item[id^=Comment_]",
    post_skip="li.Hidden, li.Ignored, div.Hidden",
    permalink=".DateCreated a.Permalink@href",
    author=".Author a.Username | .Author a:not(.PhotoWrap):not(.Photo)",
    time=".DateCreated time | .DateCreated",
    edited=".DateUpdated",
    body=".Message",
    quote="blockquote, .Quote",
    drop=".QuoteAuthor, .blockquote-author, .Signature",
    title=".PageTitle h1 | h1",
    title_drop=".Tag",
    solved=".QnA-Tag-Accepted",
    crumbs=".Breadcrumbs a",
    thread_ref="div.Item[id^=Discussion_] a.Permalink",
    wall="#Form_User_SignIn input[type=password], form[action*=signin] input[type=password]",
)


class Vanilla(Forum):
    """Openings and comments are counted apart."""

    def post_id(self, post: html.Node) -> str:
        """The number with its kind."""
        return (post.get("id") or "").lower().replace("_", "-")


SOFTWARE = software(
    "vanilla",
    LAYOUT,
    reader=Vanilla,
    install=r"discussions?(?:/|$)|categories(?:/|$)|profile/|entry/",
    board_url="categories/{id}",
    home="discussions",
    marks=(
        Mark("html", r"<body id=\"vanilla_(?:discussions?|categories)_\w+\""),
        Mark("html", r"/applications/vanilla/(?:js|design)/"),
        Mark("html", r"Powered by Vanilla", 6),
        Mark("header", r"^x-garden-version: (?:Vanilla )?(?P<version>[\d.]+)"),
        Mark("cookie", r"^vf_\w+-(?:sid|tk)|^Vanilla(?:-tk)?$"),
    ),
)
