"""The store: all that the radar keeps in Postgres, behind one class."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from types import TracebackType

from radar.model import JudgedPost
from radar.store.asking import ask
from radar.store.database import Database
from radar.store.identity import Pseudonym
from radar.store.leads import Leads
from radar.store.rows import QueryResult, WriteReport
from radar.store.sources import Sources
from radar.store.upkeep import Upkeep
from radar.store.visits import Visits
from radar.store.writing import write


class Store(Sources, Visits, Leads, Upkeep):
    """Posts, verdicts, leads, sources and visits in one database; safe to use from several threads.

    Every method raises ``StoreUnavailable`` if Postgres cannot be reached (the same call may succeed later) and
    ``StoreError`` if it refuses. Times come in as arguments, aware. Nothing here reads a clock.
    """

    def __init__(self, database: Database, pseudonym: Pseudonym | None = None) -> None:
        self._database = database
        self._pseudonym = pseudonym

    @classmethod
    def open(cls, database_url: str, *, pseudonym: Pseudonym | None = None, connections: int = 6) -> Store:
        """Connect to a migrated database. ``pseudonym`` replaces authors' names on their way in; see ``keyed``."""
        database = Database(database_url, connections=connections)
        database.open()
        return cls(database, pseudonym)

    def close(self) -> None:
        """Give the connections back."""
        self._database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, posts: Sequence[JudgedPost], now: datetime) -> WriteReport:
        """Store posts with verdicts and leads in one transaction.

        A post that Postgres refuses goes to ``dead_letter`` and the others are stored. A post without a verdict
        leaves verdicts and leads as they are. If ``StoreUnavailable`` is raised, nothing is stored.
        """
        return write(self._database, posts, now, self._pseudonym)

    def query(
        self, question: str, *, limit: int = 1000, timeout: timedelta = timedelta(seconds=30)
    ) -> QueryResult:
        """Answer a question in SQL (one statement), read-only, as the role ``radar_reader``."""
        return ask(self._database.url, question, limit, timeout)
