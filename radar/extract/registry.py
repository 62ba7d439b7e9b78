"""Every software the radar can read: one line each, the name of its module in ``radar.extract``."""

from __future__ import annotations

from importlib import import_module

from radar.extract.page import Software

MODULES = (
    "anspress",
    "askbot",
    "bbpress",
    "discourse",
    "dokuwiki",
    "flaskbb",
    "flarum",
    "fluxbb",
    "github",
    "hackernews",
    "hyperkitty",
    "invision",
    "lemmy",
    "lobsters",
    "machina",
    "mastodon",
    "misago",
    "mybb",
    "nodebb",
    "phpbb",
    "pipermail",
    "publicinbox",
    "punbb",
    "q2a",
    "reddit",
    "redmine",
    "roundup",
    "smf",
    "spirit",
    "stackexchange",
    "trac",
    "vanilla",
    "vbulletin",
    "vbulletin5",
    "woltlab",
    "wordpress",
    "xenforo",
)
"""Each holds a ``SOFTWARE``; the order does not matter."""

FORMATS = ("feed", "structured", "generic")
"""What many programs share: recognised only where no software of its own is."""


def _load(module: str) -> Software:
    software: Software = import_module(f"radar.extract.{module}").SOFTWARE
    return software


SOFTWARE: dict[str, Software] = {
    software.name: software for software in map(_load, (*sorted(MODULES), *FORMATS))
}
"""By ``Software.name``."""
