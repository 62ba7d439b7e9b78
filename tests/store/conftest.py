"""A store on a fresh database, and a way to look into it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from radar.store import Store, keyed
from tests.store.making import Rows


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with Store.open(database_url, pseudonym=keyed(b"a key of at least 16 bytes")) as store:
        yield store


@pytest.fixture
def rows(database_url: str) -> Iterator[Rows]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield lambda query, *parameters: connection.execute(query, parameters or None).fetchall()
