"""Connections: a pool that notices when it is stuck, and transactions with translated errors."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from radar.store.border import translated
from radar.store.queries import sql

logger = logging.getLogger(__name__)

Connection: TypeAlias = psycopg.Connection[DictRow]
Pool: TypeAlias = ConnectionPool[Connection]

CONNECT_SECONDS = 5
GET_SECONDS = 10.0
SESSION = (
    "set timezone = 'UTC'; set statement_timeout = '120s'; set lock_timeout = '30s'; "
    "set idle_in_transaction_session_timeout = '120s'"
)


class Database:
    """A pool of connections to one database; safe to use from several threads."""

    def __init__(self, url: str, *, connections: int = 6) -> None:
        self.url = url
        self._connections = connections
        self._counting = threading.Lock()
        self._in_use: Counter[Pool] = Counter()
        self._pool = self._new_pool()

    def open(self) -> None:
        """Connect. Raises ``StoreUnavailable`` with the server's own words."""
        with translated():
            connect(self.url).close()
            self._pool.open()

    def close(self) -> None:
        """Give all connections back."""
        self._pool.close(timeout=5)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection inside a transaction: committed at the end, rolled back on any exception."""
        with translated():
            pool, connection = self._get()
            try:
                with connection.transaction():
                    yield connection
            finally:
                with self._counting:
                    self._in_use[pool] -= 1
                pool.putconn(connection)

    def all(self, name: str, parameters: Mapping[str, Any] | None = None) -> list[DictRow]:
        """All rows of a named query, in a transaction of its own."""
        with self.transaction() as connection:
            return connection.execute(sql(name), parameters or {}).fetchall()

    def one(self, name: str, parameters: Mapping[str, Any] | None = None) -> DictRow | None:
        """The first row of a named query, in a transaction of its own."""
        with self.transaction() as connection:
            return connection.execute(sql(name), parameters or {}).fetchone()

    def run(self, name: str, parameters: Mapping[str, Any] | None = None) -> int:
        """Run a named query in a transaction of its own; the number of rows it touched."""
        with self.transaction() as connection:
            return connection.execute(sql(name), parameters or {}).rowcount

    def _get(self) -> tuple[Pool, Connection]:
        for attempt in (1, 2):
            pool = self._pool
            try:
                connection = pool.getconn()
            except PoolTimeout:
                connect(self.url).close()  # says why, if the server is away
                if attempt == 2 or self._in_use[pool] >= self._connections:
                    raise
                self._rebuild(pool)
            else:
                with self._counting:
                    self._in_use[pool] += 1
                return pool, connection
        raise AssertionError

    def _rebuild(self, stuck: Pool) -> None:
        """Replace a pool that gives out nothing although the server answers and connections are free."""
        with self._counting:
            if self._pool is not stuck:
                return
            logger.warning("The connection pool is stuck although Postgres answers: building a new one")
            self._pool = self._new_pool()
            self._pool.open()
        stuck.close(timeout=0)

    def _new_pool(self) -> Pool:
        return ConnectionPool(
            self.url,
            connection_class=psycopg.Connection[DictRow],
            kwargs={
                "row_factory": dict_row,
                "connect_timeout": CONNECT_SECONDS,
                "application_name": "radar",
                "autocommit": True,
            },
            min_size=1,
            max_size=self._connections,
            timeout=GET_SECONDS,
            max_idle=300,
            max_lifetime=1800,
            reconnect_timeout=30,
            check=ConnectionPool.check_connection,
            configure=_configure,
            name="radar",
            open=False,
        )


def connect(url: str) -> Connection:
    """A connection outside of any pool, in autocommit mode."""
    connection = psycopg.connect(
        url, autocommit=True, connect_timeout=CONNECT_SECONDS, application_name="radar", row_factory=dict_row
    )
    _configure(connection)
    return connection


def _configure(connection: Connection) -> None:
    connection.execute(SESSION)
