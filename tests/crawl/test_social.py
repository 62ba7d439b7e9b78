"""The social channel over servers on loopback that speak the sites' interfaces: whole, unchanged, one new reply."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.crawl.conftest import Radar
from tests.servers import Answer, Asked, Site

BEGIN = datetime(2026, 11, 20, 8, tzinfo=UTC)


def at(minutes: int) -> str:
    """A time as the interfaces write it."""
    return (BEGIN + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def answer(asked: Asked, data: object, **headers: str) -> Answer:
    """JSON with an entity tag, or 304."""
    body = json.dumps(data).encode()
    tag = f'W/"{hash(body) & 0xFFFFFFFF:x}"'
    known = {name.lower(): value for name, value in asked.headers.items()}.get("if-none-match")
    if known == tag:
        return Answer(b"", 304, {"ETag": tag})
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(body, 200, {"Content-Type": "application/json; charset=utf-8", "ETag": tag, **named})


def query(asked: Asked) -> dict[str, str]:
    """The parameters of a request."""
    return {name: values[0] for name, values in parse_qs(urlsplit(asked.path).query).items()}


def asked_for(site: Site) -> list[str]:
    """What was asked since the last time, without what robots.txt is about."""
    found = [
        each.path for each in site.asked if "robots.txt" not in each.path and "/.well-known/" not in each.path
    ]
    site.asked.clear()
    return found


def configure(radar: Radar, site: Site, source: str) -> None:
    """A radar.toml with one source."""
    host = urlsplit(site.url("/")).netloc
    head = f'delay = 0.0\nprivate_hosts = ["{host}"]\n\n[[source]]\nname = "live"\n'
    Path(radar.home / "radar.toml").write_text(head + source, "utf-8")


class Mastodon:
    """Timelines of tags, and contexts."""

    def __init__(self) -> None:
        self.statuses: list[dict[str, Any]] = []

    def write(self, text: str, minutes: int, to: str = "", **fields: object) -> str:
        """A post; its id."""
        identity = str(1000 + len(self.statuses))
        person = {"id": "7", "username": "birke", "acct": "birke", "bot": False, "indexable": True}
        self.statuses.append(
            {
                "id": identity,
                "created_at": at(minutes),
                "in_reply_to_id": to or None,
                "visibility": "public",
                "spoiler_text": "",
                "language": "de",
                "uri": f"https://social.example/users/birke/statuses/{identity}",
                "url": f"https://social.example/@birke/{identity}",
                "edited_at": None,
                "content": f"<p>{text}</p>",
                "reblog": None,
                "account": person,
                "tags": [] if to else [{"name": "hilfe"}],
                **fields,
            }
        )
        return identity

    def timeline(self, asked: Asked) -> Answer:
        """Newest first, some at a time."""
        wanted = query(asked)
        before = int(wanted.get("max_id", 10**9))
        tagged = [each for each in reversed(self.statuses) if each["tags"] and int(each["id"]) < before]
        page = [{**each, "replies_count": len(self.replies(each["id"]))} for each in tagged[:20]]
        where = f"http://elsewhere.example{urlsplit(asked.path).path}?limit=40"
        link = f'<{where}&max_id={page[-1]["id"]}>; rel="next"' if page else ""
        return answer(asked, page, **({"Link": link} if link else {}))

    def context(self, identity: str) -> Callable[[Asked], Answer]:
        """The thread of a post."""
        return lambda asked: answer(asked, {"ancestors": [], "descendants": self.replies(identity)})

    def replies(self, identity: str) -> list[dict[str, Any]]:
        """The answers to a post."""
        return [{**each, "replies_count": 0} for each in self.statuses if each["in_reply_to_id"] == identity]

    def serve(self, site: Site) -> None:
        """Into the table of a server."""
        site.table["/api/v1/timelines/tag/hilfe"] = self.timeline
        for each in self.statuses:
            site.table[f"/api/v1/statuses/{each['id']}/context"] = self.context(each["id"])


@pytest.fixture
def site() -> Any:
    """A server."""
    with Site() as site:
        yield site


def test_a_tag_is_read_whole_once_and_then_only_what_is_new(radar: Radar, site: Site) -> None:
    mastodon = Mastodon()
    roots = [mastodon.write(f"Frage {number}: Wer weiß Rat?", number) for number in range(45)]
    for number, root in enumerate(roots[:4]):
        mastodon.write(f"Antwort auf {number}", 100 + number, root)
        mastodon.write(f"Noch eine auf {number}", 200 + number, root)
    mastodon.write("Für wenige", 300, roots[0], visibility="private")
    mastodon.write("Nicht gelistet", 301, visibility="unlisted")
    mastodon.write("Eine Meldung", 302, account={"acct": "bot", "bot": True})
    mastodon.serve(site)
    source = f'url = "{site.url("/")}"\nsoftware = "mastodon"\nboards = ["hilfe"]\n'
    configure(radar, site, source)

    items = radar.crawl("social", "-a", "source=live")
    first = asked_for(site)
    assert len(items) == len({item["external_id"] for item in items}) == 45 + 8
    assert {item["position"] for item in items if item["thread_id"] == roots[0]} == {1, 2, 3}
    assert len(first) == len(set(first)) == 3 + 4  # three pages, the last one shorter, and four threads
    assert not [item for item in items if "wenige" in item["text"] or "gelistet" in item["text"]]

    radar.crawl("social", "-a", "source=live")
    assert len(asked_for(site)) == 1

    mastodon.write("Frage 45: Wer hat Erfahrung?", 400)
    late = mastodon.write("Eine späte Antwort", 401, roots[44])
    mastodon.serve(site)
    new = radar.crawl("social", "-a", "source=live")
    known = {item["external_id"] for item in items}
    assert {item["text"] for item in new if item["external_id"] not in known} == {
        "Frage 45: Wer hat Erfahrung?",
        "Eine späte Antwort",
    }
    assert [item["position"] for item in new if item["external_id"] == late] == [2]
    assert len(asked_for(site)) <= 4
    assert radar.rows("select count(*) from post") == [(45 + 8 + 2,)]

    mastodon.statuses[44] |= {"content": "<p>Frage 44, genauer: Wer weiß Rat?</p>", "edited_at": at(500)}
    radar.crawl("social", "-a", "source=live")
    edited = "select text, edited_at is not null from post where external_id = %s"
    assert radar.rows(edited, roots[44]) == [("Frage 44, genauer: Wer weiß Rat?", True)]
    assert radar.rows("select count(*) from post_revision") == [(1,)]


def test_a_source_s_own_delay_is_kept(radar: Radar, site: Site) -> None:
    mastodon = Mastodon()
    for number in range(45):
        mastodon.write(f"Frage {number}", number)
    mastodon.serve(site)
    configure(radar, site, f'url = "{site.url("/")}"\nsoftware = "mastodon"\nboards = ["hilfe"]\ndelay = 1\n')

    radar.crawl("social", "-a", "source=live")
    times = [each.at for each in site.asked if "timelines" in each.path]
    assert len(times) == 3
    # from the second page on: the first comes right after robots.txt, before the delay is known
    assert all(later - earlier > 0.9 for earlier, later in pairwise(times[1:]))


class HackerNews:
    """Algolia's search of it."""

    def __init__(self, stories: int) -> None:
        self.stories = {500 + number: [] for number in range(stories)}  # type: dict[int, list[int]]
        self.last = 900

    def comment(self, story: int) -> None:
        """One more comment."""
        self.last += 1
        self.stories[story].append(self.last)

    def listing(self, asked: Asked) -> Answer:
        """Newest first, a page of them."""
        number, size = int(query(asked).get("page", 0)), int(query(asked)["hitsPerPage"])
        newest = sorted(self.stories, reverse=True)
        hits = [
            {
                "objectID": str(story),
                "author": "birch",
                "title": f"Ask HN: Question {story}",
                "story_text": f"What do you recommend for {story}?",
                "num_comments": len(self.stories[story]),
                "created_at_i": int(BEGIN.timestamp()) + story,
            }
            for story in newest[number * size : (number + 1) * size]
        ]
        return answer(asked, {"hits": hits, "page": number, "nbPages": -(-len(newest) // size)})

    def item(self, story: int) -> Callable[[Asked], Answer]:
        """A thread: each comment answers the one before."""

        def answered(asked: Asked) -> Answer:
            thread: list[dict[str, Any]] = []
            for number in reversed(self.stories[story]):
                at = int(BEGIN.timestamp()) + number
                said = {
                    "id": number,
                    "type": "comment",
                    "author": "elm",
                    "created_at_i": at,
                    "children": thread,
                }
                thread = [{**said, "text": f"Comment {number}"}]
            return answer(
                asked,
                {"id": story, "type": "story", "title": f"Ask HN: Question {story}", "children": thread},
            )

        return answered

    def serve(self, site: Site) -> None:
        """Into the table of a server."""
        site.table["/api/v1/search_by_date"] = self.listing
        for story in self.stories:
            site.table[f"/api/v1/items/{story}"] = self.item(story)


def test_ask_hn_is_read_whole_once_and_then_only_what_is_new(radar: Radar, site: Site) -> None:
    news = HackerNews(140)
    for story in (639, 600, 510):
        for _ in range(3):
            news.comment(story)
    news.serve(site)
    configure(radar, site, f'url = "{site.url("/api/v1/")}"\nsoftware = "hackernews"\n')

    items = radar.crawl("social", "-a", "source=live")
    first = asked_for(site)
    assert len(items) == len({item["external_id"] for item in items}) == 140 + 9
    assert sorted(item["position"] for item in items if item["thread_id"] == "600") == [1, 2, 3, 4]
    assert len(first) == len(set(first)) == 2 + 3

    radar.crawl("social", "-a", "source=live")
    assert len(asked_for(site)) == 1

    news.comment(600)
    new = radar.crawl("social", "-a", "source=live")
    known = {item["external_id"] for item in items}
    assert [(item["text"], item["position"]) for item in new if item["external_id"] not in known] == [
        (f"Comment {news.last}", 5)
    ]
    assert len(asked_for(site)) <= 3


class Lemmy:
    """Posts by their latest comment, and trees of comments."""

    def __init__(self, posts: int) -> None:
        self.comments: dict[int, list[int]] = {40 + number: [] for number in range(posts)}
        self.clock = 1000

    def comment(self, post: int) -> int:
        """One more comment; its id."""
        self.clock += 1
        self.comments[post].append(self.clock)
        return self.clock

    def latest(self, post: int) -> int:
        """When something was said last."""
        return max(self.comments[post], default=post)

    def listing(self, asked: Asked) -> Answer:
        """A page of posts."""
        wanted = query(asked)
        start, size = int(wanted.get("page_cursor", "P0")[1:]), int(wanted["limit"])
        ordered = sorted(self.comments, key=self.latest, reverse=True)
        views = [
            {
                "post": {
                    "id": post,
                    "name": f"Frage {post}",
                    "body": f"Wer **weiß** {post}?",
                    "published": at(post),
                },
                "creator": {"name": "birke", "local": True},
                "community": {"name": "werkstatt", "title": "Werkstatt"},
                "counts": {
                    "comments": len(self.comments[post]),
                    "newest_comment_time": at(self.latest(post)),
                },
            }
            for post in ordered[start : start + size]
        ]
        more = {"next_page": f"P{start + size}"} if start + size < len(ordered) else {}
        return answer(asked, {"posts": views, **more})

    def tree(self, asked: Asked) -> Answer:
        """The comments of a post, newest first."""
        post = int(query(asked)["post_id"])
        views = [
            {
                "comment": {"id": each, "post_id": post, "content": f"Antwort {each}", "published": at(each)},
                "creator": {"name": "erle", "local": True},
                "post": {"id": post, "name": f"Frage {post}"},
                "community": {"name": "werkstatt", "title": "Werkstatt"},
            }
            for each in reversed(self.comments[post])
        ]
        return answer(asked, {"comments": views})


def test_lemmy_is_read_whole_once_and_then_only_what_is_new(radar: Radar, site: Site) -> None:
    lemmy = Lemmy(70)
    for post in (109, 41, 41, 41):
        lemmy.comment(post)
    site.table |= {"/api/v3/post/list": lemmy.listing, "/api/v3/comment/list": lemmy.tree}
    configure(radar, site, f'url = "{site.url("/")}"\nsoftware = "lemmy"\n')

    items = radar.crawl("social", "-a", "source=live")
    first = asked_for(site)
    assert len(items) == len({item["external_id"] for item in items}) == 70 + 4
    assert sorted(item["position"] for item in items if item["thread_id"] == "41") == [1, 2, 3, 4]
    assert len(first) == len(set(first)) == 2 + 2

    radar.crawl("social", "-a", "source=live")
    assert len(asked_for(site)) == 1

    late = lemmy.comment(50)
    new = radar.crawl("social", "-a", "source=live")
    known = {item["external_id"] for item in items}
    assert [(each["external_id"], each["position"]) for each in new if each["external_id"] not in known] == [
        (f"c{late}", 2)
    ]
    assert len(asked_for(site)) <= 3


class GitHub:
    """The issues of a repository, a hundred a page, and their comments."""

    def __init__(self, issues: int) -> None:
        self.comments = {number: [number * 100] for number in range(1, issues + 1)}
        self.changed = {number: number for number in self.comments}

    def comment(self, issue: int) -> None:
        """One more comment, now."""
        self.comments[issue].append(self.comments[issue][-1] + 1)
        self.changed[issue] = max(self.changed.values()) + 1

    def issues(self, asked: Asked) -> Answer:
        """By their latest change."""
        wanted = query(asked)
        number, size = int(wanted.get("page", 1)), int(wanted["per_page"])
        ordered = sorted(self.comments, key=lambda issue: self.changed[issue], reverse=True)
        listed = [
            {
                "id": 9000 + issue,
                "number": issue,
                "html_url": f"https://github.com/o/r/issues/{issue}",
                "title": f"Frage {issue}",
                "body": f"Wer kennt {issue}?",
                "user": {"login": "birke", "type": "User"},
                "state": "open",
                "comments": len(self.comments[issue]),
                "created_at": at(issue),
                "updated_at": at(self.changed[issue]),
            }
            for issue in ordered[(number - 1) * size : number * size]
        ]
        where = f"https://api.github.com/repositories/1/issues?per_page={size}&page={number + 1}"
        more = {"Link": f'<{where}>; rel="next"'} if number * size < len(ordered) else {}
        return answer(asked, listed, **more)

    def thread(self, issue: int) -> Callable[[Asked], Answer]:
        """The comments of an issue."""

        def answered(asked: Asked) -> Answer:
            said = [
                {
                    "id": each,
                    "html_url": f"https://github.com/o/r/issues/{issue}#issuecomment-{each}",
                    "body": f"Antwort {each}",
                    "user": {"login": "erle", "type": "User"},
                    "created_at": at(each),
                    "updated_at": at(each),
                }
                for each in self.comments[issue]
            ]
            return answer(asked, said)

        return answered

    def serve(self, site: Site) -> None:
        """Into the table of a server."""
        site.table["/repos/o/r/issues"] = self.issues
        for issue in self.comments:
            site.table[f"/repos/o/r/issues/{issue}/comments"] = self.thread(issue)


def test_a_repository_is_read_within_the_limit_for_strangers_and_to_the_end(radar: Radar, site: Site) -> None:
    github = GitHub(70)
    github.serve(site)
    configure(radar, site, f'url = "{site.url("/repos/o/r/")}"\nsoftware = "github"\nbudget = 1000\n')

    items = radar.crawl("tracker", "-a", "source=live")
    assert len(items) == 70 + 50
    assert len(asked_for(site)) == 1 + 50
    radar.crawl("tracker", "-a", "source=live")
    assert len(asked_for(site)) == 1 + 20
    assert radar.rows("select count(*) from post") == [(140,)]
    radar.crawl("tracker", "-a", "source=live")
    assert len(asked_for(site)) == 1

    github.comment(3)
    radar.crawl("tracker", "-a", "source=live")
    assert radar.rows("select position from post where thread_id = '3' order by position") == [
        (1,),
        (2,),
        (3,),
    ]
    assert len(asked_for(site)) == 2
