"""GitHub's REST API for issues (docs.github.com/rest/issues), and the feed of a repository's discussions.

A visit reads the issues by their latest change, a hundred with their texts; pull requests are none. One whose number of
comments changed is followed to its comments. Without a token GitHub answers sixty requests an hour to an address, so a
visit makes fifty at most and goes on next time; an unchanged list is answered with 304. Texts are Markdown. GitHub's
robots.txt closes its feeds (``/*.atom$``) as long as it stands as it does; the interface for discussions needs a token.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from radar.errors import ExtractionError
from radar.extract.feed import Identity, read_posts
from radar.extract.feed_document import FeedEntry, read_feed
from radar.extract.markdown import split_markdown
from radar.extract.page import Context, Extraction, Instead, Link, LinkKind, Mark, Page, Software, Way
from radar.extract.reading import Reading
from radar.extract.urls import absolute, canonical, escape, origin, param, path, under
from radar.model import Channel, Source

PAGE_SIZE = 100
BUDGET = 50
"""Requests of a visit: of the sixty an hour some are left for other sources."""
_SITE = r"^https?://(?:www\.)?github\.com/"
_OWN = (
    "about|account|apps|collections|customer-stories|enterprise|events|explore|features|join|login|marketplace|new"
    "|notifications|orgs|pricing|pulls|search|security|settings|signup|site|sponsors|stars|team|topics|trending|users"
)
"""What stands in the place of an owner on pages of the site itself."""
_REPOSITORY = re.compile(
    rf"{_SITE}(?!(?:{_OWN})/)([\w-]+)/([\w.-]+?)(?:\.git)?(?:(/discussions)(?:[/.?#].*)?|[/?#].*)?$",
    re.IGNORECASE,
)
_API = re.compile(r"^(https?://[^/]+/(?:api/v3/)?)repos/([\w-]+)/([\w.-]+)")
_NEXT = re.compile(r"<[^>?]*\?([^>]+)>\s*;\s*rel=\"?next")
_DISCUSSION = re.compile(r"/discussions/(\d{1,18})")
_NUMBER = re.compile(r"\d{1,18}")


def entries(source: Source) -> Sequence[Link]:
    """The issues by their latest change, of all labels or of each one; or the feed of discussions."""
    if _discussions(source.url):
        return [Link(url=f"{source.url.rstrip('/')}.atom", kind=LinkKind.BOARD)]
    issues = f"{_api(source.url)}issues?state=all&sort=updated&direction=desc&per_page={PAGE_SIZE}"
    if not source.boards:
        return [Link(url=issues, kind=LinkKind.BOARD)]
    return [
        Link(url=f"{issues}&labels={escape(label)}", kind=LinkKind.BOARD, carry={"board": label})
        for label in source.boards
    ]


def _discussions(url: str) -> bool:
    match = _REPOSITORY.match(url)
    return bool(match and match[3])


def _api(url: str) -> str:
    """The interface of a repository, from an address of either; that of another server stays there."""
    if match := _API.match(url):
        return f"{match[1]}repos/{match[2]}/{match[3]}/"
    match = _REPOSITORY.match(url)
    return f"https://api.github.com/repos/{match[1]}/{match[2]}/" if match else under(origin(url), path(url))


def base_url(url: str) -> str:
    """The repository, or its discussions."""
    if match := re.match(r"https?://api\.github\.com/repos/([\w-]+)/([\w.-]+)", url):
        return f"https://github.com/{match[1]}/{match[2]}/"
    if match := _REPOSITORY.match(url):
        return f"https://github.com/{match[1]}/{match[2]}{match[3] or ''}/"
    return _api(url)


def boards_in(url: str) -> tuple[str, ...]:
    """A label's list is about that label."""
    label = re.search(r"/(?:labels|issues/labels)/([^/?#]+)", path(url))
    return (label[1],) if label else tuple(filter(None, param(url, "labels").split(",")))


def instead(source: Source) -> Sequence[Instead]:
    """Where robots.txt closes the feed of discussions, the issues."""
    if not _discussions(source.url):
        return ()
    issues = replace(source, url=base_url(source.url).removesuffix("discussions/"))
    return [Instead(issues, "The feed of its discussions is closed by robots.txt, so its issues are read.")]


def extract(page: Page, context: Context) -> Extraction:
    """A list of issues, the comments of an issue, or a feed of discussions."""
    reading = Reading(page, context)
    if page.status in {404, 410}:
        return reading.extraction(missing=True)
    feed = read_feed(page) if page.text[:200].lstrip("\ufeff \t\r\n").startswith("<") else None
    if feed is not None:
        return _of_discussions(read_posts(reading, feed, _discussion), context.language)
    data = reading.data
    if isinstance(data, dict) and "message" in data:
        message = str(data["message"])
        if "Not Found" in message or "disabled" in message:
            return reading.extraction(missing=True)
        raise ExtractionError(f"GitHub says: {message}"[:300])
    if not isinstance(data, list):
        raise ExtractionError("not an answer of GitHub's interface")
    if re.search(r"/issues/\d+/comments$", path(page.url)):
        return _comments(reading, data)
    return _issues(reading, data)


def _of_discussions(found: Extraction, language: str) -> Extraction:
    """``updated`` is when anything was said last, not an edit; the feed's language is that of the site."""
    posts = tuple(replace(post, edited_at=None, language=language) for post in found.posts)
    return replace(found, posts=posts)


def _discussion(entry: FeedEntry) -> Identity | None:
    url = canonical(entry.link)
    match = _DISCUSSION.search(url)
    if not match:
        return None
    return Identity(
        external_id=f"d{match[1]}",
        url=url,
        thread_id=f"d{match[1]}",
        thread_url=url,
        first=True,
    )


def _issues(reading: Reading, data: list[Any]) -> Extraction:
    for issue in data:
        with reading.entry("an issue that cannot be read"):
            if "pull_request" in issue or _is_bot(issue):
                continue
            number, comments = str(int(issue["number"])), int(issue.get("comments") or 0)
            url = absolute(reading.page.url, str(issue["html_url"]))
            title = str(issue.get("title") or "")
            closed = issue.get("state") == "closed"
            reading.post(
                external_id=str(int(issue["id"])),
                url=url,
                words=split_markdown(str(issue.get("body") or ""), html=True, breaks=True),
                title=title,
                thread_id=number,
                thread_url=url,
                board=reading.carried("board") or _label(issue),
                position=1,
                author=_author(issue),
                created_at=reading.dates.read(str(issue.get("created_at") or "")),
                answer_count=comments,
                solved=closed and issue.get("state_reason") in {None, "completed", "duplicate"},
            )
            if comments:
                reading.link(
                    f"{_api(reading.page.url)}issues/{number}/comments?per_page={PAGE_SIZE}",
                    LinkKind.THREAD,
                    thread_id=number,
                    activity=comments,
                    active_at=reading.dates.read(str(issue.get("updated_at") or "")),
                    carry={"title": title, "board": reading.carried("board") or _label(issue), "url": url},
                )
    if data and (match := _NEXT.search(reading.page.headers.get("link", ""))):
        # the query alone: the header's path names the repository by its number
        oldest = (
            reading.dates.read(str(data[-1].get("updated_at") or "")) if isinstance(data[-1], dict) else None
        )
        reading.link(
            f"{reading.page.url.split('?')[0]}?{match[1]}",
            LinkKind.NEXT,
            active_at=oldest,
            carry=reading.context.carried,
        )
    return reading.extraction()


def _comments(reading: Reading, data: list[Any]) -> Extraction:
    """A page of comments, oldest first; one that was read before goes on where reading ended."""
    match = re.search(r"/issues/(\d+)/comments$", path(reading.page.url))
    thread = match[1] if match else ""
    told = param(reading.page.url, "page")
    number = int(told) if _NUMBER.fullmatch(told) else 1
    for place, comment in enumerate(data, (number - 1) * PAGE_SIZE + 2):
        with reading.entry("a comment that cannot be read"):
            if comment.get("minimized") or _is_bot(comment):
                continue
            created = reading.dates.read(str(comment.get("created_at") or ""))
            reading.post(
                external_id=f"c{int(comment['id'])}",
                url=absolute(reading.page.url, str(comment["html_url"]), fragment=True),
                words=split_markdown(str(comment.get("body") or ""), html=True, breaks=True),
                title=reading.carried("title"),
                thread_id=thread,
                thread_url=reading.carried("url"),
                board=reading.carried("board"),
                position=place,
                author=_author(comment),
                created_at=created,
                edited_at=reading.dates.read(str(comment.get("updated_at") or "")),
            )
    if data and _NEXT.search(reading.page.headers.get("link", "")):
        known = reading.carried("known")
        read = int(known) // PAGE_SIZE + 1 if number == 1 and _NUMBER.fullmatch(known) else 0
        base = reading.page.url.split("?")[0]
        reading.link(
            f"{base}?per_page={PAGE_SIZE}&page={max(number + 1, read)}",
            LinkKind.NEXT,
            thread_id=thread,
            carry=reading.context.carried,
        )
    return reading.extraction(thread_id=thread)


def _is_bot(said: Mapping[str, Any]) -> bool:
    user = said.get("user")
    return isinstance(user, dict) and user.get("type") == "Bot"


def _author(said: Mapping[str, Any]) -> str:
    user = said.get("user")
    return str(user.get("login") or "") if isinstance(user, dict) else ""


def _label(issue: Mapping[str, Any]) -> str:
    names = [label.get("name") if isinstance(label, dict) else label for label in issue.get("labels") or ()]
    return ", ".join(str(name) for name in names if name)


SOFTWARE = Software(
    name="github",
    channel=Channel.TRACKER,
    way=Way.API,
    entries=entries,
    extract=extract,
    marks=(
        Mark("url", rf"{_SITE}(?!(?:{_OWN})/)[\w-]+/[\w.-]+(?!.*(?<!discussions)\.atom)", 12),
        Mark("url", r"^https?://api\.github\.com/repos/[\w-]+/[\w.-]+", 12),
    ),
    base_url=base_url,
    boards_in=boards_in,
    instead=instead,
    budget=BUDGET,
    note="Sixty requests an hour without a token: a visit makes fifty at most. Boards are labels.",
)
