"""The border to the driver: its errors become ours, once, here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import psycopg_pool
from psycopg import errors

from radar.errors import StoreError, StoreUnavailable

AWAY_CLASSES = ("08", "53", "57P", "58")
"""SQLSTATE beginnings that mean "not now": connection, resources, operator intervention, system error."""

DATA_ERRORS = (
    *(psycopg.DataError, psycopg.IntegrityError, errors.ProgramLimitExceeded),
    *(UnicodeError, ValueError, OverflowError),
)
"""What a single impossible row raises, in the driver or in Postgres."""


def is_away(error: BaseException) -> bool:
    """Whether the same call may succeed later, because it was the connection or the server's state."""
    if isinstance(error, psycopg_pool.PoolTimeout | psycopg_pool.PoolClosed | psycopg_pool.TooManyRequests):
        return True
    if isinstance(error, errors.ReadOnlySqlTransaction | errors.IdleInTransactionSessionTimeout):
        return True
    if isinstance(error, errors.DeadlockDetected | errors.SerializationFailure | errors.LockNotAvailable):
        return True
    if not isinstance(error, psycopg.OperationalError | psycopg.InterfaceError | psycopg.InternalError):
        return False
    return error.sqlstate is None or error.sqlstate.startswith(AWAY_CLASSES)


def words_of(error: BaseException) -> str:
    """What an error says, on one line: Postgres's own message without its context, else the driver's."""
    primary = error.diag.message_primary if isinstance(error, psycopg.Error) else None
    return " ".join((primary or str(error)).split())[:500] or type(error).__name__


def translate(error: Exception) -> StoreError:
    """Our exception for one of the driver's."""
    text = words_of(error)
    if is_away(error):
        return StoreUnavailable(f"Postgres cannot be used right now: {text}")
    if isinstance(error, errors.UndefinedTable | errors.UndefinedColumn | errors.UndefinedFunction):
        return StoreError(f"the database does not have this program's tables; run its migrations: {text}")
    if isinstance(error, errors.QueryCanceled):
        return StoreError(f"Postgres took too long and was stopped: {text}")
    return StoreError(f"Postgres refused: {text}")


@contextmanager
def translated() -> Iterator[None]:
    """Translate whatever the driver raises inside."""
    try:
        yield
    except (psycopg.Error, psycopg_pool.PoolClosed, psycopg_pool.TooManyRequests, UnicodeError) as error:
        raise translate(error) from error
