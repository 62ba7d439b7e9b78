"""Postgres. The only room that knows psycopg, and the only one with SQL.

``migrate`` brings a database up to date; ``Store`` holds everything else. Queries are in ``sql/``, by name;
the schema grows by ``migrations/`` and is documented in the database itself.
"""

from __future__ import annotations

from radar.store.identity import Pseudonym, keyed
from radar.store.migrate import migrate
from radar.store.rows import (
    DeadLetter,
    Expired,
    LeadDetail,
    LeadFilter,
    LeadRow,
    OwnerVerdict,
    PageRecord,
    QueryResult,
    Retention,
    SourceRow,
    Status,
    StoredPost,
    Tombstone,
    VisitRow,
    WriteReport,
)
from radar.store.store import Store

__all__ = [
    "DeadLetter",
    "Expired",
    "LeadDetail",
    "LeadFilter",
    "LeadRow",
    "OwnerVerdict",
    "PageRecord",
    "Pseudonym",
    "QueryResult",
    "Retention",
    "SourceRow",
    "Status",
    "Store",
    "StoredPost",
    "Tombstone",
    "VisitRow",
    "WriteReport",
    "keyed",
    "migrate",
]
