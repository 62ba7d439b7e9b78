"""The exceptions of the project, translated once at each border.

RadarError
├── ConfigError            radar.toml or the environment says something that cannot be
├── QueryError             a profile's term cannot be read as a query
├── ExtractionError        a page from which nothing usable could be read
├── EmbeddedError          an embedded Postgres or Valkey does not start
├── StoreError             Postgres refused
│   ├── StoreUnavailable   ... because it cannot be reached: worth trying again
│   └── MigrationError     ... a migration, or its schema is newer than this program
├── FrontierError          Redis refused
│   ├── FrontierUnavailable ... because it cannot be reached: worth trying again
│   └── CodecError         a queue entry that this program must not run
└── ModelError             a classifier's file is missing, damaged or of another version
"""

from __future__ import annotations

from collections.abc import Sequence


class RadarError(Exception):
    """Anything a user can do something about; ``str()`` is one clear sentence that says what.

    ``exit_code`` is what the command line ends with.
    """

    exit_code = 1


class ConfigError(RadarError):
    """``radar.toml`` or the environment says something that cannot be; ``problems`` names each thing."""

    exit_code = 2

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems) or (message,)

    @classmethod
    def of(cls, problems: Sequence[str]) -> ConfigError:
        """One error for at least one problem."""
        more = f" (and {len(problems) - 1} more: see `radar check`)" if len(problems) > 1 else ""
        return cls(problems[0] + more, problems)


class QueryError(RadarError):
    """A profile's term cannot be read as a query; ``position`` is the 0-based character offset."""

    exit_code = 2

    def __init__(self, message: str, position: int = 0) -> None:
        super().__init__(message)
        self.position = position


class ExtractionError(RadarError):
    """A page from which nothing usable could be read."""


class EmbeddedError(RadarError):
    """An embedded server does not start."""

    exit_code = 3


class StoreError(RadarError):
    """Postgres refused what was asked of it."""

    exit_code = 3


class StoreUnavailable(StoreError):
    """Postgres cannot be reached; the same call may succeed later."""


class MigrationError(StoreError):
    """A migration failed, or the schema belongs to a newer program."""


class FrontierError(RadarError):
    """Redis refused what was asked of it."""

    exit_code = 3


class FrontierUnavailable(FrontierError):
    """Redis cannot be reached; the same call may succeed later."""


class CodecError(FrontierError):
    """A queue entry that this program must not run."""


class ModelError(RadarError):
    """A classifier's file is missing, damaged or of another version."""
