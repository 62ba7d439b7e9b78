"""Delay from posting to storing: the adaptive schedule against a fixed interval with as many requests.

    python -m benchmarks.schedule [--weeks N] [--seed N]

Posting times are generated: ten kinds of source with days, nights, weekends, threads that come in bursts, and
two whose rhythm changes half way; the generator shares no code with the schedule. Every source is watched for
``--weeks`` weeks after eight weeks of history; at each visit the schedule sees what a visit would have brought
(at most 200 posting times) and nothing else. Both sides make the same number of requests: fixed polling
distributes as many evenly over sources and time, "fixed, by kind" evenly over the sources of each kind.
"""

from __future__ import annotations

import argparse
import random
import statistics
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import exp

from radar.schedule import next_visit

HOUR = 3600.0
DAY = 24 * HOUR
WEEK = 7 * DAY
START = datetime(2026, 6, 1, tzinfo=UTC).timestamp()  # a Monday
HISTORY = 8 * WEEK
KNOWN = 200


@dataclass(frozen=True)
class Kind:
    """A kind of source: threads begin with ``rate(t)`` an hour, each draws replies."""

    name: str
    sources: int
    rate: Callable[[float], float]
    replies: float = 0.0
    reply_hours: float = 2.0
    burst: tuple[int, int] = (1, 1)
    """Least and most posts of one beginning, seconds apart."""


def waking(t: float, night: float = 0.05) -> float:
    """A German day: little at night, peaks before noon and in the evening."""
    hour = (t % DAY) / HOUR
    return night + 1.3 * exp(-(((hour - 10) / 3) ** 2)) + 1.6 * exp(-(((hour - 19) / 2.5) ** 2))


def office(t: float) -> float:
    """Office hours on weekdays, nearly nothing outside."""
    hour, day = (t % DAY) / HOUR, int((t - START) // DAY) % 7
    return 4.0 if day < 5 and 7 <= hour < 16 else 0.05


def weekend(t: float) -> float:
    """Hobby: twice as much on weekends."""
    return waking(t) * (2.0 if int((t - START) // DAY) % 7 >= 5 else 0.8)


def half_way(before: float, after: float, begin: float) -> Callable[[float], float]:
    """A rate that changes while the source is watched."""
    return lambda t: waking(t) * (before if t < begin else after)


def kinds(watched: float) -> list[Kind]:
    """The ten kinds; rates are beginnings an hour."""
    middle = START + HISTORY + watched / 2
    return [
        Kind("busy forum", 2, lambda t: 3.0 * waking(t), replies=2.5),
        Kind("forum", 6, lambda t: 0.5 * waking(t), replies=2.0),
        Kind("small board", 10, lambda t: 0.06 * waking(t), replies=1.5),
        Kind("hobby board", 4, lambda t: 0.25 * weekend(t), replies=2.0),
        Kind("company forum", 4, lambda t: 0.25 * office(t), replies=1.0, reply_hours=1.0),
        Kind("worldwide list", 2, lambda t: 0.8, replies=1.5, reply_hours=6.0),
        Kind("blog", 8, lambda t: 0.012 * office(t)),
        Kind("feed in batches", 4, lambda t: 0.04, burst=(5, 25)),
        Kind("growing board", 3, half_way(0.1, 0.8, middle), replies=1.5),
        Kind("dying board", 3, half_way(0.5, 0.03, middle), replies=1.5),
    ]


def posts_of(kind: Kind, dice: random.Random, end: float) -> list[float]:
    """Posting times of one source, sorted: an inhomogeneous Poisson process of threads, each with replies."""
    posts: list[float] = []
    for begin in _poisson(kind.rate, dice, START, end):
        posts += [begin + 20.0 * number for number in range(dice.randint(*kind.burst))]
        replies = 0
        while dice.random() < kind.replies / (1.0 + kind.replies):
            replies += 1
            posts.append(begin + dice.expovariate(1.0 / (kind.reply_hours * HOUR)) * (1 + replies / 3))
    return sorted(at for at in posts if at < end)


def _poisson(
    rate: Callable[[float], float], dice: random.Random, start: float, end: float
) -> Iterator[float]:
    highest = max(rate(start + minute * 600.0) for minute in range(int((end - start) / 600.0)))
    at = start
    while True:
        at += dice.expovariate(highest) * HOUR
        if at >= end:
            return
        if dice.random() * highest < rate(at):
            yield at


def watch(posts: Sequence[float], begin: float, end: float, first: float) -> list[float]:
    """The visits that the schedule makes."""
    visits, at = [], begin + first
    while at < end:
        visits.append(at)
        known = posts[max(0, bisect_right(posts, at) - KNOWN) : bisect_right(posts, at)]
        due = next_visit(
            [datetime.fromtimestamp(post, UTC) for post in known], datetime.fromtimestamp(at, UTC)
        )
        at = due.timestamp()
    return visits


def evenly(number: int, begin: float, end: float, offset: float) -> list[float]:
    """``number`` visits in equal intervals."""
    step = (end - begin) / number
    return [begin + (index + offset) * step for index in range(number)]


def delays(posts: Sequence[float], visits: Sequence[float], begin: float) -> list[float]:
    """Minutes from each post to the next visit; posts after the last visit are left out."""
    found = []
    for at in posts[bisect_right(posts, begin) :]:
        index = bisect_right(visits, at)
        if index < len(visits):
            found.append((visits[index] - at) / 60.0)
    return found


def spread(values: Sequence[float]) -> tuple[float, float, float]:
    """Median, 90th percentile, mean."""
    if len(values) < 2:
        return (float("nan"),) * 3
    tenths = statistics.quantiles(values, n=10)
    return statistics.median(values), tenths[8], statistics.fmean(values)


def run(weeks: int, seed: int) -> float:
    """Print the table; returns adaptive median / fixed median over all posts."""
    dice = random.Random(seed)
    begin, end = START + HISTORY, START + HISTORY + weeks * WEEK
    watched = [
        (kind, posts_of(kind, dice, end), dice.random())
        for kind in kinds(end - begin)
        for _ in range(kind.sources)
    ]
    visits = [watch(posts, begin, end, offset * HOUR) for _, posts, offset in watched]
    total = sum(map(len, visits))
    every = total / len(watched)

    print(
        f"{len(watched)} sources, {weeks} weeks, seed {seed}; delays in minutes: median / 90th percentile / mean"
    )
    heads = ("kind", "posts", "visits/day", "adaptive", "fixed, all alike", "fixed, by kind")
    print("{:16} {:>6} {:>10} {:>22} {:>22} {:>22}".format(*heads))
    adaptive_all: list[float] = []
    fixed_all: list[float] = []
    own_all: list[float] = []
    for kind in kinds(end - begin):
        mine = [index for index, (one, _, _) in enumerate(watched) if one.name == kind.name]
        own_every = sum(len(visits[index]) for index in mine) / len(mine)
        adaptive: list[float] = []
        fixed: list[float] = []
        own: list[float] = []
        for index in mine:
            _, posts, offset = watched[index]
            adaptive += delays(posts, visits[index], begin)
            fixed += delays(posts, evenly(round(every), begin, end, offset), begin)
            own += delays(posts, evenly(round(own_every), begin, end, offset), begin)
        columns = ["{:.1f} / {:.0f} / {:.0f}".format(*spread(values)) for values in (adaptive, fixed, own)]
        print(
            f"{kind.name:16} {len(adaptive):6} {own_every / weeks / 7:10.1f} "
            + " ".join(f"{text:>22}" for text in columns)
        )
        adaptive_all, fixed_all, own_all = adaptive_all + adaptive, fixed_all + fixed, own_all + own
    columns = [
        "{:.1f} / {:.0f} / {:.0f}".format(*spread(values)) for values in (adaptive_all, fixed_all, own_all)
    ]
    print(
        f"{'all':16} {len(adaptive_all):6} {every / weeks / 7:10.1f} "
        + " ".join(f"{text:>22}" for text in columns)
    )
    ratio = spread(adaptive_all)[0] / spread(fixed_all)[0]
    own_ratio = spread(adaptive_all)[0] / spread(own_all)[0]
    print(
        f"requests: {total} on each side; median {ratio:.2f} of fixed's, {own_ratio:.2f} of fixed by kind's"
    )
    return ratio


def main() -> None:
    """Parse arguments and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--weeks", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    run(arguments.weeks, arguments.seed)


if __name__ == "__main__":
    main()
