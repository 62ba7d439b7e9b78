"""Sources and profiles: saved from radar.toml, claimed by one process at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from radar.model import Channel, Kind, Outcome, Profile, Source, Validator, Visit
from radar.store import PageRecord, Store
from tests.store.making import DAY, HOUR, NOW, Rows, source


def claim(store: Store, now=NOW, **how) -> list[Visit]:
    known = {"channels": list(Channel), "lease": HOUR, "epoch": "e1"}
    return store.claim_due(now, **{**known, **how})


def test_sources_come_back_as_they_were_saved(store: Store) -> None:
    wanted = Source(
        name="board",
        url="https://board.example/forum/",
        channel=Channel.FORUM,
        software="phpbb",
        boards=("3", "7"),
        interval=2 * HOUR,
        timezone="Europe/Berlin",
        language="de",
        region="DE",
        budget=50,
        max_age=30 * DAY,
        render=True,
        full_text=True,
        delay=2.5,
    )
    store.save_sources([wanted], NOW)
    assert claim(store) == [], "only a worker with a browser gets it"
    (visit,) = claim(store, render=True)
    assert visit == Visit(source=wanted, first=True, validators={}, due_at=NOW)
    assert [row.source for row in store.sources()] == [wanted]


def test_a_claimed_source_is_nobody_elses_until_the_lease_is_over(store: Store) -> None:
    store.save_sources([source()], NOW)
    assert len(claim(store)) == 1
    assert claim(store, NOW + HOUR / 2) == []
    assert len(claim(store, NOW + HOUR)) == 1


def test_workers_that_start_together_leave_no_source_out(store: Store) -> None:
    channels = (Channel.FORUM, Channel.FEED, Channel.QA)
    wanted = [source(f"{channel}{n:02}", channel=channel) for channel in channels for n in range(5)]

    def start(channel: Channel, now) -> list[str]:
        store.save_sources(wanted, now)
        return [visit.source.name for visit in claim(store, now, channels=[channel])]

    with ThreadPoolExecutor(6) as pool:
        for turn in range(8):
            now = NOW + 2 * turn * HOUR
            claimed = sorted(name for names in pool.map(start, channels * 2, [now] * 6) for name in names)
            assert claimed == sorted(each.name for each in wanted)


def test_many_at_once_never_claim_the_same_source(store: Store) -> None:
    store.save_sources([source(f"board{n:03}") for n in range(100)], NOW)

    def greedy(_: int) -> list[str]:
        mine: list[str] = []
        while visits := claim(store, limit=3):
            mine += [visit.source.name for visit in visits]
        return mine

    with ThreadPoolExecutor(6) as pool:
        claimed = sorted(name for names in pool.map(greedy, range(6)) for name in names)
    assert claimed == [f"board{n:03}" for n in range(100)]


def test_most_overdue_first_and_no_more_than_asked(store: Store) -> None:
    store.save_sources([source(name) for name in "abc"], NOW)
    for name, due in (("a", NOW - HOUR), ("b", NOW - 2 * HOUR), ("c", NOW + HOUR)):
        store.finish_visit("", name, Outcome.OK, due, NOW - DAY)
    assert [visit.source.name for visit in claim(store, limit=1)] == ["b"]
    assert [visit.source.name for visit in claim(store)] == ["a"]


def test_only_channels_and_names_that_were_asked_for(store: Store) -> None:
    store.save_sources([source("a"), source("b"), source("feed", channel=Channel.FEED)], NOW)
    assert [visit.source.name for visit in claim(store, channels=[Channel.FEED])] == ["feed"]
    assert [visit.source.name for visit in claim(store, names=["b"])] == ["b"]


def test_paused_disabled_and_removed_sources_are_taken_by_force_only(store: Store) -> None:
    store.save_sources(
        [source("paused"), source("off", enabled=False), source("gone"), source("removed")], NOW
    )
    store.save_sources([source("paused"), source("off", enabled=False), source("gone")], NOW)
    store.finish_visit("", "paused", Outcome.BLOCKED, NOW, NOW, "403 Forbidden")
    store.finish_visit("", "gone", Outcome.GONE, NOW, NOW)
    assert claim(store, NOW + DAY) == []
    names = ["paused", "off", "gone", "removed"]
    assert {visit.source.name for visit in claim(store, names=names, force=True)} == {*names}
    state = {row.source.name: (row.state, row.reason, row.health) for row in store.sources()}
    assert state["paused"] == ("paused", "403 Forbidden", "paused")
    assert state["gone"][0] == "retired"
    assert state["removed"][0] == "removed"
    assert state["off"][2] == "disabled"


def test_force_without_names_takes_nothing_that_is_not_due(store: Store) -> None:
    store.save_sources([source()], NOW)
    claim(store)
    assert claim(store, force=True) == []


def test_a_paused_source_resumes_when_told(store: Store) -> None:
    store.save_sources([source()], NOW)
    assert store.pause(["board"], "too noisy", NOW) == 1
    assert claim(store) == []
    assert store.resume(["board"], NOW) == 1
    assert len(claim(store)) == 1


def test_saving_the_same_again_keeps_what_is_known(store: Store, rows: Rows) -> None:
    store.save_sources([source()], NOW)
    store.finish_visit("", "board", Outcome.OK, NOW + DAY, NOW)
    store.save_sources([source()], NOW + HOUR)
    assert rows("select next_check_at, first_read_at, updated_at from source") == [(NOW + DAY, NOW, NOW)]


def test_a_new_address_starts_afresh(store: Store, rows: Rows) -> None:
    store.save_sources([source()], NOW)
    page = PageRecord(
        source="board", url="https://board.example/", status=200, validator=Validator("x"), epoch="e1"
    )
    store.record_pages([page], NOW)
    store.finish_visit("", "board", Outcome.BLOCKED, NOW + DAY, NOW)
    store.save_sources([replace(source(), url="https://elsewhere.example/")], NOW + HOUR)
    (visit,) = claim(store, NOW + HOUR)
    assert visit.first
    assert visit.validators == {}
    assert rows("select count(*) from validator") == [(0,)]


def test_a_removed_source_that_comes_back_is_due_and_keeps_its_posts_memory(store: Store) -> None:
    store.save_sources([source()], NOW)
    store.finish_visit("", "board", Outcome.OK, NOW + DAY, NOW)
    store.save_sources([], NOW)
    store.save_sources([source()], NOW + HOUR)
    (visit,) = claim(store, NOW + HOUR)
    assert not visit.first


def test_a_shorter_interval_counts_at_once(store: Store, rows: Rows) -> None:
    store.save_sources([source()], NOW)
    store.finish_visit("", "board", Outcome.OK, NOW + DAY, NOW)
    store.save_sources([source(interval=timedelta(minutes=10))], NOW)
    assert rows("select next_check_at from source") == [(NOW + timedelta(minutes=10),)]


def test_profiles_are_saved_and_marked_as_removed(store: Store, rows: Rows) -> None:
    crm = Profile(
        name="crm", any=("crm*",), kinds=(Kind.SUPPORT, Kind.TIPS), languages=("de",), min_request=0.4
    )
    store.save_profiles([crm, Profile(name="backup")], NOW)
    store.save_profiles([crm], NOW + HOUR)
    assert rows("select name, any_terms, kinds, removed_at from profile order by name") == [
        ("backup", [], [], NOW + HOUR),
        ("crm", ["crm*"], ["support", "tips"], None),
    ]
    store.save_profiles([Profile(name="backup")], NOW + 2 * HOUR)
    assert rows("select name from profile where removed_at is null") == [("backup",)]
