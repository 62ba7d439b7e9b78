"""The hosts a worker holds and whose turn it is: pure bookkeeping, the time comes in as an argument.

A request leaves the buffer only when its host may be asked right now: not before its delay, not while as many
of that host are under way as may be, and not when the lease is about to run out (Redis away). Hosts take turns.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from radar.frontier.client import HostLease
from radar.frontier.outcome import Lease

# A block of the host longer than this gives its waiting requests back instead of holding on to them.
_LONG_BLOCK = 5.0


@dataclass(slots=True, eq=False)
class HeldHost:
    """One leased host; times are of the monotonic clock, ``next_at`` is when it may be asked again."""

    host: str
    fence: int
    delay: float
    deadline: float
    waiting: deque[Lease] = field(default_factory=deque)
    active: int = 0
    next_at: float = 0.0
    lined_up: bool = False
    gone: bool = False


class Buffer:
    """Leased requests that are not started yet, and how many of each host are."""

    def __init__(self, concurrency: int, margin: float = 0.0) -> None:
        self._concurrency = max(1, concurrency)
        self._margin = margin
        self._hosts: dict[str, HeldHost] = {}
        self._turns: deque[HeldHost] = deque()
        self._later: list[tuple[float, int, HeldHost]] = []
        self._count = 0
        self.waiting = 0

    def __iter__(self) -> Iterator[HeldHost]:
        return iter(self._hosts.values())

    def delay(self, host: str) -> float | None:
        """The delay of a held host in seconds."""
        held = self._hosts.get(host)
        return held.delay if held else None

    def add(self, lease: HostLease, now: float, deadline: float) -> None:
        """Takes a host in; one of the same name that was lost meanwhile is forgotten."""
        self.lose([lease.host])
        held = HeldHost(lease.host, lease.fence, lease.delay, deadline)
        held.waiting.extend(
            Lease(id_, lease.host, lease.fence, attempt, body) for id_, attempt, body in lease.requests
        )
        self._hosts[lease.host] = held
        self.waiting += len(held.waiting)
        self._line_up(held, now)

    def take(self, now: float) -> Lease | None:
        """The next request that may start now, or None."""
        while self._later and self._later[0][0] <= now:
            self._turns.append(heapq.heappop(self._later)[2])
        while self._turns:
            held = self._turns.popleft()
            held.lined_up = False
            if held.gone or not held.waiting or now >= held.deadline - self._margin:
                continue
            if held.next_at > now:
                self._line_up(held, now)
                continue
            lease = held.waiting.popleft()
            self.waiting -= 1
            held.active += 1
            lease.taken_at = now
            held.next_at = now + held.delay
            self._line_up(held, now)
            return lease
        return None

    def finished(self, lease: Lease, now: float, asked_at: float) -> list[Lease]:
        """A request that was taken has ended; returns those that are better given back (host blocked).

        ``asked_at``: when that host was last asked, from which its delay counts; 0 if it was not.
        """
        held = self._hosts.get(lease.host)
        if held is None or held.fence != lease.fence:
            return []
        held.active -= 1
        if lease.delay is not None:
            held.delay = lease.delay
        if asked_at:
            held.next_at = max(held.next_at, asked_at + held.delay)
        held.next_at = max(held.next_at, now + lease.block)
        back = self._drain(held) if lease.block > _LONG_BLOCK else []
        if not held.waiting and not held.active:
            self._drop(held)
        else:
            self._line_up(held, now)
        return back

    def release(self) -> list[Lease]:
        """Empties the buffer; what has started stays."""
        back = [lease for held in list(self._hosts.values()) for lease in self._drain(held)]
        for held in list(self._hosts.values()):
            if not held.active:
                self._drop(held)
        return back

    def lose(self, hosts: Collection[str]) -> int:
        """The leases of these hosts are void: their waiting requests are another's. Returns how many."""
        lost = 0
        for host in hosts:
            if held := self._hosts.get(host):
                lost += len(self._drain(held))
                self._drop(held)
        return lost

    def renewed(self, fences: Collection[tuple[str, int]], now: float, deadline: float) -> None:
        """These leases were prolonged."""
        for host, fence in fences:
            held = self._hosts.get(host)
            if held and held.fence == fence:
                held.deadline = deadline
                self._line_up(held, now)

    def next_at(self) -> float | None:
        """When the next host's delay is over, None if none waits for that."""
        while self._later and self._later[0][2].gone:
            heapq.heappop(self._later)
        return self._later[0][0] if self._later else None

    def startable(self, now: float, horizon: float) -> int:
        """About how many of the waiting requests may start within ``horizon`` seconds."""
        count = 0
        for held in self._hosts.values():
            if held.delay <= 0:
                count += len(held.waiting)
            elif held.next_at <= now + horizon:
                count += min(len(held.waiting), 1 + int(horizon / held.delay))
        return count

    def _line_up(self, held: HeldHost, now: float) -> None:
        if held.lined_up or held.gone or not held.waiting or held.active >= self._concurrency:
            return
        held.lined_up = True
        if held.next_at <= now:
            self._turns.append(held)
        else:
            self._count += 1
            heapq.heappush(self._later, (held.next_at, self._count, held))

    def _drain(self, held: HeldHost) -> list[Lease]:
        back = list(held.waiting)
        held.waiting.clear()
        self.waiting -= len(back)
        return back

    def _drop(self, held: HeldHost) -> None:
        held.gone = True
        if self._hosts.get(held.host) is held:
            del self._hosts[held.host]
