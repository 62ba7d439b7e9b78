"""Thousands of random steps on the scripts and on a model of what they promise; and mutants of the scripts,
each of which the same steps must expose: a test that cannot fail would not notice them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest
from redis.asyncio import Redis

from radar.frontier.scripts import sources
from tests.frontier.model import Drive
from tests.rediserver import RedisServer


def drive(url: str, seed: int, steps: int, texts: Mapping[str, str] | None = None) -> None:
    async def run() -> None:
        redis = Redis.from_url(url)
        try:
            await Drive(redis, seed, texts).run(steps)
        finally:
            await redis.aclose()

    asyncio.run(run())


def hunt(url: str, texts: Mapping[str, str]) -> None:
    for seed in range(4):
        drive(url, seed, 400, texts)


@pytest.mark.parametrize("seed", range(2))
def test_the_scripts_do_what_the_model_says(each_server: RedisServer, seed: int) -> None:
    drive(each_server.url, seed, 700)


# (script, text in it or in the prelude, what it is changed to): each breaks one promise.
MUTANTS = {
    "a stale fence ends a lease": ("complete", "~= fence or call", "== nil or call"),
    "ending twice counts twice": ("complete", "or call('SREM', held(host), id) == 0", ""),
    "a release uses up an attempt": ("complete", "        undo_attempt(id)\n        push(id, m)", "        push(id, m)"),
    "what does not count counts": ("complete", "if counts == 0 then undo_attempt(id) end", ""),
    "retried for ever": ("complete", "or 0) < attempts then", "or 0) < 99 then"),
    "the gap is forgotten": ("complete", "pause(host, now + math.max(gap, block))", "pause(host, now + block)"),
    "the block is forgotten": ("complete", "pause(host, now + math.max(gap, block))", "pause(host, now + gap)"),
    "the host is given back too early": ("complete", "if call('EXISTS', held(host)) == 0 then free(host) end", "free(host)"),
    "the host is never given back": ("complete", "if call('EXISTS', held(host)) == 0 then free(host) end", ""),
    "a delay told is not kept": ("complete", "call('HSET', DELAY, host, delay)", ""),
    "done is not forgotten": ("complete", "forget(id, m)\n      elseif", "stat('x')\n      elseif"),
    "retries come at once": ("complete", "now + due_in, id", "now, id"),
    "delayed requests come early": ("enqueue", "if due_in > 0 then", "if due_in > 9000 then"),
    "pages are fetched twice": ("enqueue", "elseif member ~= '' and seen", "elseif member == '-' and seen"),
    "a batch sent twice is stored twice": ("enqueue", "if call('HEXISTS', BODY, id) == 1 then", "if false then"),
    "the previous bucket is not asked": ("enqueue", "call('SISMEMBER', previous, member) == 1 or ", ""),
    "visits share what they have seen": ("enqueue", "local scope = visit == '' and spider or ''", "local scope = visit == '' and spider or ''\n  visit = ''"),
    "delays of hosts are ignored": ("lease", "'-inf', now, 'LIMIT', 0, limit)) do\n  if left", "'-inf', '+inf', 'LIMIT', 0, limit)) do\n  if left"),
    "a host is leased to two": ("lease", "do call('ZREM', ready(name), host) end", "do call('ZCARD', ready(name)) end"),
    "another spider's worker gets it too": ("lease", "for _, name in ipairs(call('SMEMBERS', SPIDERS)) do call('ZREM', ready(name), host) end", "call('ZREM', ready(spider), host)"),
    "leases never run out": ("lease", "reap(64)", ""),
    "leases run out early": ("lease", "call('ZRANGEBYSCORE', UNTIL, '-inf', now,", "call('ZRANGEBYSCORE', UNTIL, '-inf', now + 900,"),
    "a lease that ran out pauses nobody": ("lease", "pause(host, now + delay_of(host))", ""),
    "poison is handed out for ever": ("lease", ">= burial then", ">= 99 then"),
    "fences are given twice": ("lease", "call('INCR', FENCE)", "tonumber(call('GET', FENCE) or 1)"),
    "attempts are not counted": ("lease", "call('HINCRBY', TRIES, id, 1)", "1"),
    "one worker takes a host's whole delay": ("lease", "math.floor(hold / delay)", "n"),
    "delayed requests are forgotten": ("lease", "due(500)\n", "\n"),
    "renewal does not prolong": ("renew", "now + A[1], host", "now, host"),
    "a lost lease is renewed": ("renew", "== fence then", "~= nil then"),
    "two visits of one source": ("open_visit", "if call('HEXISTS', VISIT_OF, source) == 1 then return cmsgpack.pack({}) end", ""),
    "a visit without requests never ends": ("open_visit", "call('ZADD', VISIT_IDLE, now + grace, visit)", ""),
    "a finished visit is shown to all": ("finished_visits", "call('ZADD', VISIT_IDLE, now + A[2], visit)", ""),
    "closing leaves the source busy": ("close_visit", "then call('HDEL', VISIT_OF, source) end", "then call('HLEN', VISIT_OF) end"),
    "closing keeps what was seen": ("close_visit", "call('UNLINK', key(", "call('EXISTS', key("),
    "the revived stay dead too": ("retry_dead", "call('ZREM', DEAD, id)", ""),
    "the revived lose their visit": ("retry_dead", "visit = m[3], score = score(0)", "visit = '', score = score(0)"),
    "the clock goes back": ("lease", "if raw < last then offset = offset + last - raw end", ""),
    "last in, first out": ("enqueue", "+ call('INCR', SEQ)", "- call('INCR', SEQ)"),
    "priorities are upside down": ("enqueue", "return -priority *", "return priority *"),
    "the alphabet decides whose turn it is": ("complete", "math.max(at, now), host)", "at, host)"),
    "children do not hold a visit open": ("enqueue", "if call('HINCRBY', VISIT_LEFT, visit, 1) == 1 then call('ZREM', VISIT_IDLE, visit) end", ""),
    "finished visits are not noticed": ("complete", "<= 0 then call('ZADD', VISIT_IDLE, now, visit) end", "< 0 then call('ZADD', VISIT_IDLE, now, visit) end"),
    "burying forgets the request": ("complete", "call('HSET', DEAD_BODY, id, value)", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_script_is_noticed(server: RedisServer, name: str) -> None:
    script, old, new = MUTANTS[name]
    text = sources()[script]
    assert text.count(old) == 1, "the mutant no longer fits the script"
    mutated = {**sources(), script: text.replace(old, new)}
    with pytest.raises(Exception):  # noqa: B017, PT011 - an assertion of the model, or the script itself fails
        hunt(server.url, mutated)
