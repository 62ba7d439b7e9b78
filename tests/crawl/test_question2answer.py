"""Question2Answer over several visits: its short list of activity tells what is new, the long one what was never read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from radar.config.writing import entry
from radar.model import Channel, Source
from tests.crawl.conftest import Radar
from tests.servers import Answer, Asked, Site, page

SHOWN = 2
"""Questions that the list of activity holds."""
LISTED = 3
"""Questions on a page of the long list."""


class Questions:
    """Questions with their answers, the one with the latest activity first."""

    def __init__(self) -> None:
        self.answers = dict.fromkeys(range(1, 9), 1)
        self.active = sorted(self.answers, reverse=True)

    def answer(self, number: int) -> None:
        """One more answer to a question."""
        self.answers[number] += 1
        self.active.remove(number)
        self.active.insert(0, number)

    def row(self, number: int) -> str:
        """A question in a list; ``what`` links to its latest answer."""
        count = self.answers[number]
        return (
            f'<div class="qa-q-list-item" id="q{number}"><span class="qa-a-count"><span class="qa-a-count-data">{count}'
            f'</span></span><div class="qa-q-item-title"><a href="./{number}/question">Question number {number}</a></div>'
            f'<a href="./{number}/question?show={number}0{count}#a{number}0{count}" class="qa-q-item-what">answered</a>'
            '<span class="qa-q-item-when"><span class="qa-q-item-when-data">2 days ago</span></span></div>'
        )

    def list(self, numbers: list[int], following: str = "") -> Answer:
        """A list, with the pointer to its next page."""
        head = f'<link rel="next" href="{following}">' if following else ""
        rows = "".join(map(self.row, numbers))
        return page(f'<head>{head}</head><body class="qa-template-questions">{rows}</body>')

    def listed(self, asked: Asked) -> Answer:
        """A page of the long list, newest question first."""
        start = int(asked.path.partition("start=")[2] or 0)
        numbers = sorted(self.answers, reverse=True)
        more = f"./questions?start={start + LISTED}" if start + LISTED < len(numbers) else ""
        return self.list(numbers[start : start + LISTED], more)

    def question(self, number: int) -> Answer:
        """A question and its answers."""

        def said(kind: str, anchor: str, day: int) -> str:
            return (
                f'<div class="{kind}-content"><div itemprop="text"><p>What {anchor} says.</p></div></div>'
                f'<span class="{kind}-meta"><span class="{kind}-when"><span class="{kind}-when-data">'
                f'<time itemprop="dateCreated" datetime="2026-01-{day:02}T08:00:00+0000">then</time></span></span>'
                f'<span class="{kind}-who"><span class="{kind}-who-data">anna</span></span></span>'
            )

        answers = "".join(
            f'<div class="qa-a-list-item " id="a{number}0{n}">{said("qa-a-item", f"a{number}0{n}", n + 1)}</div>'
            for n in range(1, self.answers[number] + 1)
        )
        return page(
            f'<body class="qa-template-question"><div class="qa-main-heading"><h1><a href="../{number}/question">'
            f'<span itemprop="name">Question number {number}</span></a></h1></div>'
            f'<div class="qa-q-view" id="q{number}">{said("qa-q-view", f"q{number}", 1)}</div>{answers}</body>'
        )


@pytest.fixture
def questions() -> Questions:
    return Questions()


@pytest.fixture
def site(questions: Questions) -> Iterator[Site]:
    table = {"/activity": lambda _: questions.list(questions.active[:SHOWN]), "/questions": questions.listed}
    for number in questions.answers:
        table[f"/{number}/question"] = lambda _, number=number: questions.question(number)
    with Site(table) as site:
        yield site


@pytest.fixture
def reader(tmp_path: Path, database_url: str, redis_url: str, site: Site) -> Radar:
    home = tmp_path / "radar"
    home.mkdir()
    source = Source(name="qa", url=site.url(), channel=Channel.QA, software="q2a")
    head = f'delay = 0.0\nprivate_hosts = ["{site.netloc}"]\n\n'
    (home / "radar.toml").write_text(head + entry(source), "utf-8")
    return Radar(home, database_url, redis_url)


def visit(reader: Radar, site: Site) -> tuple[dict[str, int | None], list[str]]:
    """Posts by their number with their positions, and what was asked for."""
    items = reader.crawl("qa", "-a", "source=qa")
    paths = [each for each in site.paths() if each != "/robots.txt" and "/.well-known/" not in each]
    site.asked.clear()
    assert len({item["external_id"] for item in items}) == len(items)
    return {item["external_id"]: item["position"] for item in items}, paths


def test_only_what_is_new_is_read_again(questions: Questions, site: Site, reader: Radar) -> None:
    posts, paths = visit(reader, site)
    assert posts == {**{str(n): 1 for n in range(1, 9)}, **{f"{n}01": 2 for n in range(1, 9)}}
    assert len(paths) == len(set(paths)) == 1 + 3 + 8  # activity, the long list, the questions

    assert visit(reader, site) == ({}, ["/activity"])

    questions.answer(2)  # long gone from the list of activity
    posts, paths = visit(reader, site)
    assert posts == {"2": 1, "201": 2, "202": 3}
    assert sorted(paths) == ["/2/question", "/activity", "/questions"]

    assert visit(reader, site) == ({}, ["/activity"])
