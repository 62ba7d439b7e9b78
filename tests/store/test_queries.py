"""Every named query is described and prepared against the real schema."""

from __future__ import annotations

import re

import psycopg
import pytest

from radar.store.queries import Query, parse, queries

PARAMETER = re.compile(r"%\((\w+)\)[sb]|%%")


@pytest.mark.parametrize("query", queries().values(), ids=queries())
def test_a_query_is_described_and_understood(database_url: str, query: Query) -> None:
    names: list[str] = []

    def numbered(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%"
        if match[1] not in names:
            names.append(match[1])
        return f"${names.index(match[1]) + 1}"

    assert query.description.endswith(".")
    with psycopg.connect(database_url) as connection:
        result = connection.pgconn.prepare(b"it", PARAMETER.sub(numbered, query.sql.decode()).encode())
        assert result.status == psycopg.pq.ExecStatus.COMMAND_OK, result.get_error_message()


def test_a_file_of_queries() -> None:
    first, second = parse(
        "-- name: one\n-- The first\n-- of two.\nselect 1;\n\n-- name: two\n-- Next.\nselect\n    2;\n"
    )
    assert first == Query("one", "The first of two.", b"select 1")
    assert (second.name, second.sql) == ("two", b"select\n    2")


def test_every_parameter_has_a_cast() -> None:
    for query in queries().values():
        assert re.findall(rb"%\(\w+\)[sb](?!::)", query.sql) == [], query.name
