"""A ``radar.toml`` for the made-up web: two example profiles and a source for every site."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple


class Place(NamedTuple):
    """A source: the site, and where to begin on it."""

    name: str
    site: str
    path: str
    channel: str
    software: str
    language: str


PLACES = (
    Place("Werkbank", "werkbank", "/", "forum", "phpbb", "de"),
    Place("Serverstube", "serverstube", "/", "forum", "phpbb", "de"),
    Place("Feierabend", "feierabend", "/", "forum", "phpbb", "de"),
    Place("Founders' Yard", "founders", "/", "forum", "discourse", "en"),
    Place("Rat & Tat", "ratundtat", "/fragen", "qa", "qapage", "de"),
    Place("OpenAsk", "openask", "/questions", "qa", "qapage", "en"),
    Place("Ausschreibungen", "aushang", "/ausschreibungen.rss", "feed", "feed", "de"),
    Place("Nachbarschaft", "aushang", "/nachbarschaft.rdf", "feed", "feed", "de"),
    Place("Helpdesk Planet", "noticeboard", "/helpdesk.atom", "feed", "feed", "en"),
    Place("Freelance projects", "noticeboard", "/projects.json", "feed", "feed", "en"),
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


def _source(place: Place, address: str) -> str:
    lines = ["[[source]]", f'name = "{place.name}"', f'url = "{address}{place.path}"']
    lines += [f'channel = "{place.channel}"', f'language = "{place.language}"']
    if place.software:
        lines.insert(4, f'software = "{place.software}"')
    if place.language == "de":
        lines += ['timezone = "Europe/Berlin"', 'region = "DE"']
    return "\n".join(lines) + "\n"
