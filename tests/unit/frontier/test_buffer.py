"""Whose turn it is, by a clock that the test turns."""

from __future__ import annotations

from radar.frontier.buffer import Buffer
from radar.frontier.client import HostLease
from radar.frontier.outcome import Lease


def lease(host: str, count: int, delay: float = 0.0, fence: int = 1) -> HostLease:
    return HostLease(host, fence, delay, [(b"%s%d" % (host.encode(), n), 1, b"") for n in range(count)])


def taken(buffer: Buffer, now: float) -> list[str]:
    found = []
    while one := buffer.take(now):
        found.append(one.id.decode())
    return found


def test_hosts_take_turns() -> None:
    buffer = Buffer(concurrency=2)
    buffer.add(lease("a", 3), 0, 60)
    buffer.add(lease("b", 3), 0, 60)
    assert taken(buffer, 0) == ["a0", "b0", "a1", "b1"]
    assert buffer.waiting == 2


def test_one_at_a_time_and_not_before_the_delay() -> None:
    buffer = Buffer(concurrency=1)
    buffer.add(lease("a", 3, delay=2), 0, 60)
    first = buffer.take(0)
    assert first
    assert taken(buffer, 5) == [], "the first is still under way"
    buffer.finished(first, 5, asked_at=1.0)
    assert taken(buffer, 5) == ["a1"]

    buffer.add(lease("b", 2, delay=2), 10, 60)
    first = buffer.take(10)
    assert first
    buffer.finished(first, 10.5, asked_at=11.0)
    assert buffer.next_at() == 13.0, "two seconds after it was really asked"
    assert taken(buffer, 12.9) == []
    assert taken(buffer, 13.0) == ["b1"]


def test_nothing_starts_on_a_lease_that_may_have_run_out() -> None:
    buffer = Buffer(concurrency=8, margin=5)
    buffer.add(lease("a", 2), 0, deadline=60)
    assert taken(buffer, 55) == []
    buffer.renewed([("a", 2)], 55, deadline=115)
    assert taken(buffer, 55) == [], "renewed was another lease of that host"
    buffer.renewed([("a", 1)], 55, deadline=115)
    assert taken(buffer, 55) == ["a0", "a1"]


def test_a_lost_host_is_gone_and_its_late_ends_do_no_harm() -> None:
    buffer = Buffer(concurrency=1)
    buffer.add(lease("a", 3), 0, 60)
    old = buffer.take(0)
    assert old
    assert buffer.lose(["a"]) == 2
    assert (buffer.waiting, taken(buffer, 1)) == (0, [])
    buffer.add(lease("a", 2, fence=9), 2, 60)
    assert buffer.finished(old, 3, 0.0) == []
    assert taken(buffer, 3) == ["a0"]


def test_a_blocked_host_gives_its_requests_back() -> None:
    buffer = Buffer(concurrency=1)
    buffer.add(lease("a", 3), 0, 60)
    first = buffer.take(0)
    assert first
    first.block = 120.0
    assert [x.id for x in buffer.finished(first, 1, 0.0)] == [b"a1", b"a2"]
    assert buffer.waiting == 0
    assert list(buffer) == []


def test_release_leaves_what_has_started() -> None:
    buffer = Buffer(concurrency=1)
    buffer.add(lease("a", 2), 0, 60)
    buffer.add(lease("b", 1), 0, 60)
    first = buffer.take(0)
    assert first
    assert sorted(x.id for x in buffer.release()) == [b"a1", b"b0"]
    assert [held.host for held in buffer] == ["a"]
    assert buffer.finished(first, 1, 0.0) == []
    assert list(buffer) == []


def test_what_may_start_soon_counts_delays() -> None:
    buffer = Buffer(concurrency=1)
    buffer.add(lease("fast", 9), 0, 60)
    buffer.add(lease("slow", 9, delay=0.5), 0, 60)
    assert buffer.startable(0, 1.0) == 9 + 3


def test_a_delay_told_holds_at_once() -> None:
    buffer = Buffer(concurrency=1)
    buffer.add(lease("a", 2), 0, 60)
    first = buffer.take(0)
    assert isinstance(first, Lease)
    first.delay = 10.0
    buffer.finished(first, 1, asked_at=0.5)
    assert taken(buffer, 10.4) == []
    assert taken(buffer, 10.5) == ["a1"]
