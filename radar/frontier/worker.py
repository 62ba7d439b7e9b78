"""One worker's side of the frontier: what it holds, what it owes, and the loop that keeps both in order.

Everything the engine calls is synchronous and only touches memory. A background task exchanges with Redis in
batches, in this order: child requests out, then the endings of their parents, then renewals, then new leases.
An ending is never sent before the children that were produced up to it are safe.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, Protocol

from radar.errors import FrontierError, FrontierUnavailable
from radar.frontier.buffer import Buffer
from radar.frontier.client import Ask, Ending, Entry, Frontier, HostLease, State
from radar.frontier.options import Options
from radar.frontier.outcome import Lease
from radar.frontier.scripts import EpochChanged

logger = logging.getLogger(__name__)

_CHUNK = 500  # requests in one enqueue: keeps a script's run time at a few milliseconds
_PROMPT = 0.05  # seconds between exchanges while nothing is left to hand to the engine
_CALM = 0.5  # seconds that endings and children may wait while it has
_POLL = 1.0  # seconds between looks for work of others while there is none


class Counter(Protocol):
    """What is needed of Scrapy's statistics."""

    def inc_value(self, key: str, count: int = 1, start: int = 0) -> None:
        """Counts."""

    def set_value(self, key: str, value: Any) -> None:
        """Sets."""


class Worker:
    """Holds leased requests and exchanges with Redis.

    ``wake`` is called when the engine should look again; ``on_epoch`` when Redis is another than before.
    ``more`` looks for requests from elsewhere (start URLs) and says whether there were any.
    """

    def __init__(
        self,
        frontier: Frontier,
        spider: str,
        options: Options,
        stats: Counter,
        wake: Callable[[], None],
        on_epoch: Callable[[str], None],
        more: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        self.frontier = frontier
        self.buffer = Buffer(options.concurrency, margin=min(5.0, options.lease / 10))
        self._spider = spider
        self._options = options
        self._stats = stats
        self._wake = wake
        self._on_epoch = on_epoch
        self._more = more
        self._outbox: list[Entry] = []
        self._endings: list[Ending] = []
        self._active = 0
        self._hungry = True
        self._stopping = False
        self._closed = False
        self._settled = False
        self._soiled = 0
        self._state: State | None = None
        self._idle_since: float | None = None
        self._away_since: float | None = None
        self._epoch = ""
        self._backoff = _PROMPT
        self._ask_at = self._renew_at = self._more_at = 0.0
        self._dirty_since: float | None = None
        self._urgent = False
        self._changed = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._alarm: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    # -- called by the engine: memory only --------------------------------------------------------------

    def put(self, entry: Entry) -> None:
        """Has a request queued with the next exchange."""
        self._outbox.append(entry)
        self._urgent = True
        self._soil(len(self._outbox))
        if self.full:
            self._room.clear()

    def take(self) -> Lease | None:
        """The next request that may be fetched now."""
        lease = None
        if not self._stopping and not self.full:
            lease = self.buffer.take(monotonic())
        if lease is not None:
            self._active += 1
            self._hungry = False
            self._idle_since = None
            if self.buffer.waiting == self._options.batch // 2:
                self._changed.set()
            return lease
        if not self._hungry and not self.buffer.waiting:
            self._hungry = True
            self._changed.set()
        self._set_alarm()
        return None

    def end(self, lease: Lease, ending: Ending, asked_at: float) -> None:
        """A taken request has ended in this way."""
        self._active -= 1
        self._endings.append(ending)
        for unstarted in self.buffer.finished(lease, monotonic(), asked_at):
            self._endings.append(released(unstarted))
        if self.buffer.delay(lease.host) is None:
            self._urgent = True  # the host can be leased again
        self._soil(len(self._endings))

    @property
    def full(self) -> bool:
        """Redis does not keep up or is away: no more work is begun until it does."""
        return len(self._outbox) >= 20 * self._options.batch

    @property
    def pending(self) -> bool:
        """Whether there is, or may soon be, something to do for this spider."""
        if self._options.forever or not self._settled or self._state is None:
            return True
        now = monotonic()
        if self._outbox or self._endings or self._active or self.buffer.waiting:
            return True
        if self._state.total == 0:
            return False
        if self._away_since is not None:  # whether there is work cannot be seen: that is no idleness
            self._idle_since = None
            return True
        if self._idle_since is None:
            self._idle_since = now
        left = self._options.wait - (now - self._idle_since)
        elsewhere = self._state.leased > 0 or self._state.next_due is None
        return left > 0 and (elsewhere or (self._state.next_due or 0.0) <= left)

    async def room(self) -> None:
        """Waits until the outbox is not full."""
        await self._room.wait()

    # -- the background task -----------------------------------------------------------------------------

    async def start(self) -> None:
        """Connects, makes the first exchange and starts the background task."""
        await self.frontier.start()
        self._epoch = self.frontier.scripts.epoch
        self._task = asyncio.create_task(self._run())

    def stop_taking(self) -> None:
        """Gives back what has not started and takes nothing more."""
        self._stopping = True
        self._endings.extend(released(lease) for lease in self.buffer.release())
        self._changed.set()

    async def stop(self, within: float) -> bool:
        """Sends what is owed, for at most ``within`` seconds; False if Redis did not take it."""
        self.stop_taking()
        self._closed = True
        if self._alarm:
            self._alarm.cancel()
        try:
            async with asyncio.timeout(within):
                if self._task:
                    await self._task
                while self._outbox or self._endings:
                    await self._step()
        except TimeoutError:
            logger.warning("Redis is away: the leases will run out, and what they were for is fetched again")
            return False
        return True

    async def _run(self) -> None:
        while not self._closed:
            timeout = self._next_exchange(monotonic()) - monotonic()
            if timeout > 0:
                self._changed.clear()
                try:
                    async with asyncio.timeout(timeout):
                        await self._changed.wait()
                except TimeoutError:
                    pass
                else:
                    continue
            await self._step()

    async def _step(self) -> None:
        """One exchange; whatever goes wrong, nothing that is owed is dropped."""
        try:
            if self.frontier.scripts.epoch != self._epoch:
                raise EpochChanged
            await self._exchange()
        except EpochChanged:
            await self._begin_epoch()
        except FrontierError as error:
            await self._wait_out(error)
        except Exception:
            logger.exception("The exchange with Redis failed")
            await asyncio.sleep(1.0)
        else:
            if self._away_since is not None:
                logger.warning("Redis is back after %.0f s", monotonic() - self._away_since)
                self._away_since = None

    def _next_exchange(self, now: float) -> float:
        """When the next exchange is due; ``now`` or earlier means at once."""
        due = [self._renew_at]
        if self._want(now):
            due.append(self._ask_at)
        if self._outbox or self._endings:
            if max(len(self._outbox), len(self._endings)) >= self._options.batch // 2 or self._stopping:
                return now
            if self._hungry and not self._active:
                return now
            due.append((self._dirty_since or now) + (_PROMPT if self._hungry and self._urgent else _CALM))
        return min(due)

    def _want(self, now: float) -> int:
        """How many requests more could be put to use."""
        if self._stopping or self.full or self.buffer.waiting >= 8 * self._options.batch:
            return 0
        startable = self.buffer.startable(now, 1.0)
        return self._options.batch - startable if startable <= self._options.batch // 2 else 0

    async def _exchange(self) -> None:
        outgoing, ending, soiled = len(self._outbox), len(self._endings), self._soiled
        self._urgent = False
        refused: FrontierError | None = None
        try:
            await self._send(outgoing)
        except FrontierUnavailable:
            raise
        except FrontierError as error:  # Redis is full: endings must wait for their children, leases are kept
            refused, ending = error, 0
        now = monotonic()
        deadline = now + self._options.lease
        renewals: list[tuple[str, int]] = []
        if now >= self._renew_at:
            renewals = [(held.host, held.fence) for held in self.buffer]
            self._renew_at = now + self._options.lease / 3
        want = 0 if refused else self._want(now)
        ask = Ask(self._spider, want, self._per_host(want)) if want else None
        if ending or renewals or ask:
            try:
                answer = await self.frontier.exchange(self._endings[:ending], renewals, ask)
            except BaseException:
                self._renew_at = 0.0
                raise
            del self._endings[:ending]
            self._count("stale", answer.done.count(0))
            self.buffer.renewed(renewals, now, deadline)
            self._lose(answer.lost)
            if ask and answer.state:
                await self._took(ask, answer.leases, answer.state, deadline, soiled)
        self._dirty_since = monotonic() if self._outbox or self._endings else None
        self._stats.set_value("frontier/round_trips", self.frontier.scripts.round_trips)
        if refused:
            raise refused

    async def _send(self, outgoing: int) -> None:
        while outgoing > 0:
            kept = await self.frontier.enqueue(self._outbox[: min(outgoing, _CHUNK)])
            del self._outbox[: len(kept)]
            outgoing -= len(kept)
            self._count("filtered", kept.count(False))
            self._count("enqueued", kept.count(True))
        if not self.full and not self._room.is_set():
            self._room.set()
            self._wake()

    def _per_host(self, want: int) -> int:
        """Many hosts side by side are better than one after the other; a single one may take it all."""
        hosts = self._state.hosts_ready if self._state else 1
        return max(1, self._options.batch // 4, -(-want // max(1, hosts)))

    def _lose(self, hosts: list[str]) -> None:
        if hosts:
            lost = self.buffer.lose(hosts)
            self._count("leases_lost", len(hosts))
            logger.warning("Lost the leases of %d hosts, with %d requests not started", len(hosts), lost)

    async def _took(
        self, ask: Ask, leases: list[HostLease], state: State, deadline: float, soiled: int
    ) -> None:
        now = monotonic()
        got = sum(len(lease.requests) for lease in leases)
        if self._stopping:  # closing began while the answer was on its way
            self._endings.extend(
                released(Lease(id_, lease.host, lease.fence, attempt, b""))
                for lease in leases
                for id_, attempt, _ in lease.requests
            )
            return
        for lease in leases:
            self.buffer.add(lease, now, deadline)
        self._state = state
        for name in ("total", "leased", "delayed", "hosts_ready"):
            self._stats.set_value(f"frontier/queue/{name}", getattr(state, name))
        self._count("leased", got)
        self._hungry = self._hungry and not got
        self._backoff = _PROMPT if got else min(2 * self._backoff, _POLL)
        pause = max(self._backoff, _CALM) if self.buffer.waiting else self._backoff
        self._ask_at = now if got >= ask.limit else now + pause
        if state.next_due is not None and not got:
            self._ask_at = min(self._ask_at, now + max(state.next_due, 0.001))
        if not got and self._more and now >= self._more_at:
            if await self._more():
                self._ask_at = 0.0
                return
            self._more_at = now + _POLL
        self._settled = not got and soiled == self._soiled
        if got or not self.pending:
            self._wake()

    async def _begin_epoch(self) -> None:
        """Redis was emptied or replaced: what was leased from the old one is void, work in hand goes on."""
        epoch = await self._translated(self.frontier.epoch())
        if not epoch or epoch == self._epoch:
            return
        void = self.buffer.lose([held.host for held in self.buffer])
        self._endings.clear()
        self._epoch, self._settled = epoch, False
        self._count("epochs_changed", 1)
        logger.warning("Redis was emptied or replaced: %d leased requests are void, the crawl goes on", void)
        self._on_epoch(epoch)

    async def _translated(self, call: Awaitable[str]) -> str:
        try:
            return await call
        except FrontierError as error:
            await self._wait_out(error)
            return ""

    async def _wait_out(self, error: FrontierError) -> None:
        if self._away_since is None:
            self._away_since = monotonic()
            logger.warning("%s Work in hand goes on, then it waits.", error)
        self._count("unavailable", 1)
        away = monotonic() - self._away_since
        await asyncio.sleep(min(2.0, 0.1 + away / 4) if isinstance(error, FrontierUnavailable) else 1.0)

    def _soil(self, count: int) -> None:
        """Something is owed to Redis."""
        self._settled = False
        self._soiled += 1
        if self._dirty_since is None:
            self._dirty_since = monotonic()
            self._changed.set()
        elif count == self._options.batch // 2 or (self._hungry and not self._active):
            self._changed.set()

    def _set_alarm(self) -> None:
        at = self.buffer.next_at()
        if at is None or self._stopping:
            return
        loop = asyncio.get_running_loop()
        if self._alarm is not None and not self._alarm.cancelled() and self._alarm.when() > loop.time():
            if self._alarm.when() <= loop.time() + at - monotonic() + 0.001:
                return
            self._alarm.cancel()
        self._alarm = loop.call_later(max(0.0, at - monotonic()) + 0.001, self._wake)

    def _count(self, name: str, count: int) -> None:
        if count:
            self._stats.inc_value(f"frontier/{name}", count)


def released(lease: Lease) -> Ending:
    """The ending of a request that was not tried."""
    return Ending(lease.id, lease.host, lease.fence, "release")
