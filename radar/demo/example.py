"""A ``radar.toml`` for the made-up web: two example profiles and a source for every site."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple


class _Place(NamedTuple):
    """A source: the site, and where to begin on it."""

    name: str
    site: str
    path: str
    channel: str
    software: str
    language: str


PLACES = (
    _Place("Werkbank", "werkbank", "/", "forum", "phpbb", "de"),
    _Place("Serverstube", "serverstube", "/", "forum", "phpbb", "de"),
    _Place("Feierabend", "feierabend", "/", "forum", "phpbb", "de"),
    _Place("Founders' Yard", "founders", "/", "forum", "discourse", "en"),
    _Place("Rat & Tat", "ratundtat", "/fragen", "qa", "", "de"),
    _Place("OpenAsk", "openask", "/questions", "qa", "", "en"),
    _Place("Ausschreibungen", "aushang", "/ausschreibungen.rss", "feed", "feed", "de"),
    _Place("Nachbarschaft", "aushang", "/nachbarschaft.rdf", "feed", "feed", "de"),
    _Place("Helpdesk Planet", "noticeboard", "/helpdesk.atom", "feed", "feed", "en"),
    _Place("Freelance projects", "noticeboard", "/projects.json", "feed", "feed", "en"),
)


def demo_config(home: Path, addresses: Mapping[str, str]) -> str:
    """The text of a ``radar.toml`` that reads the made-up web at ``addresses``.

    ``home`` is the data folder it is meant for; it is named in a comment only, so that people find back.
    """
    hosts = ", ".join(f'"{address.partition("://")[2]}"' for address in dict.fromkeys(addresses.values()))
    head = f"""# The demo's radar. To look at what it found:
#     RADAR_HOME={home} RADAR_CONFIG={home / "radar.toml"} radar leads

delay = 0.0
private_hosts = [{hosts}]
"""
    profiles = files("radar.demo").joinpath("profiles.toml").read_text(encoding="utf-8")
    sources = [_source(place, addresses[place.site]) for place in PLACES if place.site in addresses]
    return "\n".join([head, profiles, *sources])


def _source(place: _Place, address: str) -> str:
    lines = ["[[source]]", f'name = "{place.name}"', f'url = "{address}{place.path}"']
    lines += [f'channel = "{place.channel}"', f'language = "{place.language}"']
    if place.software:
        lines.insert(4, f'software = "{place.software}"')
    if place.language == "de":
        lines += ['timezone = "Europe/Berlin"', 'region = "DE"']
    return "\n".join(lines) + "\n"
