"""Crawl a software whole, as its owner's radar would, and compare what came with what was written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from radar.config.writing import entry
from radar.model import Source
from tests.crawl.conftest import Radar
from tests.live.gate import Gate, Seen
from tests.live.plan import SECRET, Planned, Thread, reply
from tests.live.software import Software, Written

BULLET = re.compile(r"(?:(?<=\s)|^)(?:[-*•] |```(?=\s|$))")
"""What is kept of lists and code, as marks of text."""


@dataclass
class Result:
    """What was measured of one software."""

    software: str
    posts: int = 0
    """Public posts that were written."""
    right: int = 0
    """Of those, read with every field right."""
    wrong: list[str] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)
    """Private or hidden posts that came out, and posts nobody wrote."""
    twice: list[str] = field(default_factory=list)
    """Addresses fetched more than once in one visit."""
    first: int = 0
    """Requests of the first visit."""
    pages: int = 0
    """Pages with posts among them."""
    again: int = 0
    """Requests of the next visit, nothing having changed."""
    after_reply: int = 0
    """Requests of a visit after one more reply."""
    new: list[dict[str, Any]] = field(default_factory=list)
    """Posts of that visit which no visit before had."""

    @property
    def ratio(self) -> float:
        """Requests of the first visit per page with posts."""
        return self.first / max(self.pages, 1)

    def row(self) -> str:
        """A line of a table."""
        cost = f"{self.first} / {self.pages} | {self.ratio:.2f} | {self.again} | {self.after_reply}"
        return f"| {self.software} | {self.right} / {self.posts} | {cost} |"


def measure(software: Software, gate: Gate, radar: Radar) -> Result:
    """Three visits: of a new forum, of an unchanged one, and after a reply."""
    result = Result(software.name)
    software.prepare()
    planned = software.plan()
    written = software.write(planned)
    with software.serving():
        configure(radar, software)
        items = radar.crawl(software.channel, "-a", "source=live")
        seen = gate.take()
        count_first(result, software, seen)
        compare(result, software, planned, written, items)
        radar.crawl(software.channel, "-a", "source=live")
        result.again = len(gate.take())
        late = reply()
        target = next(each for each in written if planned[each.thread].title.startswith("Langes"))
        before = planned[target.thread]
        software.write([Thread(before.title, before.board, (late,), id=target.thread_id)])
        known = {item["external_id"] for item in items}
        last = radar.crawl(software.channel, "-a", "source=live")
        result.after_reply = len(gate.take())
        result.new = [item for item in last if item["external_id"] not in known]
    return result


def configure(radar: Radar, software: Software) -> None:
    """A radar.toml as ``radar add`` writes it."""
    source = Source(
        name="live",
        url=software.url,
        channel=software.channel,
        software=software.name,
        boards=software.boards,
        timezone=software.timezone,
    )
    head = f'delay = 0.0\nprivate_hosts = ["127.0.0.1:{software.gate.port}"]\n\n'
    (radar.home / "radar.toml").write_text(head + entry(source), "utf-8")


def count_first(result: Result, software: Software, seen: Sequence[Seen]) -> None:
    """Requests, pages with posts, and what was fetched twice."""
    result.first = len(seen)
    result.pages = len(
        {each.path for each in seen if each.status == 200 and re.search(software.thread_page, each.path)}
    )
    result.twice = [path for path, times in Counter(each.path for each in seen).items() if times > 1]


def compare(
    result: Result,
    software: Software,
    planned: Sequence[Thread],
    written: Sequence[Written],
    items: Sequence[Mapping[str, Any]],
) -> None:
    """Field by field."""
    read = {str(item["external_id"]): item for item in items}
    if len(read) != len(items):
        result.leaked.append(f"{len(items) - len(read)} posts came twice")
    public: set[str] = set()
    for each in written:
        thread = planned[each.thread]
        post = thread.posts[each.post]
        if thread.private or post.hidden:
            continue
        public.add(each.id)
        result.posts += 1
        item = read.get(each.id)
        faults = ["not read"] if item is None else list(_faults(software, thread, post, each, item))
        if faults:
            result.wrong.append(f"{thread.title!r} {each.post + 1}: " + "; ".join(faults))
        else:
            result.right += 1
    for key, item in read.items():
        if key not in public or SECRET in f"{item['text']} {item['title']}":
            result.leaked.append(f"{key} {item['title']!r} {item['text'][:60]!r}")


def _faults(
    software: Software, thread: Thread, post: Planned, written: Written, item: Mapping[str, Any]
) -> list[str]:
    shown = [each for each in thread.posts if not each.hidden]
    opening = post is thread.posts[0]
    wanted: dict[str, tuple[Any, Any]] = {
        "text": (_plain(item["text"]), _plain(post.text)),
        "quoted": (_plain(item["quoted"]), _plain(post.quoted)),
        "author": (item["author"].casefold(), post.author),
        "title": (item["title"], thread.title),
        "board": (item["board"], thread.board),
        "thread": (item["thread_id"], written.thread_id),
        "created": (_time(software, item["created_at"]), _time(software, post.at)),
        "first": (bool(item["first"]), opening),
    }
    if software.tells_position:
        positions = {thread.posts.index(post) + 1, shown.index(post) + 1}  # a hidden post may keep its number
        wanted["position"] = (item["position"] in positions, True)
    if software.tells_edited:
        wanted["edited"] = (_time(software, item["edited_at"]), _time(software, post.edited))
    return [f"{name} {is_!r} not {should!r}" for name, (is_, should) in wanted.items() if is_ != should]


def _plain(text: str) -> str:
    return " ".join(BULLET.sub("", text).split())


def _time(software: Software, said: Any) -> str:
    if not said:
        return ""
    moment = datetime.fromisoformat(str(said)).astimezone(UTC)
    return (moment if software.tells_seconds else moment.replace(second=0)).replace(microsecond=0).isoformat()
