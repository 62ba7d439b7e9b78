"""Forums of the old school: read whole, cheaply, without loops, whatever they answer past the last page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from radar.config.writing import entry
from radar.model import Channel, Source
from tests.crawl.conftest import Radar
from tests.crawl.oldboards import BOARDS, SESSION, Board, Forum
from tests.crawl.skins import SKINS
from tests.servers import Site


@pytest.fixture(params=list(SKINS))
def board(request: pytest.FixtureRequest) -> Board:
    """The forum in one software's dress."""
    return Board(SKINS[request.param], Forum.filled())


@pytest.fixture
def site(board: Board) -> Iterator[Site]:
    """It, served."""
    with board.serve() as site:
        yield site


@pytest.fixture
def reader(tmp_path: Path, database_url: str, redis_url: str, site: Site, board: Board) -> Radar:
    """A radar that knows the forum."""
    home = tmp_path / "radar"
    home.mkdir()
    name = next(name for name, skin in SKINS.items() if skin is board.skin)
    source = Source(
        name="old", url=site.url(), channel=Channel.FORUM, software=name, timezone="Europe/Berlin"
    )
    head = f'delay = 0.0\nprivate_hosts = ["{site.netloc}"]\n\n'
    (home / "radar.toml").write_text(head + entry(source), "utf-8")
    return Radar(home, database_url, redis_url)


def asked(site: Site) -> list[str]:
    """What was asked for since the last call, but for what says what may be read."""
    paths = [each for each in site.paths() if each != "/robots.txt" and "/.well-known/" not in each]
    site.asked.clear()
    return paths


def test_it_is_read_whole_and_again_at_little_cost(board: Board, site: Site, reader: Radar) -> None:
    items = {item["external_id"]: item for item in reader.crawl("forum", "-a", "source=old")}
    first = asked(site)

    written = [
        (thread, place, post) for thread in board.forum.threads for place, post in enumerate(thread.posts, 1)
    ]
    assert len(items) == len(written) == board.forum.written
    for thread, place, post in written:
        item = items[str(post.id)]
        assert (
            item["text"],
            item["title"],
            item["board"],
            item["author"],
            item["thread_id"],
            item["position"],
        ) == (
            post.text,
            thread.title,
            BOARDS[thread.board],
            "nutzer",
            str(thread.id),
            place,
        )
        at = datetime.fromisoformat(str(item["created_at"]))
        assert at.replace(second=0) == post.at
        assert SESSION not in f"{item['url']} {item['thread_url']}"
    pages = sum(-(-len(thread.posts) // 10) for thread in board.forum.threads)
    assert [path for path, times in Counter(first).items() if times > 1] == []
    assert SESSION not in " ".join(first)
    assert len(first) <= 1.3 * pages

    reader.crawl("forum", "-a", "source=old")
    assert len(asked(site)) <= 2

    late = board.forum.reply(board.forum.threads[1])
    items = {item["external_id"]: item for item in reader.crawl("forum", "-a", "source=old")}
    assert items[str(late.id)]["position"] == len(board.forum.threads[1].posts)
    assert len(asked(site)) <= 4


@pytest.mark.parametrize("board", ["phpbb", "mybb", "punbb"], indirect=True)
def test_a_thread_that_became_shorter_is_still_read_to_its_end(
    board: Board, site: Site, reader: Radar
) -> None:
    reader.crawl("forum", "-a", "source=old")
    asked(site)
    thread = next(each for each in board.forum.threads if len(each.posts) > 20)
    del thread.posts[12:]
    late = board.forum.reply(thread)

    items = {item["external_id"]: item for item in reader.crawl("forum", "-a", "source=old")}

    assert items[str(late.id)]["position"] == 13
    assert len(asked(site)) <= 5
    assert reader.rows("select count(*) from post") == [(board.forum.written,)]
