"""Sources and profiles in the store: what radar.toml says, which source is due, how each is doing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from radar.model import Channel, Profile, Source, Validator, Visit
from radar.store.database import Database
from radar.store.queries import sql
from radar.store.rows import SourceRow


class Sources:
    """Part of ``Store``: sources and profiles."""

    _database: Database

    def save_sources(self, sources: Iterable[Source], now: datetime) -> None:
        """Make the store's sources those of radar.toml; others are marked as removed and kept."""
        wanted = list(sources)
        named = {
            "names": [source.name for source in wanted],
            "urls": [source.url for source in wanted],
            "now": now,
        }
        with self._database.transaction() as connection:
            connection.execute(sql("stand_in_line"))
            connection.execute(sql("forget_other_addresses"), named)
            connection.execute(sql("forget_other_threads"), named)
            for source in wanted:
                row = asdict(source) | {
                    "boards": list(source.boards),
                    "channel": source.channel.value,
                    "now": now,
                }
                connection.execute(sql("save_source"), row)
            connection.execute(sql("remove_other_sources"), named)

    def ensure_source(self, source: Source, now: datetime) -> None:
        """Know a source that is read by its address alone; one of radar.toml is left as it is."""
        row = asdict(source) | {"boards": list(source.boards), "channel": source.channel.value, "now": now}
        self._database.run("ensure_source", row)

    def save_profiles(self, profiles: Iterable[Profile], now: datetime) -> None:
        """Make the store's profiles those of radar.toml; others are marked as removed and kept."""
        wanted = list(profiles)
        with self._database.transaction() as connection:
            for profile in wanted:
                row = {
                    name: [str(item) for item in value] if isinstance(value, tuple) else value
                    for name, value in asdict(profile).items()
                }
                connection.execute(sql("save_profile"), row | {"now": now})
            names = {"names": [profile.name for profile in wanted], "now": now}
            connection.execute(sql("remove_other_profiles"), names)

    def claim_due(
        self,
        now: datetime,
        *,
        channels: Collection[Channel],
        names: Collection[str] = (),
        limit: int = 20,
        lease: timedelta,
        force: bool = False,
        render: bool = False,
        epoch: str,
    ) -> list[Visit]:
        """Take sources that are due; nobody else gets them before ``now + lease``.

        ``names`` restricts to those sources; with ``force`` they are taken whatever their due time and state.
        ``render`` takes the sources that need a browser instead of those that do not. Validators saved in another epoch of the queue are left out.
        """
        wanted = {
            "now": now,
            "channels": [channel.value for channel in channels],
            "names": list(names),
            "limit": limit,
            "lease": lease,
            "force": force and bool(names),
            "render": render,
            "epoch": epoch,
        }
        with self._database.transaction() as connection:
            connection.execute(sql("stand_in_line"))
            rows = connection.execute(sql("claim_due"), wanted).fetchall()
        return [
            Visit(
                source=source_of(row),
                first=row["first"],
                validators={url: Validator(etag, modified) for url, etag, modified in row["validators"]},
                due_at=row["due_at"] or now,
            )
            for row in rows
        ]

    def pause(self, names: Collection[str], reason: str, now: datetime) -> int:
        """Leave sources alone until ``resume``; how many there are of them."""
        return self._set_state(names, "paused", reason, now)

    def resume(self, names: Collection[str], now: datetime) -> int:
        """Let paused, retired or removed sources be read again, at once; how many there are of them."""
        return self._set_state(names, "active", "", now)

    def sources(self) -> list[SourceRow]:
        """All sources by name, with how they are doing."""
        return [
            SourceRow(
                source=source_of(row),
                state=row["state"],
                reason=row["state_reason"],
                **{
                    name: row[name]
                    for name in (
                        *(
                            "health",
                            "next_check_at",
                            "last_visit_at",
                            "last_ok_at",
                            "last_outcome",
                            "failures",
                        ),
                        *("newest_post_at", "posts_in_7_days", "leads_in_7_days", "problems_in_7_days"),
                    )
                },
            )
            for row in self._database.all("sources")
        ]

    def _set_state(self, names: Collection[str], state: str, reason: str, now: datetime) -> int:
        return self._database.run(
            "set_source_state", {"names": list(names), "state": state, "reason": reason, "now": now}
        )


def source_of(row: dict[str, Any]) -> Source:
    """The model's source from a row of the table."""
    return Source(
        name=row["name"],
        url=row["url"],
        channel=Channel(row["channel"]),
        software=row["software"],
        boards=tuple(row["boards"]),
        interval=row["longest_interval"],
        timezone=row["time_zone"],
        language=row["language"],
        region=row["region"],
        budget=row["budget"],
        max_age=row["max_age"],
        render=row["render"],
        enabled=row["enabled"],
        full_text=row["full_text"],
        delay=row["delay"],
    )
