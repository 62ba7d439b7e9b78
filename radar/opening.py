"""The owner's database, ready for use: the one way that commands and crawls open it."""

from __future__ import annotations

from radar.config import Config, pseudonym_key
from radar.store import Store, keyed, migrate


def open_store(config: Config, database_url: str) -> Store:
    """The database, brought up to date, with authors stored as the owner chose.

    Raises:
        StoreUnavailable: Postgres cannot be reached.
        MigrationError: the database belongs to a newer program, or a migration failed.
    """
    migrate(database_url)
    key = pseudonym_key(config)
    return Store.open(database_url, pseudonym=keyed(key) if key else None)
