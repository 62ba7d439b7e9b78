"""Tables of ``radar.toml`` to profiles, sources and settings; every mistake is collected with its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from radar.config import values
from radar.config.lines import Lines, Path
from radar.config.values import Convert, suggest
from radar.model import Profile, Source

SHORTEST_INTERVAL = timedelta(minutes=5)
"""Nobody's server is asked more often; loopback is the owner's own."""


@dataclass(frozen=True, slots=True)
class Each:
    """A list whose elements are converted one by one."""

    convert: Convert


Keys = Mapping[str, Convert | Each]

TOP: Keys = {
    "contact": values.contact,
    "delay": values.number(0, 3600, " (seconds)"),
    "private_hosts": Each(values.host),
    "classifier": values.file,
    "second_look": values.flag,
    "metrics_port": values.whole(1, 65_535),
}
PRIVACY: Keys = {
    "pseudonymise": values.flag,
    "reason": values.text,
    "keep_unmatched": values.duration,
    "keep_matched": values.duration,
}
PROFILE: Keys = {
    "name": values.name,
    "description": values.text,
    "any": Each(values.term),
    "all": Each(values.term),
    "none": Each(values.term),
    "kinds": Each(values.kind),
    "languages": Each(values.language),
    "regions": Each(values.name),
    "min_score": values.number(0, 1),
    "min_request": values.number(0, 1),
    "replies": values.flag,
}
SOURCE: Keys = {
    "name": values.name,
    "url": values.url,
    "channel": values.channel,
    "software": values.software,
    "boards": Each(values.board),
    "interval": values.duration,
    "timezone": values.zone,
    "language": values.language,
    "region": values.name,
    "budget": values.whole(1, 100_000),
    "max_age": values.duration,
    "render": values.flag,
    "enabled": values.flag,
    "full_text": values.flag,
    "delay": values.number(0, 3600, " (seconds)"),
}
SECTIONS = ("privacy", "profile", "source")
ENVIRONMENT_ONLY = {
    "database_url": "RADAR_DATABASE_URL",
    "redis_url": "RADAR_REDIS_URL",
    "home": "RADAR_HOME",
    "pseudonym_key": "RADAR_PSEUDONYM_KEY",
}


class Faults:
    """Everything that is wrong, in the order of the file."""

    def __init__(self, file: str, lines: Lines | None) -> None:
        self._file, self._lines = file, lines
        self._found: list[tuple[int, str]] = []

    def add(self, path: Path, message: str) -> None:
        """Something is wrong where ``path`` stands."""
        line = self._lines.of(path) if self._lines else 0
        self._found.append((line, f"{self._file}:{line}: {message}"))

    def add_variable(self, name: str, message: str) -> None:
        """Something is wrong with an environment variable."""
        self._found.append((0, f"{name}: {message}"))

    def line(self, path: Path) -> int:
        """The line of what ``path`` names."""
        return self._lines.of(path) if self._lines else 0

    def messages(self) -> tuple[str, ...]:
        """One sentence each."""
        return tuple(message for _, message in sorted(self._found, key=lambda found: found[0]))


def read_table(table: Any, keys: Keys, path: Path, called: str, faults: Faults) -> dict[str, Any]:
    """The values of a table that are right; what is not becomes a fault."""
    if not isinstance(table, dict):
        faults.add(path, f"`{called.strip('[]')}` must be a table: write {called} on a line of its own")
        return {}
    found: dict[str, Any] = {}
    for key, value in table.items():
        convert = keys.get(key)
        if convert is None:
            faults.add((*path, key), f"unknown key `{key}` in {called}{suggest(key, keys)}")
        elif isinstance(convert, Each):
            found[key] = _read_list(key, value, convert, (*path, key), faults)
        else:
            try:
                found[key] = convert(value)
            except ValueError as error:
                faults.add(
                    (*path, key), f"`{key}` {error}" if str(error).startswith("must") else f"`{key}`: {error}"
                )
    return found


def _read_list(key: str, value: Any, each: Each, path: Path, faults: Faults) -> tuple[Any, ...]:
    if not isinstance(value, list):
        faults.add(path, f'`{key}` must be a list: write {key} = ["…", "…"]')
        return ()
    found = []
    for number, element in enumerate(value):
        try:
            found.append(each.convert(element))
        except ValueError as error:
            faults.add((*path, number), f"`{key}`: {error}")
    return tuple(dict.fromkeys(found))


def read_top(document: Mapping[str, Any], faults: Faults) -> dict[str, Any]:
    """Settings that stand above the first section."""
    known: dict[str, Any] = {}
    for key, value in document.items():
        if key in ENVIRONMENT_ONLY:
            variable = ENVIRONMENT_ONLY[key]
            faults.add((key,), f"`{key}` does not belong into a file; set {variable} in the environment")
        elif key not in SECTIONS:
            known[key] = value
    keys = [*TOP, *SECTIONS]
    for key in [*known]:
        if key not in TOP:
            near = suggest(key, keys)
            for section in ("profile", "source"):
                if not near and key in (PROFILE if section == "profile" else SOURCE):
                    near = f"; it belongs below a [[{section}]]"
            faults.add((key,), f"unknown key `{key}`{near}")
            del known[key]
    return read_table(known, TOP, (), "radar.toml", faults)


def read_profiles(document: Mapping[str, Any], faults: Faults) -> tuple[Profile, ...]:
    """The ``[[profile]]`` tables that are right."""
    profiles = []
    for path, found in _tables(document, "profile", PROFILE, faults):
        if "name" not in found:
            continue
        profiles.append((path, Profile(**found)))
    _refuse_twins("profile", [(path, profile.name) for path, profile in profiles], faults)
    return tuple(profile for _, profile in profiles)


def read_sources(
    document: Mapping[str, Any], contact: str, private_hosts: tuple[str, ...], faults: Faults
) -> tuple[Source, ...]:
    """The ``[[source]]`` tables that are right."""
    sources = []
    for path, found in _tables(document, "source", SOURCE, faults):
        if found.get("software") and "channel" not in found:
            found["channel"] = _channel_of(found["software"])
        if not {"name", "url", "channel"} <= found.keys():
            continue
        source = Source(**found)
        sources.append((path, source))
        _check_address(source, path, private_hosts, faults)
        _check_switch(source, path, "enabled" in found, faults)
    _refuse_twins("source", [(path, source.name) for path, source in sources], faults)
    outside = [path for path, source in sources if source.enabled and not values.is_loopback(source.url)]
    if outside and not contact:
        faults.add(
            outside[0],
            "reading other people's sites needs a `contact` (a mail address or page of yours, sent with every "
            'request): write contact = "…" at the top of the file or set RADAR_CONTACT',
        )
    return tuple(source for _, source in sources)


def _tables(
    document: Mapping[str, Any], section: str, keys: Keys, faults: Faults
) -> list[tuple[Path, dict[str, Any]]]:
    tables = document.get(section, [])
    if not isinstance(tables, list):
        faults.add((section,), f"write [[{section}]] with two brackets: there may be several")
        return []
    found = []
    for number, table in enumerate(tables):
        path: Path = (section, number)
        values_found = read_table(table, keys, path, f"[[{section}]]", faults)
        if isinstance(table, dict):
            for key in ("name",) if section == "profile" else ("name", "url", "channel"):
                if key not in table and not (key == "channel" and "software" in table):
                    faults.add(path, f"this [[{section}]] has no `{key}`")
        found.append((path, values_found))
    return found


def _channel_of(software: str) -> Any:
    from radar.extract.registry import SOFTWARE

    return SOFTWARE[software].channel


def _check_switch(source: Source, path: Path, said: bool, faults: Faults) -> None:
    """Some sites are read only if the owner wrote so; ``said``: whether ``enabled`` stands there at all."""
    from radar.recognise import off_by_default

    if not source.enabled:
        return
    off = off_by_default(source.url, source.software)
    if off is not None and not (said and source.software == off.name):
        switch = f'write software = "{off.name}" and enabled = true'
        faults.add((*path, "url"), f"{off.off} If you want it all the same, {switch}")


def _check_address(source: Source, path: Path, private_hosts: tuple[str, ...], faults: Faults) -> None:
    parts = urlsplit(source.url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    if values.is_private(source.url) and not {host, f"{host}:{port}", f"[{host}]:{port}"} & {*private_hosts}:
        faults.add(
            (*path, "url"),
            f"{host} is an address inside your own network, which is only read on request: "
            f'add it to private_hosts = ["{parts.netloc}"]',
        )
    if source.interval and source.interval < SHORTEST_INTERVAL and not values.is_loopback(source.url):
        faults.add(
            (*path, "interval"), '`interval` must be at least "5m" out of respect for other people\'s servers'
        )


def _refuse_twins(section: str, names: list[tuple[Path, str]], faults: Faults) -> None:
    first: dict[str, Path] = {}
    for path, name in names:
        twin = first.setdefault(name.casefold(), path)
        if twin != path:
            line = faults.line((*twin, "name"))
            faults.add(
                (*path, "name"), f"{section} “{name}” is there twice (first on line {line}); rename one"
            )
