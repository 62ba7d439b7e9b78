"""Flarum of three ages on loopback, with its refusals: read whole, and again at little cost."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from radar.config.writing import entry
from radar.model import Channel, Source
from tests.crawl.conftest import Radar
from tests.crawl.oldboards import Forum, Post, Thread
from tests.servers import Answer, Asked, Site

TYPE = {"Content-Type": "application/vnd.api+json"}


@dataclass(frozen=True)
class Age:
    """How an age of Flarum names things, and whether posts come with pointers to further ones."""

    last: str
    comments: str
    time: str
    pointers: bool


AGES = {
    "beta 5": Age("lastTime", "commentsCount", "time", False),
    "beta 15": Age("lastPostedAt", "commentCount", "createdAt", False),
    "1.8": Age("lastPostedAt", "commentCount", "createdAt", True),
}


class Flarum:
    """Answers ``/api/discussions`` and ``/api/posts`` as ``List*Controller`` do, without the tags extension."""

    def __init__(self, age: Age, forum: Forum) -> None:
        self.age = age
        self.forum = forum

    def answer(self, asked: Asked) -> Answer:
        """The page at an address; what is not available is refused with 400."""
        parts = urlsplit(asked.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if "include" in query or query.get("sort", f"-{self.age.time}") != f"-{self.age.time}":
            return Answer(b'{"errors":[{"status":"400","code":"invalid_parameter"}]}', 400, TYPE)
        limit, offset = min(int(query.get("page[limit]", 20)), 50), int(query.get("page[offset]", 0))
        if parts.path == "/api/discussions":
            found = sorted(self.forum.threads, key=lambda each: each.posts[-1].at, reverse=True)
            return self._page(parts.path, query, [self._discussion(each) for each in found], limit, offset)
        if parts.path == "/api/posts":
            thread = next(each for each in self.forum.threads if str(each.id) == query["filter[discussion]"])
            numbered = list(enumerate(thread.posts, 1))[:: -1 if "sort" in query else 1]
            posts = [self._post(thread, number, post) for number, post in numbered]
            return self._page(parts.path, query, posts, limit, offset)
        return Answer(b"", 404)

    def _page(
        self, path: str, query: dict[str, str], found: list[dict[str, Any]], limit: int, offset: int
    ) -> Answer:
        body: dict[str, Any] = {"data": found[offset : offset + limit]}
        body["included"] = [{"type": "users", "id": "2", "attributes": {"username": "nutzer"}}]
        if self.age.pointers or path == "/api/discussions":
            body["links"] = {"first": path}
            if offset + limit < len(found):
                body["links"]["next"] = f"{path}?{urlencode({**query, 'page[offset]': offset + limit})}"
        return Answer(json.dumps(body).encode(), 200, TYPE)

    def _discussion(self, thread: Thread) -> dict[str, Any]:
        said = {"title": thread.title, self.age.comments: len(thread.posts)}
        return {
            "type": "discussions",
            "id": str(thread.id),
            "attributes": {**said, self.age.last: thread.posts[-1].at.isoformat()},
        }

    def _post(self, thread: Thread, number: int, post: Post) -> dict[str, Any]:
        said = {"number": number, "contentType": "comment", "contentHtml": f"<p>{post.text}</p>"}
        related = {"user": ("users", "2"), "discussion": ("discussions", str(thread.id))}
        return {
            "type": "posts",
            "id": str(post.id),
            "attributes": {**said, self.age.time: post.at.isoformat()},
            "relationships": {name: {"data": {"type": kind, "id": i}} for name, (kind, i) in related.items()},
        }


@pytest.fixture(params=list(AGES))
def flarum(request: pytest.FixtureRequest) -> Flarum:
    """A forum with a discussion of more than a hundred posts."""
    forum = Forum.filled()
    for _ in range(105):
        forum.reply(forum.threads[0])
    return Flarum(AGES[request.param], forum)


@pytest.fixture
def site(flarum: Flarum) -> Iterator[Site]:
    """It, served."""
    with Site(otherwise=flarum.answer) as site:
        yield site


def asked(site: Site) -> list[str]:
    """What was asked of its interface since the last call."""
    paths = [each for each in site.paths() if each.startswith("/api/")]
    site.asked.clear()
    return paths


def test_it_is_read_whole_and_again_at_little_cost(
    flarum: Flarum, site: Site, tmp_path: Path, database_url: str, redis_url: str
) -> None:
    source = Source(name="flarum", url=site.url(), channel=Channel.FORUM, software="flarum")
    head = f'delay = 0.0\nprivate_hosts = ["{site.netloc}"]\n\n'
    (tmp_path / "radar.toml").write_text(head + entry(source), "utf-8")
    radar = Radar(tmp_path, database_url, redis_url)

    items = {item["external_id"]: item for item in radar.crawl("forum", "-a", "source=flarum")}
    first = asked(site)
    for thread in flarum.forum.threads:
        for number, post in enumerate(thread.posts, 1):
            item = items[str(post.id)]
            assert (item["text"], item["title"], item["author"], item["thread_id"], item["position"]) == (
                post.text,
                thread.title,
                "nutzer",
                str(thread.id),
                number,
            )
    assert len(items) == flarum.forum.written
    assert [path for path, times in Counter(first).items() if times > 1] == []
    assert len(first) <= 1.3 * sum(-(-len(thread.posts) // 50) for thread in flarum.forum.threads)

    radar.crawl("forum", "-a", "source=flarum")
    assert len(asked(site)) <= 2

    late = flarum.forum.reply(flarum.forum.threads[0])
    items = {item["external_id"]: item for item in radar.crawl("forum", "-a", "source=flarum")}
    assert items[str(late.id)]["position"] == len(flarum.forum.threads[0].posts)
    assert len(asked(site)) <= 3  # a page of the list with news leads to the next one
