"""Environment and ``radar.toml`` to one frozen ``Config``. The only place that reads ``os.environ``."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import platformdirs

from radar.config import reading, values
from radar.config.lines import Lines
from radar.config.reading import Faults
from radar.errors import ConfigError
from radar.model import Profile, Source

FILE = "radar.toml"
SHORTEST_KEY = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """How long personal data are kept, and in what form."""

    pseudonymise: bool = True
    """Authors are stored as keyed hashes."""
    reason: str = ""
    """Why not, if not; required then, because it belongs into the owner's records of processing."""
    keep_unmatched: timedelta = timedelta(days=14)
    """After this a post that is no lead keeps its hash and dates only."""
    keep_matched: timedelta = timedelta(days=365)
    """After this a lead and its post are deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything the owner has set."""

    home: Path
    """Data folder: embedded servers, key of the pseudonyms."""
    path: Path | None = None
    """The ``radar.toml`` that was read; None where there is none."""
    contact: str = ""
    database_url: str | None = field(default=None, repr=False)
    """None: the embedded Postgres. May hold a password."""
    redis_url: str | None = field(default=None, repr=False)
    """None: the embedded Valkey. May hold a password."""
    profiles: tuple[Profile, ...] = ()
    sources: tuple[Source, ...] = ()
    delay: float = 2.0
    """Seconds between two requests to a host."""
    private_hosts: tuple[str, ...] = ()
    """Hosts, or host:port, of private networks and of this machine that may be read."""
    privacy: Privacy = Privacy()
    classifier: Path | None = None
    """A model of the owner's; None takes the one in the package."""
    second_look: bool = True
    """Whether the package's encoder reads again what may be a request to its fast model."""
    metrics_port: int | None = None
    """Loopback port of Prometheus metrics."""
    pseudonym_key: bytes | None = field(default=None, repr=False)
    """From the environment; None: from a file in ``home``."""

    @property
    def user_agent(self) -> str:
        """What sites see."""
        about = f" (+{self.contact})" if self.contact else ""
        return f"my-business-radar/{version('my-business-radar')}{about}"

    def require_contact(self, url: str) -> None:
        """Raise ``ConfigError`` if ``url`` is outside of this machine and no contact is set."""
        if not self.contact and not values.is_loopback(url):
            raise ConfigError(
                "reading other people's sites needs a contact: set `contact` in radar.toml or RADAR_CONTACT "
                "to a mail address or page of yours"
            )


def load(environ: Mapping[str, str] | None = None, path: Path | None = None) -> Config:
    """Read environment and file; ``environ`` None means this process's.

    The file is ``path``, else ``RADAR_CONFIG``, else ``radar.toml`` in the working folder, else in the data
    folder, else none. Raises ``ConfigError`` whose ``problems`` name everything that is wrong.
    """
    environ = os.environ if environ is None else environ
    home = _home(environ)
    file = _find(environ, path, home)
    return _config(environ, home, file, _text(file) if file else "", file.name if file else FILE)


def check_text(text: str, name: str = FILE, environ: Mapping[str, str] | None = None) -> Config:
    """What a file with this text would say. Raises ``ConfigError``."""
    environ = os.environ if environ is None else environ
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n")
    return _config(environ, _home(environ), None, plain, name)


def tell_children(path: Path | None, home: Path | None) -> None:
    """Let this process, and those it starts, use this file and this data folder."""
    for variable, told in (("RADAR_CONFIG", path), ("RADAR_HOME", home)):
        if told:
            os.environ[variable] = str(told.expanduser().absolute())


def _config(environ: Mapping[str, str], home: Path, file: Path | None, text: str, name: str) -> Config:
    document = _parse(text, name)
    faults = Faults(name, Lines(text))
    top = reading.read_top(document, faults) | _from_environment(environ, faults)
    privacy = _privacy(document, environ, faults)
    profiles = reading.read_profiles(document, faults)
    sources = reading.read_sources(document, top.get("contact", ""), top.get("private_hosts", ()), faults)
    problems = faults.messages()
    if problems:
        raise ConfigError.of(problems)
    return Config(home=home, path=file, privacy=privacy, profiles=profiles, sources=sources, **top)


def _home(environ: Mapping[str, str]) -> Path:
    told = environ.get("RADAR_HOME", "").strip()
    return (
        Path(told).expanduser().absolute()
        if told
        else platformdirs.user_data_path("my-business-radar", False)
    )


def _find(environ: Mapping[str, str], path: Path | None, home: Path) -> Path | None:
    told = path or (Path(environ["RADAR_CONFIG"]) if environ.get("RADAR_CONFIG", "").strip() else None)
    if told:
        told = told.expanduser()
        if not told.is_file():
            raise ConfigError(f"there is no file {told}; `radar init` writes one")
        return told.absolute()
    for folder in (Path.cwd(), home):
        if (folder / FILE).is_file():
            return folder / FILE
    return None


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError.of((f"{file.name}:{line}: not UTF-8; save the file in this encoding",)) from None


def _parse(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError.of((_syntax(str(error), text, name),)) from None
    except RecursionError:
        raise ConfigError.of((f"{name}:1: brackets nested too deeply",)) from None


_MEANINGS = (
    ("Invalid value", "the value cannot be read: text needs quotes, lists need [ and ]"),
    ("Cannot overwrite a value", "this key is there twice; keep one"),
    ("Cannot declare", "this section is there twice; keep one, or write [[…]] if there may be several"),
    ("Unclosed array", "a list is not closed: a ] or a comma is missing"),
    ("Expected '='", "a key needs = and a value behind it"),
    ("Expected newline or end", "something stands behind the value: a comma or quote may be missing"),
    ("Illegal character", "a quote is not closed on this line"),
    ('Expected "', "a quote is not closed"),
    ("Unterminated string", "a quote is not closed"),
    ("Invalid statement", "this line is neither `key = value` nor a [section]"),
    ("Unescaped '\\'", "write a backslash twice, or the text in 'single quotes'"),
)


def _syntax(message: str, text: str, name: str) -> str:
    """``tomllib``'s complaint in plain words: its messages are short, and their end tells the place."""
    place = re.search(r"\(at line (\d+), column (\d+)\)", message)
    line = int(place[1]) if place else text.rstrip().count("\n") + 1
    column = f" (column {place[2]})" if place else ""
    said = re.sub(r"\s*\(at .*\)$", "", message)
    meaning = next((meaning for start, meaning in _MEANINGS if said.startswith(start)), said)
    return f"{name}:{line}: {meaning}{column}"


def _from_environment(environ: Mapping[str, str], faults: Faults) -> dict[str, Any]:
    """The environment's twins of the settings; they go before the file."""
    twins: dict[str, Callable[[str], Any]] = {
        "contact": values.contact,
        "delay": lambda told: reading.TOP["delay"](_number(told)),  # type: ignore[operator]
        "private_hosts": lambda told: tuple(
            values.host(host) for host in re.split(r"[\s,]+", told.strip(", "))
        ),
        "classifier": values.file,
        "second_look": _flag,
        "metrics_port": lambda told: reading.TOP["metrics_port"](_number(told)),  # type: ignore[operator]
        "database_url": _server("postgresql", "postgres"),
        "redis_url": _server("redis", "rediss", "unix"),
        "pseudonym_key": _key,
    }
    return _read_variables(environ, "RADAR_", twins, faults)


def _privacy(document: Mapping[str, Any], environ: Mapping[str, str], faults: Faults) -> Privacy:
    found = reading.read_table(
        document.get("privacy", {}), reading.PRIVACY, ("privacy",), "[privacy]", faults
    )
    twins: dict[str, Callable[[str], Any]] = {
        "pseudonymise": _flag,
        "reason": values.text,
        "keep_unmatched": values.duration,
        "keep_matched": values.duration,
    }
    privacy = Privacy(**(found | _read_variables(environ, "RADAR_PRIVACY_", twins, faults)))
    if not privacy.pseudonymise and not privacy.reason:
        faults.add(
            ("privacy", "pseudonymise"),
            'storing authors by name needs a reason for your records: write reason = "…" below [privacy]',
        )
    return privacy


def _read_variables(
    environ: Mapping[str, str], prefix: str, twins: Mapping[str, Callable[[str], Any]], faults: Faults
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, convert in twins.items():
        told = environ.get(prefix + key.upper(), "").strip()
        if told:
            try:
                found[key] = convert(told)
            except ValueError as error:
                faults.add_variable(prefix + key.upper(), str(error))
    return found


def _number(told: str) -> float:
    try:
        return int(told) if told.isdecimal() else float(told)
    except ValueError:
        raise ValueError(f"must be a number, not “{told}”") from None


def _flag(told: str) -> bool:
    try:
        return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}[told.lower()]
    except KeyError:
        raise ValueError(f"must be true or false, not “{told}”") from None


def _server(*schemes: str) -> Callable[[str], str]:
    def convert(told: str) -> str:
        if told.partition("://")[0].lower() not in schemes or "://" not in told:
            raise ValueError(f"must begin with {schemes[0]}://")
        return told

    return convert


def _key(told: str) -> bytes:
    if len(told) < SHORTEST_KEY:
        raise ValueError(f"must have at least {SHORTEST_KEY} characters, by chance")
    return told.encode()
