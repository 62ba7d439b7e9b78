"""Where things stand in the pages of a forum software: a table of selectors.

What is called *field* here is a CSS selector with an optional attribute: ``a.permalink@href``, ``@id`` (of the
entry itself), ``h4``, and several after `` | ``, of which the first that has a value counts.
"""

from __future__ import annotations

from dataclasses import dataclass

_EDITED = r":\s*(.+?)(?:[\s,]+(?:by|von|durch)\b.*)?$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where things stand in the pages of one forum software."""

    thread_at: str
    """Regular expression for addresses of threads; its first group is the thread's id."""
    board_at: str
    """The same for boards."""
    post_at: str
    """The same for addresses that name a post; the last match counts."""
    page_at: str = r"[?&;]page=(\d+)"
    """The same for the page number (or offset) in an address; without a match it is the first page."""
    first_page: tuple[str, str] = (r"[?&;]page=\d+", "")
    """Substitution that turns the address of any page of a thread into that of its first one."""

    board: str = ""
    """CSS: the entry of a board, on the index and above listings."""
    lists_all: bool = False
    """Whether the start page lists the threads of all boards, so that boards need not be read one by one."""
    board_link: str = "a"
    """CSS, within: the link with the board's name."""
    board_last: str = ""
    """CSS, within: a link to its latest post, whose address tells the post."""
    board_counts: str = ""
    """CSS, within: numbers of threads and posts."""

    listing: str = ""
    """CSS: proves that a page lists threads even if there are none."""
    listing_title: str = ""
    """CSS, alternatives after `` | ``: name of the board whose threads are listed."""
    row: str = ""
    """CSS: the entry of a thread in a listing."""
    row_id: str = ""
    """Field: the thread's id, where its address does not tell it."""
    row_board: str = ""
    """CSS, within: the board's name, where threads of several boards are listed."""
    row_skip: str = ""
    """CSS, within or the entry itself: moved, deleted, advertisement."""
    row_link: str = "a"
    """CSS, within: the link with the title."""
    row_last: str = ""
    """CSS, within: a link whose address tells the latest post."""
    row_time: str = ""
    """Field: time of the latest post."""
    row_replies: str = ""
    """Field: number of replies."""
    replies_count_first: bool = False
    """Whether that number includes the opening post."""
    row_solved: str = ""
    """CSS, within: what marks a solved thread."""
    row_prefix: str = ""
    """CSS, within: prefixes and labels, some of which mean solved."""

    post: str
    """CSS: a post."""
    post_skip: str = ""
    """CSS, within or the post itself: deleted, hidden, ignored, unapproved, advertisement."""
    post_id: str = "@id"
    """Field."""
    id_of: str = r"(\d+)\D*$"
    """Regular expression: the id in that field."""
    permalink: str = ""
    """Field; "" makes one of the thread's address and the post's id."""
    number: str = ""
    """Field: position in the thread as shown; "" counts, from the first page on."""
    author: str = ""
    """Field."""
    time: str = ""
    """Field."""
    time_drop: str = ""
    """CSS, within what ``time`` and ``row_time`` find: other words in the same element."""
    edited: str = ""
    """CSS, within: where an edit is told."""
    edited_of: str = _EDITED
    """Regular expression: the time in that text, where it has no machine-readable one."""
    body: str = ""
    """CSS, within: the text."""
    quote: str = "blockquote"
    """CSS, within the text: what is quoted."""
    drop: str = ""
    """CSS, within the text: neither own nor quoted: signature, edit note, quote header."""
    title: str = "h1"
    """CSS, alternatives after `` | ``: the thread's title."""
    title_drop: str = ""
    """CSS, within: prefixes, icons, buttons."""
    prefix: str = ""
    """CSS: the thread's prefixes and labels, some of which mean solved."""
    solved: str = ""
    """CSS: what marks a solved thread."""
    icons: str = ""
    """CSS, within names of boards: icon fonts, whose text is none, and repetitions for other screens."""
    crumbs: str = ""
    """CSS: links of the breadcrumb trail; the last that leads to a board names it."""
    thread_ref: str = ""
    """CSS: links that lead to this thread, for pages whose own address does not tell it."""

    next: str = ""
    """CSS: the link to the next page; "" takes ``rel=next``, else the pager's next higher number."""
    pager: str = ""
    """CSS: links of the pager."""
    wall: str = "input[type=password]"
    """CSS: on a page without posts, asks to log in."""
    day_first: bool | None = None
    """Order of 05/06/2026 where neither language nor page tell."""
    clock: str = ""
    """CSS: where the page shows what time it is, in the zone of its times."""
    seasons: bool = True
    """Whether its times know summer time; if not, they have the same offset all year round."""
