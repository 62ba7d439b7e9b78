"""The named queries: ``sql/*.sql``, each with a name and a description.

A file is a series of::

    -- name: claim_due
    -- What it does, in a sentence or two.
    select ...

Parameters are written ``%(name)s`` with a cast to their type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_HEAD = re.compile(r"^-- name: *(\w+) *\n((?:--.*\n)+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Query:
    """A statement, what it is called and what it is for."""

    name: str
    description: str
    sql: bytes


@cache
def queries() -> Mapping[str, Query]:
    """All queries by name."""
    found: dict[str, Query] = {}
    for file in sorted(files("radar.store").joinpath("sql").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".sql"):
            for query in parse(file.read_text("utf-8")):
                if query.name in found:
                    raise ValueError(f"two queries are called {query.name}")
                found[query.name] = query
    return found


def parse(text: str) -> list[Query]:
    """The queries of one file."""
    heads = list(_HEAD.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    return [
        Query(
            name=head[1],
            description=" ".join(line.removeprefix("--").strip() for line in head[2].splitlines()),
            sql=text[head.end() : end].strip().removesuffix(";").encode(),
        )
        for head, end in zip(heads, ends, strict=True)
    ]


def sql(name: str) -> bytes:
    """The text of a query."""
    return queries()[name].sql
