"""The worked example of the documentation works as printed, and the documentation names every software."""

from __future__ import annotations

import re
import types
from datetime import UTC, datetime
from pathlib import Path

import pytest

from radar.extract.page import Context, LinkKind, Page, Software
from radar.extract.registry import SOFTWARE
from radar.model import Channel, Source

DOCS = Path(__file__).parents[3] / "docs"
BASE = "https://talk.example/club/"


@pytest.fixture(scope="module")
def example() -> Software:
    code = re.search(r"```python\n(.*?)```", (DOCS / "adding-a-software.md").read_text("utf-8"), re.DOTALL)
    assert code
    module = types.ModuleType("plauderei")
    exec(compile(code[1], "adding-a-software.md", "exec"), module.__dict__)
    software: Software = module.__dict__["SOFTWARE"]
    return software


def page(body: str) -> Page:
    return Page(url=BASE + "talk/9", body=body.encode(), fetched_at=datetime(2026, 11, 24, 9, 30, tzinfo=UTC))


def test_the_example_reads_a_thread(example: Software) -> None:
    found = example.extract(
        page(
            '<main data-talk="9" data-before="20"><h1>Which printer?</h1><article class="post" data-id="77"><a class="author">Ann</a>'
            '<time datetime="2026-11-23T08:15:00Z"></time><a class="permalink" href="/club/talk/9?page=2#77">#</a>'
            '<div class="text"><blockquote>Any?</blockquote>Yes.<footer>Sig</footer></div></article><article class="post"></article>'
            '<a rel="next" href="?page=3">next</a></main>'
        ),
        Context(source="test", base_url=BASE),
    )
    (post,) = found.posts
    assert (post.external_id, post.position, post.first, post.author) == ("77", 21, False, "Ann")
    assert (post.text, post.quoted, post.url) == ("Yes.", "Any?", BASE + "talk/9?page=2#77")
    assert [link.kind for link in found.links] == [LinkKind.NEXT]
    assert len(found.problems) == 1


def test_the_example_reads_a_list_and_a_login_wall(example: Software) -> None:
    context = Context(source="test", base_url=BASE)
    found = example.extract(
        page(
            '<li class="talk" data-id="9" data-last-post="77"><a href="/club/talk/9">Which printer?</a></li>'
        ),
        context,
    )
    assert [(link.thread_id, link.activity, link.carry["title"]) for link in found.links] == [
        ("9", "77", "Which printer?")
    ]
    assert example.extract(page('<form><input type="password"></form>'), context).login_wall


def test_the_example_begins_where_it_should(example: Software) -> None:
    source = Source(name="test", url=BASE, channel=Channel.FORUM, boards=("4",))
    assert [link.url for link in example.entries(source)] == [BASE + "board/4"]
    assert example.base_url is not None
    assert example.base_url(BASE + "talk/9?page=2") == BASE


def test_every_software_is_described() -> None:
    text = (DOCS / "channels.md").read_text("utf-8")
    assert [name for name in SOFTWARE if f"`{name}`" not in text] == []
