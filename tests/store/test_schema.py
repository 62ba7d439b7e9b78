"""The schema: documented, the same by every way, and safe to bring up to date."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

import psycopg
import pytest

from radar.errors import MigrationError, StoreUnavailable
from radar.store import migrate
from radar.store.migrate import migrations
from tests.store.making import Rows

UNDOCUMENTED = """
select c.relname || coalesce('.' || a.attname, '')
from pg_class c
left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'm', 'p')
  and (col_description(c.oid, a.attnum) is null or obj_description(c.oid, 'pg_class') is null)
union all
select p.proname from pg_proc p
where p.pronamespace = 'public'::regnamespace and obj_description(p.oid, 'pg_proc') is null
  and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
"""

CATALOGUE = {
    "columns": """
        select c.relname, c.relkind::text, c.reloptions, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
               a.attidentity::text, pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum),
               obj_description(c.oid, 'pg_class'), case when c.relkind = 'v' then pg_get_viewdef(c.oid) end
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v')
        order by c.relname, a.attnum""",
    "indexes": "select indexdef from pg_indexes where schemaname = 'public' order by 1",
    "constraints": """
        select conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n' order by 1, 2""",
    "functions": """
        select pg_get_functiondef(p.oid), obj_description(p.oid, 'pg_proc') from pg_proc p
        where p.pronamespace = 'public'::regnamespace
          and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
        order by 1""",
    "triggers": "select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal order by 1",
    "extensions": "select extname from pg_extension order by 1",
}


def catalogue(url: str) -> dict[str, list[tuple]]:
    with psycopg.connect(url) as connection:
        return {what: connection.execute(query).fetchall() for what, query in CATALOGUE.items()}


def test_everything_is_documented(rows: Rows) -> None:
    assert rows(UNDOCUMENTED) == []


def test_the_migrations_lead_to_the_schema(database_url: str, empty_database_url: str) -> None:
    with psycopg.connect(empty_database_url) as connection:
        connection.execute(files("radar.store").joinpath("schema.sql").read_bytes())
    migrated, written = catalogue(database_url), catalogue(empty_database_url)
    for what in CATALOGUE:
        assert [row for row in migrated[what] if "migration" not in str(row[0])] == written[what], what


def test_migrations_are_numbered_without_gaps() -> None:
    assert [migration.number for migration in migrations()] == list(range(1, len(migrations()) + 1))


def test_migrating_again_does_nothing(database_url: str) -> None:
    assert migrate(database_url) == []


def test_many_may_migrate_at_once(empty_database_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(migrate, [empty_database_url] * 4))
    assert sorted(done)[:-1] == [[], [], []]
    assert sorted(done)[-1] == [migration.name for migration in migrations()]


def test_a_newer_database_is_left_alone(database_url: str, rows: Rows) -> None:
    rows("insert into migration (number, name, checksum) values (9999, '9999_future.sql', 'x') returning 1")
    with pytest.raises(MigrationError, match=r"newer than this program.*9999_future"):
        migrate(database_url)


def test_a_migration_that_was_changed_afterwards_is_noticed(database_url: str, rows: Rows) -> None:
    rows("update migration set checksum = 'x' where number = 1 returning 1")
    with pytest.raises(MigrationError, match=r"0001_\w+\.sql was changed"):
        migrate(database_url)


def test_a_migration_that_fails_leaves_nothing_behind(empty_database_url: str) -> None:
    with psycopg.connect(empty_database_url, autocommit=True) as connection:
        connection.execute("create table lead (a int)")
        with pytest.raises(MigrationError, match=r"0001_\w+\.sql failed"):
            migrate(empty_database_url)
        assert connection.execute("select to_regclass('post')").fetchone() == (None,)


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(StoreUnavailable):
        migrate("postgresql://nobody@127.0.0.1:9/nothing")


def test_a_user_without_rights_is_told_what_is_missing(empty_database_url: str, rows: Rows) -> None:
    name = empty_database_url.rpartition("/")[2].partition("?")[0]
    user = f"plain_{name}"
    with psycopg.connect(empty_database_url, autocommit=True) as connection:
        connection.execute(f"create role {user} login")
        try:
            url = empty_database_url.replace("://radar@", f"://{user}@").replace(
                "://postgres@", f"://{user}@"
            )
            with pytest.raises(MigrationError, match="may not make tables"):
                migrate(url)
            # The owner of a database needs no administrator but for the role.
            connection.execute(f"alter database {name} owner to {user}")
            assert migrate(url) == [migration.name for migration in migrations()]
        finally:
            connection.execute(f"alter database {name} owner to current_user")
            connection.execute(f"reassign owned by {user} to current_user")
            connection.execute(f"drop owned by {user}")
            connection.execute(f"drop role {user}")
