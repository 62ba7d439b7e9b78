"""Flarum 0.1 beta and 1.x: its JSON:API interface (docs.flarum.org/rest-api, jsonapi.org).

A visit reads the discussions by their last post, which is the order without ``sort``. A discussion's posts are asked
for newest first, so that one read before costs one request: paging stops at the time it was read to. Pages follow
``links.next``; betas have none for posts, so a full page leads to the next offset, and past the end comes an empty
one. Nothing is asked to be included: a relationship of an extension that is not there would be refused with 400, and
tags come of themselves where there are any. Betas before the eighth call times by other names. Written after the
controllers and serialisers of both (``Api/Controller/List*Controller``, ``Api/Serializer/*``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from radar.errors import ExtractionError
from radar.extract.html import fragment, split_quotes
from radar.extract.page import Board, Context, Extraction, Link, LinkKind, Mark, Page, Site, Software, Way
from radar.extract.reading import Reading
from radar.extract.urls import base_before, escape, param, same_host, under
from radar.model import Channel, Source

_INSTALL = r"/(?:api|d|t|u|all|tags|following|settings)(?:/|$)"
_TAG = re.compile(r"/t/([^/?#]+)")
_MOST = 50
"""Entries of a page: the most that Flarum gives."""
_LIST = f"api/discussions?page[limit]={_MOST}"
_DROP = "blockquote cite, blockquote a.PostMention"
"""Who is quoted."""
_NUMBER = re.compile(r"\d{1,18}")


def entries(source: Source) -> Sequence[Link]:
    """The discussions by their last post, of the whole site or of each tag."""
    url = under(source.url, _LIST)
    if not source.boards:
        return [Link(url=url, kind=LinkKind.BOARD)]
    return [Link(url=f"{url}&filter[tag]={_tag(board)}", kind=LinkKind.BOARD) for board in source.boards]


def extract(page: Page, context: Context) -> Extraction:
    """A listing of discussions, or posts of a discussion."""
    reading = Reading(page, context)
    if refusal := reading.refusal():
        return refusal
    data = reading.data
    if not isinstance(data, dict):
        raise ExtractionError("not an answer of Flarum")
    if "errors" in data:
        missing = "not_found" in str(data["errors"])
        return reading.extraction(missing=missing, login_wall=not missing)
    found = data.get("data")
    if not isinstance(found, list):
        raise ExtractionError("neither discussions nor posts of Flarum")
    included = {
        (str(each.get("type")), str(each.get("id"))): each.get("attributes") or {}
        for each in data.get("included") or ()
        if isinstance(each, dict)
    }
    thread = reading.carried("thread_id")
    for entry in found:
        with reading.entry():
            if entry["type"] == "discussions":
                _discussion(reading, entry, included)
            elif entry["type"] == "posts":
                thread = thread or _related(entry, "discussion")
                _post(reading, entry, included)
    links = data.get("links")
    pointer = reading.url(str(links.get("next") or "") if isinstance(links, dict) else _counted(page, found))
    if found and same_host(pointer, page.url) and not _read_before(reading, found):
        reading.link(pointer, LinkKind.NEXT, thread_id=thread, carry=reading.context.carried)
    return reading.extraction(thread_id=thread)


def _counted(page: Page, found: Sequence[Any]) -> str:
    """The next page of posts where the answer has no pointers: there is one until the opening post was shown.

    Their number tells nothing, since hidden posts are taken out of a page after it was cut.
    """
    numbers = [
        entry["attributes"].get("number")
        for entry in found
        if isinstance(entry, dict) and entry.get("attributes")
    ]
    if not numbers or not all(isinstance(number, int) and number > 1 for number in numbers):
        return ""
    offset, limit = param(page.url, "page[offset]"), param(page.url, "page[limit]")
    rest = re.sub(r"&page(?:\[|%5B)offset(?:\]|%5D)=\d*", "", page.url, flags=re.IGNORECASE)
    steps = [int(each) for each in (offset, limit) if _NUMBER.fullmatch(each)]
    return f"{rest}&page[offset]={sum(steps)}" if _NUMBER.fullmatch(limit) else ""


def _read_before(reading: Reading, found: Sequence[Any]) -> bool:
    """Whether the oldest of these posts, which come newest first, was there when the thread was last read."""
    until = reading.dates.read(reading.carried("known").partition("@")[2])
    oldest = reading.oldest_at
    return bool(until and found and oldest and oldest <= until)


def _base(reading: Reading) -> str:
    return reading.context.base_url or base_before(reading.page.url, _INSTALL)


def _related(entry: dict[str, Any], name: str) -> str:
    data = ((entry.get("relationships") or {}).get(name) or {}).get("data")
    return str(data.get("id") or "") if isinstance(data, dict) else ""


def _discussion(
    reading: Reading, entry: dict[str, Any], included: dict[tuple[str, str], dict[str, Any]]
) -> None:
    about = entry["attributes"]
    identity = str(int(entry["id"]))
    if (
        about.get("isHidden")
        or _first(about, "hiddenAt", "hideTime")
        or about.get("isPrivate")
        or about.get("isApproved") is False
    ):
        return
    related = ((entry.get("relationships") or {}).get("tags") or {}).get("data") or ()
    tags = [included.get(("tags", str(tag.get("id"))), {}) for tag in related]
    if not _wanted(reading, tags):
        return
    names = [str(tag.get("name") or "") for tag in tags]
    best = about.get("hasBestAnswer")
    early = "lastTime" in about or "startTime" in about
    last = str(_first(about, "lastPostedAt", "lastTime", "createdAt", "startTime"))
    comments = int(_first(about, "commentCount", "commentsCount") or 0)
    order = "time" if early else "createdAt"
    reading.link(
        under(
            _base(reading),
            f"api/posts?filter[discussion]={identity}&filter[type]=comment&sort=-{order}&page[limit]={_MOST}",
        ),
        LinkKind.THREAD,
        thread_id=identity,
        activity=f"{comments}@{last}",
        active_at=reading.dates.read(last),
        carry={
            "thread_id": identity,
            "title": str(about.get("title") or ""),
            "board": ", ".join(filter(None, names)),
            "answers": str(max(comments - 1, 0)),
            "solved": "" if best is None else str(int(bool(best))),
        },
    )


def _first(attributes: dict[str, Any], *names: str) -> Any:
    return next((attributes[name] for name in names if attributes.get(name)), "")


def _wanted(reading: Reading, tags: Sequence[dict[str, Any]]) -> bool:
    """Betas do not know the filter by tag and answer with every discussion."""
    boards = {_tag(board) for board in reading.context.boards}
    slugs = {escape(str(tag.get("slug"))) for tag in tags if tag.get("slug")}
    return not boards or not slugs or bool(boards & slugs)


def _tag(board: str) -> str:
    match = _TAG.search(board)
    return match[1] if match else escape(board)


def _post(reading: Reading, entry: dict[str, Any], included: dict[tuple[str, str], dict[str, Any]]) -> None:
    said = entry["attributes"]
    if (
        said.get("contentType", "comment") != "comment"
        or said.get("isHidden")
        or _first(said, "hiddenAt", "hideTime")
        or said.get("isPrivate")
        or said.get("isApproved") is False
    ):
        return
    number = int(said["number"])
    thread = reading.carried("thread_id") or _related(entry, "discussion")
    discussion = included.get(("discussions", thread), {})
    user = included.get(("users", _related(entry, "user")), {})
    thread_url = under(_base(reading), f"d/{thread}")
    answers, solved = reading.carried("answers"), reading.carried("solved")
    edited = str(_first(said, "editedAt", "editTime"))
    reading.post(
        external_id=entry["id"],
        url=f"{thread_url}/{number}",
        words=split_quotes(fragment(str(said.get("contentHtml") or "")), "blockquote", _DROP),
        title=str(discussion.get("title") or "") or reading.carried("title"),
        thread_id=thread,
        thread_url=thread_url,
        board=reading.carried("board"),
        position=number,
        author=str(user.get("username") or user.get("displayName") or ""),
        created_at=reading.dates.read(str(_first(said, "createdAt", "time"))),
        edited_at=reading.dates.read(edited) if edited else None,
        answer_count=int(answers) if number == 1 and _NUMBER.fullmatch(answers) else None,
        solved=solved == "1" if solved else None,
    )


def describe(page: Page, base: str) -> Site | None:
    """Boards are tags: ``/api/tags``."""
    try:
        data = page.data
    except ExtractionError:
        return None
    found = data.get("data") if isinstance(data, dict) else None
    if not isinstance(found, list):
        return None
    boards = []
    for entry in found:
        about = entry.get("attributes") if isinstance(entry, dict) and entry.get("type") == "tags" else None
        if isinstance(about, dict) and about.get("slug") and not about.get("isHidden"):
            slug = str(about["slug"])
            boards.append(Board(slug, str(about.get("name") or slug), under(base, f"t/{escape(slug)}")))
    return Site(base_url=base, boards=tuple(boards))


def base_url(url: str) -> str:
    """The install path: Flarum may live in a sub-folder."""
    return base_before(url, _INSTALL)


SOFTWARE = Software(
    name="flarum",
    channel=Channel.FORUM,
    way=Way.API,
    entries=entries,
    extract=extract,
    marks=(
        Mark("generator", r"flarum"),
        Mark("html", r"id=[\"']flarum-(?:loading|content|json-payload)|flarum\.core\.compat|window\.flarum"),
    ),
    base_url=base_url,
    describe=describe,
    probes=("api/tags",),
    note="Hidden discussions and private tags do not appear; boards are the slugs of tags.",
)
