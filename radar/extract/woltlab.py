"""WoltLab Suite Forum 3 to 6: ``/thread/8-slug/?pageNo=2``, ``/board/4-slug/``, or ``index.php?thread/8-slug/``.

Markup after WoltLab's message and thread list templates. Times are machine-readable (``<time datetime>``, from
6.0 on ``<woltlab-core-date-time date>``), posts name themselves (``data-post-id``), ``rel=next`` pages. Feeds may
bear a private ``at=`` token, which is cut off like a session id.
"""

from __future__ import annotations

from radar.extract.classic import software
from radar.extract.layout import Layout
from radar.extract.page import Mark

LAYOUT = Layout(
    thread_at=r"[/?]thread/(\d+)",
    board_at=r"[/?]board/(\d+)",
    post_at=r"[?&]postID=(\d+)|#post(\d+)",
    page_at=r"[?&]pageNo=(\d+)",
    first_page=(r"[?&](?:pageNo|postID|action)=\w+|#.*", ""),
    board="[data-board-id]",
    board_link="h2 a[href*='board/'], h3 a[href*='board/'], .wbbSubBoards a, .subBoardList a",
    board_last="a[href*='postID='], a[href*='thread/']",
    board_counts="dl dd",
    listing=".wbbThreadList, body[data-template=board]",
    listing_title=".contentHeaderTitle h1 | h1.contentTitle",
    row=".wbbThread",
    row_skip=".wbbThread.messageDeleted, .wbbThread.messageDisabled, .wbbThread .movedThread",
    row_link="a.messageGroupLink, a.wbbTopicLink",
    row_time=".columnLastPost time | .columnLastPost woltlab-core-date-time",
    row_replies=".columnStats dd | .messageGroupListStatsSimple",
    row_prefix=".columnSubject .label",
    row_solved=".statusDisplay .fa-check-square-o, .statusDisplay fa-icon[name=square-check]",
    post="article.wbbPost",
    post_skip="article[data-is-deleted='1'], article[data-is-disabled='1'], article.messageDeleted, article.messageDisabled",
    post_id="@data-post-id | @data-object-id",
    permalink="a.messagePublicationTime@href | .messageQuickOptions a[href*=post]@href",
    number=".messageQuickOptions a[href*=post]",
    author=".messageAuthor .username | .messageSidebar .username",
    time=".messagePublicationTime | .messageHeaderMetaData time",
    edited=".messageFooterNote:has(time), .messageFooterNote:has(woltlab-core-date-time)",
    body=".messageText",
    quote=".quoteBox, blockquote",
    drop=".quoteBoxIcon, .quoteBoxTitle, .quoteBoxHeader, .codeBoxHeader, .messageSignature, .spoilerBox > button",
    title=".contentHeaderTitle h1 | h1.contentTitle",
    title_drop=".label, .badge",
    prefix=".contentHeader .label",
    solved=".contentHeader .fa-check-square-o, .contentHeader fa-icon[name=square-check]",
    crumbs=".breadcrumbs a",
    wall="body[data-template=login], body[data-template=permissionDenied], form[action*=login]:not([style*=none]) input[type=password]",
)

SOFTWARE = software(
    "woltlab",
    LAYOUT,
    install=r"(?:index\.php|(?:thread|board|user|board-feed|thread-feed)/\d|board-list|unread-thread-list|search/|login/)",
    board_url="board/{id}/",
    marks=(
        Mark("html", r"<body id=\"tpl_?(?:wbb|wcf)", 10),
        Mark("html", r"data-application=\"wbb\""),
        Mark("html", r"var WCF_PATH = |WSC_API_URL = |window\.WCF_PATH", 8),
        Mark(
            "html",
            r"(?:Forensoftware|Forum Software|Community-Software|Community software): <(?:strong|b)>(?:WoltLab Suite|Burning Board)",
        ),
        Mark("cookie", r"^(?:wsc\w*|wcf\w*)_(?:user_session|cookieHash)"),
    ),
    note="",
)
