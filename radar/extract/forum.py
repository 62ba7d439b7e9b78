"""Classic forums: what their index, board and thread pages have in common, told apart by a table of selectors.

    Layout (one per software) ──► Forum(layout, page, context).read()
                                  posts?  ──► a thread: posts, next page
                                  rows?   ──► a board: threads, boards below it, next page
                                  boards? ──► the index
                                  nothing ──► login wall, soft 404, or a problem

The class of a page is told by what is on it, not by its address: sites rename their addresses freely.
"""

from __future__ import annotations

import re
from datetime import datetime

from radar.extract import clock, html
from radar.extract.fields import count, digits, field, found, moment, number, post_of, tells_year
from radar.extract.layout import Layout
from radar.extract.page import Context, Extraction, LinkKind, Page
from radar.extract.paging import Paging
from radar.extract.reading import Reading
from radar.extract.text import clean_line
from radar.extract.urls import same_host

_SOLVED = re.compile(
    r"\b(?:gelöst|geloest|erledigt|beantwortet|solved|resolved|answered|fixed)\b", re.IGNORECASE
)
_LOGIN = re.compile(r"[/?&;=](?:log-?in|sign-?in|anmelden|auth/login|do-login)\b", re.IGNORECASE)


class Forum:
    """One page of a forum being read. Software with quirks overrides what it does differently."""

    def __init__(self, layout: Layout, page: Page, context: Context) -> None:
        self.layout = layout
        self.page = page
        self.reading = Reading(page, context, day_first=layout.day_first)
        self.tree = page.tree
        self.address = page.url
        """The page's address, its canonical one where it was reached by that of a post."""
        if found(layout.post_at, page.url):
            self.address = self.reading.url(html.rel(self.tree, "canonical")) or page.url
        if not self.reading.language:
            self.reading.language = html.language(self.tree)
        self.paging = Paging(layout, self.reading, self.address)
        self._set_zone()

    def _set_zone(self) -> None:
        """Let the page's own clock correct the zone of its times."""
        layout, dates, configured = self.layout, self.reading.dates, self.reading.context.timezone
        if not layout.seasons:
            dates.zone = clock.standard(configured, dates.fetched_at)
        if layout.clock and (node := html.first(self.tree, layout.clock)) is not None:
            dates.zone = clock.told(node, dates, configured, seasons=layout.seasons) or dates.zone

    def read(self) -> Extraction:
        """Read the page as what it is."""
        layout, reading = self.layout, self.reading
        posts = html.select(self.tree, layout.post)
        if posts:  # before rows: threads often list similar ones below
            return self._thread(posts)
        listing = html.holds(self.tree, layout.listing)
        rows = html.select(self.tree, layout.row) if layout.row else []
        boards = html.select(self.tree, layout.board) if layout.board else []
        if not (rows or boards or listing):
            return self._nothing()
        if not (rows and layout.lists_all):
            self.boards()
        reading.dates.settle(self.row_time(row) for row in rows)
        for row in rows:
            if not html.holds(row, layout.row_skip):
                with reading.entry("a thread that cannot be read"):
                    self.row(row)
        if rows:
            reading.link(self.paging.following(), LinkKind.NEXT)
        return reading.extraction()

    # --- boards and threads of a listing ----------------------------------------------------------

    def boards(self) -> None:
        """All boards that the page names."""
        for board in html.select(self.tree, self.layout.board) if self.layout.board else []:
            with self.reading.entry("a board that cannot be read"):
                self.board(board)

    def board(self, node: html.Node) -> None:
        """One board of the index or below this board."""
        layout, reading = self.layout, self.reading
        counts = [digits(html.line(each)) for each in html.select(node, layout.board_counts or "._none")]
        last = post_of(layout.post_at, node, layout.board_last)
        # Boards named within the entry share what it tells: it counts theirs in, so it changes when they do.
        activity = "/".join(filter(None, [last, *counts]))
        for link in html.select(node, layout.board_link) if node.tag != "a" else [node]:
            url = reading.url(link.get("href"))
            board_id = found(layout.board_at, url)
            if board_id and self.wanted(board_id, url):
                reading.link(url, LinkKind.BOARD, activity=activity, carry={"board": self.name(link)})

    def wanted(self, board_id: str, url: str) -> bool:
        """Whether the owner wants this board."""
        boards = self.reading.context.boards
        return (
            not boards
            or board_id in boards
            or any(found(self.layout.board_at, each) == board_id for each in boards)
        )

    def row(self, row: html.Node) -> None:
        """One thread of a listing."""
        layout, reading = self.layout, self.reading
        for link in html.select(row, layout.row_link):
            url = self.paging.first(reading.url(link.get("href")))
            thread_id = found(layout.thread_at, url)
            if thread_id:
                break
        else:
            return
        if layout.row_id:
            thread_id = digits(field(row, layout.row_id))
        said = self.row_time(row)
        shown = field(row, layout.row_replies)
        replies = count(shown)
        if replies and layout.replies_count_first:
            replies = str(max(int(replies) - 1, 0))
        active_at = reading.dates.read(said) if said else None
        last = post_of(layout.post_at, row, layout.row_last)
        if not last and active_at and tells_year(said):
            last = active_at.isoformat()
        reading.link(
            url,
            LinkKind.THREAD,
            thread_id=thread_id,
            activity="/".join(filter(None, [last, digits(shown)])),
            active_at=active_at,
            carry={
                "title": html.line(link),
                "board": (html.line_of(row, layout.row_board) if layout.row_board else "")
                or self._heading(layout.listing_title)
                or self.board_name(),
                "replies": replies,
                "solved": "yes" if self._is_solved(row, layout.row_solved, layout.row_prefix) else "",
            },
        )

    def row_time(self, row: html.Node) -> str:
        """When a thread was last written to, as the listing says it."""
        return field(row, self.layout.row_time, self._moment)

    # --- a thread ---------------------------------------------------------------------------------

    def _thread(self, posts: list[html.Node]) -> Extraction:
        layout, reading = self.layout, self.reading
        url, thread_id = self.thread()
        title = self.title()
        reading.dates.settle(self.time(post) for post in posts)
        seen = self.paging.seen_before()
        solved = bool(reading.carried("solved")) or self._is_solved(self.tree, layout.solved, layout.prefix)
        for post in posts:
            with reading.entry("a post that cannot be read"):
                if self.skipped(post):
                    continue
                post_id = self.post_id(post)
                if seen and not reading.posts and post_id == reading.carried("last"):
                    continue  # the page begins with the post that the one before it ended with
                position = self.position(post)
                if position is None and seen is not None:
                    position = seen + len(reading.posts) + 1
                reading.post(
                    external_id=post_id,
                    url=self.permalink(post, url),
                    thread_id=thread_id,
                    thread_url=url,
                    title=title,
                    board=self.board_name(),
                    position=position,
                    first=self.first(post, position),
                    author=self.author(post),
                    words=html.split_quotes(self.body(post), layout.quote, layout.drop),
                    created_at=reading.dates.read(self.time(post)),
                    edited_at=self.edited(post),
                    answer_count=number(reading.carried("replies")),
                    solved=True if solved else None,
                )
        shown = [post.position for post in reading.posts.values()]
        from_start = bool(layout.number and reading.carried("known") and 1 in shown)
        carry = {"title": title, "board": self.board_name()}
        if seen is not None and not layout.number:
            carry |= {"seen": str(seen + len(reading.posts)), "last": next(reversed(reading.posts), "")}
        reading.link(self.paging.following(from_start=from_start), LinkKind.NEXT, carry=carry)
        return reading.extraction(thread_id=thread_id)

    def title(self) -> str:
        """Title of the thread, without its prefixes."""
        return self._heading(self.layout.title, self.layout.title_drop) or self.reading.carried("title")

    def _heading(self, alternatives: str, drop: str = "") -> str:
        for css in alternatives.split(" | ") if alternatives else ():
            heading = clean_line(html.text_of(html.first(self.tree, css), drop))
            if heading:
                return heading
        return ""

    def thread(self) -> tuple[str, str]:
        """Address of the thread's first page, and its id."""
        layout, reading = self.layout, self.reading
        candidates = [self.address, html.rel(self.tree, "canonical")]
        if layout.thread_ref:
            candidates += [each.get("href") or "" for each in html.select(self.tree, layout.thread_ref)]
        for candidate in candidates:
            url = reading.url(candidate)
            thread_id = found(layout.thread_at, url)
            if thread_id:
                return self._canonical(thread_id) or self.paging.first(url), thread_id
        return reading.url(self.address), ""

    def _canonical(self, thread_id: str) -> str:
        """What the page calls its address, if that is this thread on this host: slugs vary."""
        url = self.paging.first(self.reading.url(html.rel(self.tree, "canonical")))
        fits = found(self.layout.thread_at, url) == thread_id and same_host(url, self.page.url)
        return url if fits else ""

    def skipped(self, post: html.Node) -> bool:
        """Whether a post is none for the public: deleted, hidden, ignored, an advertisement."""
        return html.holds(post, self.layout.post_skip)

    def post_id(self, post: html.Node) -> str:
        """The software's own id of a post."""
        match = re.search(self.layout.id_of, field(post, self.layout.post_id))
        return match[1] if match else ""

    def permalink(self, post: html.Node, thread: str) -> str:
        """Address of a post."""
        url = (
            self.reading.url(field(post, self.layout.permalink), fragment=True)
            if self.layout.permalink
            else ""
        )
        return url or f"{thread}#{post.get('id') or self.post_id(post)}"

    def position(self, post: html.Node) -> int | None:
        """The number a post bears."""
        return number(digits(field(post, self.layout.number))) if self.layout.number else None

    def first(self, post: html.Node, position: int | None) -> bool | None:
        """Whether a post opens its thread."""
        if position is None:
            return False if self.paging.here > 1 else None
        return position == 1

    def author(self, post: html.Node) -> str:
        """The author's name as shown."""
        return field(post, self.layout.author)

    def time(self, post: html.Node) -> str:
        """When a post was written, as the page says it."""
        return field(post, self.layout.time, self._moment)

    def edited(self, post: html.Node) -> datetime | None:
        """When a post was last changed."""
        node = html.first(post, self.layout.edited) if self.layout.edited else None
        if node is None:
            return None
        said = moment(node)
        if said == html.line(node):
            match = re.search(self.layout.edited_of, said)
            said = match[1] if match else ""
        return self.reading.dates.read(said) if any(map(str.isdigit, said)) else None

    def body(self, post: html.Node) -> html.Node | None:
        """Where a post's text stands."""
        return html.first(post, self.layout.body)

    # --- around both ------------------------------------------------------------------------------

    def _moment(self, node: html.Node) -> str:
        return moment(node, self.layout.time_drop)

    def board_name(self) -> str:
        """Name of the board that the breadcrumb trail ends with."""
        name = ""
        for link in html.select(self.tree, self.layout.crumbs) if self.layout.crumbs else []:
            if found(self.layout.board_at, self.reading.url(link.get("href"))):
                name = self.name(link) or name
        return name or self.reading.carried("board")

    def name(self, link: html.Node) -> str:
        """Name of the board that a link leads to."""
        return clean_line(html.text_of(link, self.layout.icons))

    def _is_solved(self, node: html.Node, css: str, prefixes: str) -> bool:
        if html.holds(node, css):
            return True
        return bool(prefixes) and any(_SOLVED.search(html.line(each)) for each in html.select(node, prefixes))

    def _nothing(self) -> Extraction:
        """A page with neither posts nor threads nor boards."""
        asked = html.holds(self.tree, self.layout.wall) or _LOGIN.search(self.page.url)
        if self.page.status not in {404, 410} and (asked or self.page.status in {401, 403}):
            return self.reading.extraction(login_wall=True)
        url = self.reading.url(self.page.url)
        known = (self.layout.thread_at, self.layout.board_at, self.layout.post_at)
        if self.page.status in {404, 410} or any(found(pattern, url) for pattern in known):
            return self.reading.extraction(missing=True)
        self.reading.problem("neither boards nor threads nor posts")
        return self.reading.extraction()
