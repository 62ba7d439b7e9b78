"""The Lua scripts: read from the package, sent by their hash, loaded again when the server forgot them.

Everything that changes the frontier is a script, so every change is atomic. Arguments and answers are one
msgpack value each: cheap on both sides, and bytes stay bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import msgpack
from redis.asyncio import Redis
from redis.exceptions import NoScriptError, ResponseError

NAMES = (
    "open",
    "enqueue",
    "lease",
    "complete",
    "renew",
    "open_visit",
    "finished_visits",
    "close_visit",
    "retry_dead",
)

# These free memory or keep what is there: they go on when Redis may not grow. The others are refused then.
_ALLOW_OOM = frozenset({"lease", "complete", "renew", "finished_visits", "close_visit"})


class EpochChanged(Exception):
    """Redis is not the one it was: it was emptied, or another took its place."""


@cache
def sources() -> Mapping[str, str]:
    """The full text of each script: the shared prelude, then its own."""
    folder = files(__package__) / "lua"
    prelude = (folder / "common.lua").read_text("utf-8")
    first = {name: f"#!lua{' flags=allow-oom' if name in _ALLOW_OOM else ''}" for name in NAMES}
    return {
        name: "\n".join((first[name], prelude, (folder / f"{name}.lua").read_text("utf-8"))) for name in NAMES
    }


class Scripts:
    """Runs scripts on one frontier; ``clock`` gives the time in ms, 0 meaning the server's own.

    ``round_trips`` and ``bytes_sent`` count what the network saw, for the benchmark and the statistics.
    """

    def __init__(self, redis: Redis, prefix: str, texts: Mapping[str, str] | None = None) -> None:
        self._redis = redis
        self._prefix = prefix
        self._texts = dict(texts or sources())
        self._sha = {name: hashlib.sha1(text.encode()).hexdigest() for name, text in self._texts.items()}  # noqa: S324
        self.epoch = ""
        self.clock: Callable[[], int] = lambda: 0
        self.round_trips = 0
        self.bytes_sent = 0
        self.bytes_received = 0

    async def run(self, name: str, args: Sequence[Any]) -> Any:
        """Runs one script and returns its answer; raises EpochChanged or redis' own exceptions."""
        [answer] = await self.run_all([(name, args)])
        return answer

    async def run_all(self, calls: Sequence[tuple[str, Sequence[Any]]]) -> list[Any]:
        """Runs scripts in this order in one round trip; if one fails the others run all the same.

        The first failure is raised after all have run.
        """
        packed = [(name, _pack(args)) for name, args in calls]
        raw = await self._send(packed)
        if any(isinstance(answer, NoScriptError) for answer in raw):
            await self._load()
            again = [i for i, answer in enumerate(raw) if isinstance(answer, NoScriptError)]
            for i, answer in zip(again, await self._send([packed[i] for i in again]), strict=True):
                raw[i] = answer
        return [self._read(answer) for answer in raw]

    async def _send(self, packed: Sequence[tuple[str, bytes]]) -> list[Any]:
        self.round_trips += 1
        self.bytes_sent += sum(len(args) + 120 for _, args in packed)
        now = self.clock()
        async with self._redis.pipeline(transaction=False) as pipe:
            for name, args in packed:
                pipe.evalsha(self._sha[name], 1, self._prefix, now, args, self.epoch)
            return list(await pipe.execute(raise_on_error=False))

    async def _load(self) -> None:
        self.round_trips += 1
        async with self._redis.pipeline(transaction=False) as pipe:
            for text in self._texts.values():
                pipe.script_load(text)
            await pipe.execute()

    def _read(self, answer: Any) -> Any:
        if isinstance(answer, ResponseError) and str(answer).startswith("EPOCH"):
            raise EpochChanged
        if isinstance(answer, Exception):
            raise answer
        self.bytes_received += len(answer)
        return msgpack.unpackb(answer, raw=True)


def _pack(args: Sequence[Any]) -> bytes:
    """Lua's msgpack knows no bin type: bytes travel as raw strings, which is what Lua strings are."""
    packed: bytes = msgpack.packb(args, use_bin_type=False, unicode_errors="replace")
    return packed
