"""The demo's radar.toml reads every site, and its profiles find requests among the look-alikes."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from radar.config import load
from radar.demo.content import WrittenThread, written
from radar.demo.example import demo_config
from radar.match import Matcher
from radar.match import compile as compile_profile
from radar.model import Kind, Post, Profile, Verdict

ADDRESSES = {site: f"http://127.0.0.1:{number}" for number, site in enumerate(
    ("werkbank", "serverstube", "feierabend", "founders", "ratundtat", "openask", "aushang", "noticeboard"), 4001
)}  # fmt: skip


def profiles() -> list[Profile]:
    tables = tomllib.loads(files("radar.demo").joinpath("profiles.toml").read_text("utf-8"))["profile"]
    return [
        Profile(
            name=table["name"],
            any=tuple(table["any"]),
            none=tuple(table["none"]),
            kinds=tuple(Kind(kind) for kind in table["kinds"]),
            min_score=table["min_score"],
        )
        for table in tables
    ]


def is_lead(thread: WrittenThread, matcher: Matcher) -> bool:
    first = thread.posts[0]
    post = Post(
        source=thread.site,
        external_id="1",
        url="http://127.0.0.1/1",
        title=thread.title,
        board=thread.board,
        author=first.author,
        text=first.text,
        first=True,
        fetched_at=datetime(2026, 3, 2, tzinfo=UTC),
    )
    verdict = Verdict(
        request=0.95 if first.request else 0.05,
        kinds={kind: 0.9 if kind.value in first.kinds else 0.05 for kind in Kind},
        model="written",
    )
    return matcher.match(post, verdict, threshold=0.5) is not None


def test_the_file_names_a_source_for_every_site_and_exempts_them_from_the_guard() -> None:
    table = tomllib.loads(demo_config(Path("/home/anyone/radar"), ADDRESSES))
    assert len(table["source"]) == 10
    hosts = {source["url"].split("/")[2] for source in table["source"]}
    assert hosts == set(table["private_hosts"])
    assert len(table["profile"]) == 2


@pytest.mark.parametrize("profile", profiles(), ids=lambda profile: profile.name)
def test_each_profile_finds_a_good_dozen_of_requests_and_passes_over_many(profile: Profile) -> None:
    matcher = compile_profile(profile)
    found = [thread for thread in written() if is_lead(thread, matcher)]
    assert 15 <= len(found) <= 40
    assert all(thread.request for thread in found)
    assert {thread.language for thread in found} == {"de", "en"}


def test_the_file_is_one_that_the_radar_reads(tmp_path: Path) -> None:
    file = tmp_path / "radar.toml"
    file.write_text(demo_config(tmp_path, ADDRESSES), encoding="utf-8")
    config = load({"RADAR_HOME": str(tmp_path)}, file)
    assert [source.software for source in config.sources].count("phpbb") == 3
    assert config.delay == 0
    assert all(compile_profile(profile) for profile in config.profiles)
