"""Redmine's boards: ``/projects/NAME/boards``, ``/projects/NAME/boards/1?page=2``, ``/boards/1/topics/28?page=2``, ``?r=29#message-29``.

Markup as Redmine 5.0 sends it to guests. The opening message stands on every page of its topic and has the
topic's id; replies are numbered by the pager ("26-29/29"). Times are relative with the date in a tooltip, in the
server's format and zone (US order and UTC as installed). "X wrote:" before a quote is Redmine's. Private projects lead to the login page.
Issues are read as JSON (``radar.extract.redmine_issues``), if the owner names them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from radar.extract import html, redmine_issues, urls
from radar.extract.classic import software
from radar.extract.fields import digits, without
from radar.extract.forum import Forum
from radar.extract.layout import Layout
from radar.extract.page import Context, Extraction, Link, LinkKind, Mark, Page
from radar.model import Source

LAYOUT = Layout(
    thread_at=r"/boards/\d+/topics/(\d+)",
    board_at=r"/boards/(\d+)(?:[?#]|$)",
    post_at=r"[?&]r=(\d+)|#message-(\d+)",
    first_page=(r"[?#].*", ""),
    board="table.boards tbody tr",
    board_link="a.board",
    board_counts=".topic-count, .message-count",
    listing="table.messages, p.nodata",
    listing_title="#content > h2",
    row="table.messages tbody tr",
    row_link="td.subject a",
    row_last="td.last_message a[href*='r=']",
    row_time="td.last_message [title*=':']@title | td.created_on",
    row_replies="td.reply-count",
    post="#content div.message",
    permalink=".reply-header > a[href*=message-]@href",
    time=".author [title*=':']@title | .reply-header [title*=':']@title",
    author=".author a.user | .reply-header a.user",
    body=".wiki",
    title="#content > h2",
    crumbs="p.breadcrumb a",
    pager="ul.pages a",
    day_first=False,
)
_INSTALL = r"boards(?:/|$)|issues(?:/|$|\.)|activity|wiki|projects/?$|users/|news|login"
_WROTE = re.compile(r"(?:wrote|schrieb)(?: in message#\d+)?:$")
_ADDED = re.compile(r"^[\s-]*(?:Added by|Hinzugefügt von|Von)?\s*")


class Redmine(Forum):
    """Topic and replies are marked up differently; the index of a server lists projects."""

    def read(self) -> Extraction:
        """Projects lead to their boards."""
        projects = html.select(self.tree, "#projects-index a.project")
        for project in projects:
            url = self.reading.url(project.get("href"))
            self.reading.link(f"{url}/boards" if "/projects/" in url else "", LinkKind.BOARD)
        return self.reading.extraction() if projects else super().read()

    def skipped(self, post: html.Node) -> bool:
        """The opening message is read on the first page only."""
        return not post.get("id") and self.paging.here > 1

    def post_id(self, post: html.Node) -> str:
        """A reply's own id; the opening message has the topic's."""
        return digits(post.get("id") or "") or self.thread()[1]

    def permalink(self, post: html.Node, thread: str) -> str:
        """The topic's address for the opening message."""
        return super().permalink(post, thread) if post.get("id") else thread

    def position(self, post: html.Node) -> int | None:
        """The opening message is the first; replies are counted from where the pager says the page begins."""
        if not post.get("id"):
            return 1
        begins = re.search(r"\((\d+)-", html.line_of(self.tree, ".pagination .items"))
        replies = [each for each in self.reading.posts.values() if not each.first]
        return int(begins[1]) + 1 + len(replies) if begins else None

    def author(self, post: html.Node) -> str:
        """The name, which is no link where users are not shown to guests."""
        linked = super().author(post)
        if linked:
            return linked
        said = html.first(post, ".author, .reply-header")
        words = "".join(said.xpath("text()")[:2]) if said is not None else ""
        return _ADDED.sub("", words).strip()

    def body(self, post: html.Node) -> html.Node | None:
        """The text without the lines that introduce quotes."""
        body = super().body(post)
        if body is None:
            return None
        body = without(body, "._none")
        for quote in html.select(body, "blockquote"):
            before = quote.getprevious()
            if before is not None and _WROTE.search(html.line(before)):
                before.getparent().remove(before)
        return body

    def edited(self, post: html.Node) -> datetime | None:
        """Not shown."""
        return None


_SOFTWARE = software(
    "redmine",
    LAYOUT,
    reader=Redmine,
    install=_INSTALL,
    board_url="boards/{id}",
    home="boards",
    marks=(
        Mark("html", r"<meta name=\"description\" content=\"Redmine\" ?/>"),
        Mark("html", r"Powered by <a href=\"https://www\.redmine\.org/\"[^>]*>Redmine</a>"),
        Mark("cookie", r"^_redmine_session$"),
        Mark("html", r"\A\{\"issues?\":\[?\{\"id\":\d+,\"project\":\{"),
    ),
    note='Reads the boards of a project; its issues too if boards = ["issues", ...] and robots.txt allows.',
)


def _entries(source: Source) -> list[Link]:
    """The boards of the source's project or those named by address, else the list of projects, which leads to them;
    ``issues`` among the boards stands for the issues of the project or of all.
    """
    boards = tuple(board for board in source.boards if board != "issues")
    links = []
    if len(boards) < len(source.boards):
        root, _, project = base_url(source.url).partition("projects/")
        of_project = f"&project_id={project.strip('/')}" if project.strip("/") else ""
        links.append(Link(url=urls.under(root, redmine_issues.LIST + of_project), kind=LinkKind.BOARD))
        if not boards:
            return links
    if (boards and all("://" in board for board in boards)) or "/projects/" in source.url:
        return links + list(_SOFTWARE.entries(replace(source, boards=boards)))
    return [*links, Link(url=urls.under(base_url(source.url), "projects"), kind=LinkKind.BOARD)]


def _extract(page: Page, context: Context) -> Extraction:
    """JSON are issues, all else are pages of boards."""
    if page.status == 200 and page.text[:20].lstrip().startswith("{"):
        return redmine_issues.read(page, context)
    return _SOFTWARE.extract(page, context)


def base_url(url: str) -> str:
    """The install path, with the project if the address names one."""
    return urls.base_before(url, _INSTALL)


SOFTWARE = replace(_SOFTWARE, entries=_entries, extract=_extract)
