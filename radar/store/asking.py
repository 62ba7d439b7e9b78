"""Questions in SQL by people: read-only, in bounds, as a role that may change nothing."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice

import psycopg
from psycopg import errors
from psycopg.rows import tuple_row

from radar.errors import StoreError
from radar.store.border import translated, words_of
from radar.store.database import connect
from radar.store.rows import QueryResult

READER = "radar_reader"


def ask(database_url: str, question: str, limit: int, timeout: timedelta) -> QueryResult:
    """Run one statement as ``radar_reader`` and fetch ``limit`` rows at most.

    It gets a connection of its own, so that nothing it sets outlives it.
    """
    with translated(), connect(database_url) as connection, connection.transaction(force_rollback=True):
        connection.execute("set transaction read only")
        connection.execute(
            "select set_config('statement_timeout', %s, true)", [f"{_milliseconds(timeout)}ms"]
        )
        try:
            connection.execute(f"set local role {READER}".encode())
        except (errors.InvalidParameterValue, errors.InsufficientPrivilege) as error:
            raise StoreError(
                f"questions in SQL are asked as the role {READER}, which this user may not take on: let an "
                f"administrator run 'create role {READER}; grant {READER} to current_user' and migrate again"
            ) from error
        with connection.cursor(row_factory=tuple_row) as cursor:
            try:
                rows = list(islice(cursor.stream(question.encode()), limit + 1))
            except (psycopg.ProgrammingError, psycopg.DataError, psycopg.InternalError) as error:
                raise StoreError(f"Postgres refuses the question: {words_of(error)}") from error
            columns = tuple(column.name for column in cursor.description or ())
    return QueryResult(columns, rows[:limit], truncated=len(rows) > limit)


def _milliseconds(timeout: timedelta) -> int:
    return max(1, int(timeout.total_seconds() * 1000))
