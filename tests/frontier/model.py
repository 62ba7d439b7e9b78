"""What the frontier promises, as a plain Python program, and a driver that compares the two step by step.

The model keeps a dictionary of requests and says where each one is; the scripts keep a dozen Redis keys. After
every step the answers and the whole of Redis must agree with the model.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from redis.asyncio import Redis

from radar.frontier.client import Ask, Ending, Entry, Frontier
from radar.frontier.scripts import Scripts

LEASE, ATTEMPTS, DELAY, HOLD, SEEN = 8.0, 3, 1.0, 3.0, 60.0
HOSTS = [f"h{n}" for n in range(6)]
SPIDERS = ["feed", "forum"]
SOURCES = ["s0", "s1", "s2"]


@dataclass
class Req:
    """A request the model knows; ``order`` sorts a queue."""

    spider: str
    host: str
    visit: str
    order: tuple[int, int]
    body: bytes
    place: str = "ready"
    due: int = 0
    tries: int = 0


@dataclass
class Model:
    """Times in ms of the frontier's own clock."""

    now: int = 0
    raw: int = 0
    reqs: dict[bytes, Req] = field(default_factory=dict)
    dead: dict[bytes, Req] = field(default_factory=dict)
    since: dict[tuple[str, str], int] = field(default_factory=dict)
    pause: dict[str, int] = field(default_factory=dict)
    delay: dict[str, int] = field(default_factory=dict)
    lease: dict[str, tuple[int, int]] = field(default_factory=dict)
    seen: dict[tuple[str, str, bytes], int] = field(default_factory=dict)
    visits: dict[str, str] = field(default_factory=dict)
    idle: dict[str, int] = field(default_factory=dict)
    seq: int = 0
    fence: int = 0
    opened: int = 0

    def tick(self, raw: int) -> None:
        self.now += max(0, raw - self.raw)
        self.raw = raw

    def of(self, place: str, **where: str) -> list[bytes]:
        return [
            id_
            for id_, r in sorted(self.reqs.items(), key=lambda pair: pair[1].order)
            if r.place == place and all(getattr(r, name) == value for name, value in where.items())
        ]

    def outstanding(self, visit: str) -> int:
        return sum(r.visit == visit for r in self.reqs.values())

    def add(self, id_: bytes, req: Req) -> None:
        self.reqs[id_] = req
        self.idle.pop(req.visit, None)

    def drop(self, id_: bytes) -> Req:
        req = self.reqs.pop(id_)
        if req.visit in self.visits and not self.outstanding(req.visit):
            self.idle[req.visit] = self.now
        return req

    def publish(self, host: str) -> None:
        for spider in SPIDERS:
            if host in self.lease or not self.of("ready", spider=spider, host=host):
                self.since.pop((spider, host), None)
            else:
                self.since.setdefault((spider, host), max(self.now, self.pause.get(host, 0)))

    def enqueue(self, entries: list[Entry]) -> list[bool]:
        out = []
        for e in entries:
            known = e.id in self.reqs
            page = (e.visit or e.spider, "v" if e.visit else "", e.fingerprint or b"")
            bucket = self.now // int(SEEN * 1000)
            if not known and e.fingerprint and bucket - self.seen.get(page, -9) <= 1:
                out.append(False)
                continue
            out.append(True)
            if known:
                continue
            if e.fingerprint:
                self.seen[page] = bucket
            self.seq += 1
            place = "delayed" if e.due_in > 0 else "ready"
            due = self.now + round(e.due_in * 1000)
            self.add(e.id, Req(e.spider, e.host, e.visit, (-e.priority, self.seq), e.body, place, due))
            self.publish(e.host)
        return out

    def take(self, ask: Ask) -> list[tuple[str, int, int, list[tuple[bytes, int, bytes]]]]:
        for id_ in self.of("delayed", spider=ask.spider):
            if self.reqs[id_].due <= self.now:
                self.reqs[id_].place = "ready"
                self.publish(self.reqs[id_].host)
        for host in [h for h, (_, until) in self.lease.items() if until <= self.now]:
            for id_ in self.of("held", host=host):
                if self.reqs[id_].tries >= 2 * ATTEMPTS:
                    self.dead[id_] = self.drop(id_)
                else:
                    self.reqs[id_].place = "ready"
            del self.lease[host]
            self.pause[host] = max(
                self.pause.get(host, 0), self.now + self.delay.get(host, int(DELAY * 1000))
            )
            self.publish(host)
        waiting = sorted(
            (at, host) for (s, host), at in self.since.items() if s == ask.spider and at <= self.now
        )
        out, left = [], ask.limit
        for _, host in waiting:
            if left <= 0:
                break
            delay = self.delay.get(host, int(DELAY * 1000))
            n = min(ask.per_host, left)
            n = n if not delay else max(1, min(n, int(HOLD * 1000) // delay))
            got = self.of("ready", spider=ask.spider, host=host)[:n]
            self.fence += 1
            self.lease[host] = (self.fence, self.now + int(LEASE * 1000))
            for id_ in got:
                self.reqs[id_].place = "held"
                self.reqs[id_].tries += 1
            self.publish(host)
            out.append((host, self.fence, delay, [(i, self.reqs[i].tries, self.reqs[i].body) for i in got]))
            left -= len(got)
        return out

    def complete(self, endings: list[Ending]) -> list[int]:
        out, touched = [], set()
        for e in endings:
            req = self.reqs.get(e.id)
            if not req or req.place != "held" or self.lease.get(e.host, (0, 0))[0] != e.fence:
                out.append(0)
                continue
            touched.add(e.host)
            wait = round(max(e.gap, e.block) * 1000)
            if wait:
                self.pause[e.host] = max(self.pause.get(e.host, 0), self.now + wait)
            if e.delay is not None:
                self.delay[e.host] = round(e.delay * 1000)
            if not e.counts or e.outcome == "release":
                req.tries -= 1
            out.append(1)
            if e.outcome == "ok":
                self.drop(e.id)
            elif e.outcome == "release":
                req.place = "ready"
            elif e.outcome == "retry" and req.tries < ATTEMPTS:
                req.place = "delayed" if e.after else "ready"
                req.due = self.now + round(e.after * 1000)
            else:
                self.dead[e.id] = self.drop(e.id)
                out[-1] = 2
        for host in touched:
            if not self.of("held", host=host):
                del self.lease[host]
                self.publish(host)
        return out

    def renew(self, renewals: list[tuple[str, int]]) -> list[str]:
        lost = []
        for host, fence in renewals:
            if self.lease.get(host, (0, 0))[0] == fence:
                self.lease[host] = (fence, self.now + int(LEASE * 1000))
            else:
                lost.append(host)
        return lost


class Drive:
    """Random steps on the frontier and on its model; any difference is an AssertionError."""

    def __init__(self, redis: Redis, seed: int, texts: Mapping[str, str] | None = None) -> None:
        self.random = random.Random(seed)
        self.redis = redis
        self.frontier = Frontier(
            redis, "model", lease=LEASE, attempts=ATTEMPTS, delay=DELAY, hold=HOLD, seen=SEEN
        )
        if texts:
            self.frontier.scripts = Scripts(redis, self.frontier.prefix, texts)
        self.model = Model()
        self.held: list[tuple[bytes, str, int]] = []
        self.sent: list[Entry] = []
        self.clock = 1_000_000

    async def run(self, steps: int) -> None:
        await self.redis.flushdb()
        self.frontier.scripts.clock = lambda: self.clock
        self.model.tick(self.clock)
        await self.frontier.epoch()
        for _ in range(steps):
            pick = self.random.random()
            step = (
                self.enqueue
                if pick < 0.3
                else self.take
                if pick < 0.55
                else self.complete
                if pick < 0.8
                else self.renew
                if pick < 0.87
                else self.visit
                if pick < 0.97
                else self.revive
            )
            self.clock += self.random.choice([0, 1, 50, 400, 1500, 9000])
            if self.random.random() < 0.02:
                self.clock -= self.random.randint(1, 20_000)
            self.model.tick(self.clock)
            await step()
            await self.frontier.scripts.run("renew", [0, []])  # a step may have had nothing to do
            await self.audit()

    async def enqueue(self) -> None:
        r, entries = self.random, []
        for _ in range(r.randint(1, 5) if len(self.model.reqs) < 25 else 0):
            if self.sent and r.random() < 0.15:
                entries.append(r.choice(self.sent[-20:]))
                continue
            entry = Entry(
                id=b"%012d" % len(self.sent),
                spider=r.choice(SPIDERS),
                host=r.choice(HOSTS),
                body=b"body %d" % len(self.sent),
                priority=r.randint(-2, 2),
                due_in=r.choice([0, 0, 0, r.randint(1, 20)]),
                visit=r.choice(["", *self.model.visits, *self.model.visits, "gone"]),
                fingerprint=r.choice([None, bytes([r.randint(0, 30)]) * 20]),
            )
            self.sent.append(entry)
            entries.append(entry)
        got = await self.frontier.enqueue(entries)
        assert got == self.model.enqueue(entries), "enqueue answers"

    async def take(self) -> None:
        r = self.random
        ask = Ask(r.choice(SPIDERS), r.randint(1, 8), r.randint(1, 4))
        got = await self.frontier.exchange(ask=ask)
        want = self.model.take(ask)
        leases = [
            (x.host, x.fence, round(x.delay * 1000), [tuple(q) for q in x.requests]) for x in got.leases
        ]
        assert leases == want, "what is leased"
        for host, fence, _, requests in leases:
            self.held += [(id_, host, fence) for id_, _, _ in requests]
        assert got.state is not None
        assert got.state.total == sum(q.spider == ask.spider for q in self.model.reqs.values()), "total"
        assert got.state.leased == len(self.model.of("held", spider=ask.spider)), "leased"
        assert got.state.delayed == len(self.model.of("delayed", spider=ask.spider)), "delayed"
        waits = [self.model.reqs[i].due for i in self.model.of("delayed", spider=ask.spider)]
        waits += [at for (s, _), at in self.model.since.items() if s == ask.spider]
        due = max(0, min(waits) - self.model.now) / 1000 if waits else None
        assert got.state.next_due == due, "next due"

    async def complete(self) -> None:
        r = self.random
        endings = []
        for id_, host, fence in r.sample(self.held, min(len(self.held), r.randint(1, 5))):
            if r.random() < 0.9:
                self.held.remove((id_, host, fence))
            endings.append(
                Ending(
                    id_,
                    host,
                    fence if r.random() < 0.95 else fence + r.choice([-1, 1]),
                    r.choice(["ok", "ok", "retry", "retry", "dead", "release"]),
                    after=r.choice([0, r.randint(1, 5)]),
                    gap=r.choice([0, 0.5, 1]),
                    block=r.choice([0, 0, 0, 20]),
                    delay=r.choice([None, None, None, 0, 2]),
                    counts=r.random() < 0.8,
                    reason="why",
                )
            )
        if endings:
            got = await self.frontier.exchange(endings)
            assert got.done == self.model.complete(endings), "complete answers"

    async def renew(self) -> None:
        held = sorted({(host, fence) for _, host, fence in self.held})
        renewals = self.random.sample(held, min(len(held), 4))
        if renewals:
            got = await self.frontier.exchange(renewals=renewals)
            assert sorted(got.lost) == sorted(self.model.renew(renewals)), "lost leases"

    async def visit(self) -> None:
        r, m = self.random, self.model
        pick = r.random()
        if pick < 0.4:
            source = r.choice(SOURCES)
            visit = await self.frontier.open_visit(source, grace=5.0)
            assert (visit is None) == (source in m.visits.values()), "one open visit a source"
            if visit:
                m.opened += 1
                assert visit.endswith(f"-{m.opened}"), "visit numbers"
                m.visits[visit] = source
                m.idle[visit] = m.now + 5000
        elif pick < 0.7:
            got = await self.frontier.finished_visits(limit=10, hide=4.0)
            want = [v for at, v in sorted((at, v) for v, at in m.idle.items()) if at <= m.now]
            assert got == [(v, m.visits[v]) for v in want], "finished visits"
            for visit in want:
                m.idle[visit] = m.now + 4000
        else:
            visit = r.choice([*m.visits, "gone"])
            assert await self.frontier.close_visit(visit) == (visit in m.visits), "closing"
            if visit in m.visits:
                bucket = m.now // int(SEEN * 1000)  # older ones expire by the server's own clock
                for b in (bucket - 1, bucket):
                    seen = f"{self.frontier.prefix}:seen:{visit}::{b}:*"
                    assert [name async for name in self.redis.scan_iter(match=seen)] == [], "seen forgotten"
                m.seen = {page: at for page, at in m.seen.items() if page[:2] != (visit, "v")}
            m.visits.pop(visit, None)
            m.idle.pop(visit, None)

    async def revive(self) -> None:
        m = self.model
        ids = self.random.sample(sorted(m.dead), min(len(m.dead), 2))
        assert await self.frontier.retry_dead([i.hex() for i in ids]) == len(ids), "revived"
        for id_ in ids:
            old = m.dead.pop(id_)
            if id_ in m.reqs:  # sent once more meanwhile
                continue
            m.seq += 1
            m.add(id_, Req(old.spider, old.host, old.visit, (0, m.seq), old.body))
            m.publish(old.host)

    async def audit(self) -> None:
        """The whole of Redis against the model."""
        m, found = self.model, await _dump(self.redis, self.frontier.prefix)
        raw, offset = found["clock"].split()
        assert int(raw) + int(offset) == m.now, "the clock"
        assert set(found["body"]) == set(m.reqs), "every request is stored once"
        for spider in SPIDERS:
            assert found[f"delayed:{spider}"] == {i: m.reqs[i].due for i in m.of("delayed", spider=spider)}, (
                "delayed"
            )
            for host in HOSTS:
                queue = found[f"queue:{spider}:{host}"]
                assert sorted(queue, key=queue.__getitem__) == m.of("ready", spider=spider, host=host), (
                    "queues"
                )
            ready = found[f"ready:{spider}"]
            assert ready == {h.encode(): at for (s, h), at in m.since.items() if s == spider}, "ready hosts"
            counts = (int(found[name].get(spider.encode(), 0)) for name in ("total", "leased"))
            assert tuple(counts) == (
                sum(q.spider == spider for q in m.reqs.values()),
                len(m.of("held", spider=spider)),
            ), "counters"
        for host in HOSTS:
            assert found[f"held:{host}"] == set(m.of("held", host=host)), "held"
        assert {h.decode(): int(f) for h, f in found["lease"].items()} == {
            h: f for h, (f, _) in m.lease.items()
        }, "leases"
        assert {h.decode(): at for h, at in found["until"].items()} == {
            h: until for h, (_, until) in m.lease.items()
        }, "deadlines"
        assert {i: int(n) for i, n in found["tries"].items()} == {
            i: q.tries for i, q in m.reqs.items() if q.tries
        }, "tries"
        for name in ("dead", "dead-body", "dead-why"):
            assert set(found[name]) == set(m.dead), name
        left = {v.decode(): int(n) for v, n in found["visit-left"].items()}
        assert left == {v: m.outstanding(v) for v in m.visits}, "outstanding of visits"
        assert {v.decode(): at for v, at in found["visit-idle"].items()} == m.idle, "idle visits"


_HASHES = ("body", "tries", "total", "leased", "lease", "dead-body", "dead-why", "visit-left")
_ZSETS = (
    *("until", "dead", "visit-idle"),
    *(f"{kind}:{spider}" for spider in SPIDERS for kind in ("ready", "delayed")),
    *(f"queue:{spider}:{host}" for spider in SPIDERS for host in HOSTS),
)
_SETS = tuple(f"held:{host}" for host in HOSTS)


async def _dump(redis: Redis, prefix: str) -> dict[str, Any]:
    async with redis.pipeline(transaction=False) as pipe:
        pipe.get(f"{prefix}:clock")
        for name in _HASHES:
            pipe.hgetall(f"{prefix}:{name}")
        for name in _ZSETS:
            pipe.zrange(f"{prefix}:{name}", 0, -1, withscores=True)
        for name in _SETS:
            pipe.smembers(f"{prefix}:{name}")
        values = await pipe.execute()
    found = dict(zip(("clock", *_HASHES, *_ZSETS, *_SETS), values, strict=True))
    return found | {name: dict(found[name]) for name in _ZSETS}
