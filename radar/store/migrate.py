"""Migrations: ``migrations/NNNN_*.sql``, applied in their order, each in a transaction of its own."""

from __future__ import annotations

import hashlib
import logging
import re
import time
from dataclasses import dataclass
from importlib.resources import files

import psycopg
from psycopg import errors

from radar.errors import MigrationError
from radar.store.border import is_away, translated, words_of
from radar.store.database import Connection, connect

logger = logging.getLogger(__name__)

LOCK = 7_235_940_318_266_107_412
"""Number of the advisory lock; any number that nobody else in the database uses."""

READER_TRIES = 10

BOOK = """
create table if not exists migration (
    number integer primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default now()
);
comment on table migration is 'Which migrations this database has been through.';
comment on column migration.number is 'Number of the migration.';
comment on column migration.name is 'Name of its file.';
comment on column migration.checksum is 'SHA-256 of its file when it was applied.';
comment on column migration.applied_at is 'When it was applied.';
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of ``migrations/``."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the file, in hexadecimal."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations() -> list[Migration]:
    """All migrations of this program, in their order."""
    found = [
        Migration(int(file.name.split("_")[0]), file.name, file.read_text("utf-8"))
        for file in files("radar.store").joinpath("migrations").iterdir()
        if re.fullmatch(r"\d{4}_\w+\.sql", file.name)
    ]
    return sorted(found, key=lambda migration: migration.number)


def migrate(database_url: str) -> list[str]:
    """Bring the database up to date; the names of the migrations that were applied, [] if none was needed.

    Any number of processes may call this at once. Raises ``MigrationError`` if a migration fails or the
    database is newer than this program, ``StoreUnavailable`` if it cannot be reached.
    """
    with translated():
        connection = connect(database_url)
        try:
            connection.execute("set lock_timeout = 0; set statement_timeout = 0")
            connection.execute("select pg_advisory_lock(%s)", [LOCK])
            return _apply(connection, migrations())
        finally:
            connection.close()  # which frees the lock


def _apply(connection: Connection, known: list[Migration]) -> list[str]:
    try:
        connection.execute(BOOK)
    except errors.InsufficientPrivilege as error:
        raise MigrationError(
            f"this database user may not make tables ({words_of(error)}): let the database belong to the radar's user"
        ) from error
    applied = {
        row["number"]: row
        for row in connection.execute("select number, name, checksum from migration").fetchall()
    }
    ours = {migration.number: migration for migration in known}
    if newer := sorted(applied.keys() - ours.keys()):
        raise MigrationError(
            f"the database is newer than this program (migration {applied[newer[-1]]['name']}): update the program"
        )
    for number, row in applied.items():
        if row["checksum"] != ours[number].checksum:
            raise MigrationError(f"migration {row['name']} was changed after this database went through it")
    done = [_apply_one(connection, migration) for migration in known if migration.number not in applied]
    _let_the_reader_read(connection)
    return done


def _apply_one(connection: Connection, migration: Migration) -> str:
    try:
        with connection.transaction():
            connection.execute(migration.sql.encode())
            connection.execute(
                "insert into migration (number, name, checksum) values (%s, %s, %s)",
                [migration.number, migration.name, migration.checksum],
            )
    except errors.InsufficientPrivilege as error:
        raise MigrationError(
            f"migration {migration.name} needs more rights ({words_of(error)}); let the database's "
            "owner run it, or 'create extension unaccent; create extension pg_trgm' as administrator first"
        ) from error
    except psycopg.Error as error:
        if is_away(error):
            raise
        raise MigrationError(f"migration {migration.name} failed: {words_of(error)}") from error
    return migration.name


def _let_the_reader_read(connection: Connection) -> None:
    """Make the read-only role and its rights; a database user who may not goes on without."""
    reader = files("radar.store").joinpath("reader.sql").read_bytes()
    for attempt in range(READER_TRIES):
        try:
            with connection.transaction():
                connection.execute(reader)
        except errors.InsufficientPrivilege as error:
            logger.warning(
                "The read-only role radar_reader cannot be set up (%s); everything but questions in SQL works "
                "without. An administrator can run 'create role radar_reader; grant radar_reader to' the radar's "
                "user, and then migrate again.",
                words_of(error),
            )
        except (errors.InternalError_, errors.UniqueViolation):
            # Roles belong to the whole server: another database's migration is changing this one right now.
            time.sleep(0.1 * (attempt + 1))
            continue
        return
