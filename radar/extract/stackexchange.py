"""Stack Exchange API 2.3 (api.stackexchange.com/docs): Stack Overflow and its sisters.

The source's address names the site: ``https://stackoverflow.com/`` or ``https://api.stackexchange.com/2.3/questions?site=de``.
A visit reads the questions by activity with their bodies, and if an answer is new the answers to all questions of
that page in one request: the daily quota is small. Comments are read where they come, but not asked for. Content is
CC BY-SA: whoever shows it names author and link, which every post carries.
"""

from __future__ import annotations

import hashlib
import html as entities
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from radar.errors import ExtractionError
from radar.extract.html import fragment, split_quotes
from radar.extract.page import Context, Extraction, Link, LinkKind, Mark, Page, Software, Way
from radar.extract.reading import Reading
from radar.extract.text import Words
from radar.extract.urls import host, origin, param, params, up_to
from radar.model import Channel, Source

API = "https://api.stackexchange.com/2.3/"
FILTER = "withbody"
"""A built-in filter: the default fields and ``body``."""
PAGE_SIZE = 100
_TWO = {
    "stackoverflow.com": "stackoverflow",
    "de.stackoverflow.com": "de.stackoverflow",
    "serverfault.com": "serverfault",
    "superuser.com": "superuser",
    "askubuntu.com": "askubuntu",
    "mathoverflow.net": "mathoverflow",
    "stackapps.com": "stackapps",
}
_QUESTION = re.compile(r"/questions/(\d+)")
_LOW_QUOTA = 20


def site_of(url: str) -> str:
    """The API's name of a site from an address of the site or the API, "" if it is none."""
    name = host(url).removeprefix("www.")
    if param(url, "site"):
        return param(url, "site")
    if name in _TWO:
        return _TWO[name]
    return (
        name.removesuffix(".stackexchange.com")
        if name.endswith(".stackexchange.com") and not name.startswith("api.")
        else ""
    )


def entries(source: Source) -> Sequence[Link]:
    """The questions by activity; boards are tags."""
    api = _api(source.url)
    base = {
        "site": site_of(source.url) or "stackoverflow",
        "order": "desc",
        "sort": "activity",
        "filter": FILTER,
        "pagesize": str(PAGE_SIZE),
    }
    if key := param(source.url, "key"):
        base["key"] = key
    tags: Sequence[str] = source.boards or (
        [param(source.url, "tagged")] if param(source.url, "tagged") else [""]
    )
    links = []
    for tag in tags:
        query = base | ({"tagged": _tag(tag)} if tag else {})
        links.append(
            Link(
                url=f"{api}questions?{urlencode(query)}",
                kind=LinkKind.BOARD,
                carry={"board": _tag(tag)} if tag else {},
            )
        )
    return links


def _tag(board: str) -> str:
    return board.rstrip("/").rsplit("/", 1)[-1]


def _api(url: str) -> str:
    """The API's address; that of the source itself if it is one (``/2.3/`` in its path)."""
    return up_to(url, r"/2\.\d/") or API


def extract(page: Page, context: Context) -> Extraction:
    """Questions, or the answers or comments to some."""
    reading = Reading(page, context)
    data = reading.data
    if not isinstance(data, dict):
        raise ExtractionError("not an answer of the Stack Exchange API")
    if "error_id" in data:
        raise ExtractionError(f"the API says: {data.get('error_name')}: {data.get('error_message')}"[:300])
    items = data.get("items")
    if not isinstance(items, list):
        raise ExtractionError("an answer of the Stack Exchange API without items")
    asked: list[dict[str, Any]] = []
    for item in items:
        with reading.entry("an item that cannot be read"):
            if "comment_id" in item or "answer_id" in item:
                _reply(reading, item)
            else:
                _question(reading, item)
                asked.append(item)
    _link_answers(reading, asked)
    quota = data.get("quota_remaining")
    if isinstance(quota, int) and quota < _LOW_QUOTA:
        reading.problem("the API's daily quota is nearly used up", quota)
    elif data.get("has_more") is True:
        reading.link(
            _with(page.url, page=str(_page_number(page.url) + 1)),
            LinkKind.NEXT,
            carry=reading.context.carried,
        )
    backoff = data.get("backoff")
    wait = (
        float(backoff)
        if isinstance(backoff, int | float) and not isinstance(backoff, bool) and 0 < backoff < 86400
        else None
    )
    return reading.extraction(ttl=wait)


def _page_number(url: str) -> int:
    value = param(url, "page")
    return int(value) if value.isdecimal() and 0 < len(value) < 7 else 1


def _with(url: str, **changes: str) -> str:
    return f"{url.split('?')[0]}?{urlencode({**params(url), **changes})}"


def _question(reading: Reading, item: dict[str, Any]) -> None:
    identity = int(item["question_id"])
    url = reading.url(item.get("link")) or ""
    title = entities.unescape(str(item.get("title") or ""))
    tags = [str(tag) for tag in item.get("tags") or ()]
    reading.post(
        external_id=f"q{identity}",
        url=url,
        words=_words(item),
        title=title,
        thread_id=identity,
        thread_url=f"{origin(url)}questions/{identity}",
        board=reading.carried("board") or (tags[0] if tags else ""),
        position=1,
        author=_owner(item),
        created_at=reading.dates.epoch(item.get("creation_date")),
        edited_at=reading.dates.epoch(item.get("last_edit_date")),
        answer_count=int(item.get("answer_count") or 0),
        solved="accepted_answer_id" in item,
    )


def _link_answers(reading: Reading, asked: list[dict[str, Any]]) -> None:
    """One link to the answers of all these questions; what an answer does not tell of its question is carried."""
    carry: dict[str, str] = {}
    state: list[str] = []
    for item in asked:
        if not int(item.get("answer_count") or 0):
            continue
        identity, tags = int(item["question_id"]), item.get("tags") or [""]
        title = entities.unescape(str(item.get("title") or ""))[:150]
        carry[str(identity)] = f"{int('accepted_answer_id' in item)}|{tags[0]}|{title}"
        state.append(
            f"{identity}/{item.get('answer_count')}/{item.get('accepted_answer_id', '')}/{item.get('last_activity_date')}"
        )
    if not carry:
        return
    page, tag = reading.page.url, reading.carried("board")
    query = {
        "site": param(page, "site"),
        "order": "desc",
        "sort": "activity",
        "filter": FILTER,
        "pagesize": str(PAGE_SIZE),
    }
    if key := param(page, "key"):
        query["key"] = key
    carry |= {"site_url": origin(str(asked[0].get("link") or reading.context.base_url)), "board": tag}
    reading.link(
        f"{_api(page)}questions/{';'.join(each for each in carry if each.isdecimal())}/answers?{urlencode(query)}",
        LinkKind.THREAD,
        thread_id=f"answers:{tag}:{_page_number(page)}",
        activity=hashlib.sha256(" ".join(sorted(state)).encode()).hexdigest()[:24],
        carry=carry,
    )


def _reply(reading: Reading, item: dict[str, Any]) -> None:
    """An answer, or a comment."""
    link = reading.url(item.get("link"), fragment=True)
    site = reading.carried("site_url") or origin(link or reading.context.base_url)
    if "comment_id" in item:
        asked = _QUESTION.search(link)
        question = asked[1] if asked else ""
        identity, url = (
            f"c{int(item['comment_id'])}",
            link or f"{site}posts/comments/{int(item['comment_id'])}",
        )
    else:
        question = str(int(item["question_id"]))
        identity, url = f"a{int(item['answer_id'])}", link or f"{site}a/{int(item['answer_id'])}"
    solved, _, rest = reading.carried(question).partition("|")
    tag, _, title = rest.partition("|")
    reading.post(
        external_id=identity,
        url=url,
        words=_words(item),
        title=entities.unescape(str(item.get("title") or "")) or title,
        thread_id=question,
        thread_url=f"{site}questions/{question}" if question else "",
        board=reading.carried("board") or tag,
        first=False,
        author=_owner(item),
        created_at=reading.dates.epoch(item.get("creation_date")),
        edited_at=reading.dates.epoch(item.get("last_edit_date")),
        solved=solved == "1" if solved else None,
    )


def _words(item: dict[str, Any]) -> Words:
    return split_quotes(fragment(str(item.get("body") or "")), "blockquote", ".snippet-code")


def _owner(item: dict[str, Any]) -> str:
    owner = item.get("owner")
    return entities.unescape(str(owner.get("display_name") or "")) if isinstance(owner, dict) else ""


SOFTWARE = Software(
    name="stackexchange",
    channel=Channel.QA,
    way=Way.API,
    entries=entries,
    extract=extract,
    marks=(
        Mark(
            "url",
            r"^https?://(?:[\w-]+\.)*(?:stackoverflow\.com|stackexchange\.com|serverfault\.com|superuser\.com|askubuntu\.com)/",
            12,
        ),
    ),
    note="300 requests a day without a key, 10,000 with one (key= in the address); CC BY-SA: name the author and link.",
)
