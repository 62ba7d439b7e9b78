"""Trac from PyPI, below a path of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from radar.model import Channel
from tests.live.software import SEEDS, Software

POLICIES = "AuthzPolicy, DefaultWikiPolicy, DefaultTicketPolicy, DefaultPermissionPolicy"


class Trac(Software):
    """Trac on SQLite: threads are tickets, boards components; two tickets are closed to guests by a policy."""

    name = "trac"
    channel = Channel.TRACKER
    requirements = ("trac==1.6", "babel==2.17.0", "pytz", "setuptools<81")
    start = "/hilfe/trac/"
    timezone = "America/New_York"  # not the server's: its pages must tell times without it
    thread_page = r"/ticket/\d+$"

    def variables(self) -> Mapping[str, str]:
        return {"PYTHONWARNINGS": "ignore", "TZ": "Europe/Berlin"}

    def prepare(self) -> None:
        self._admin("initenv", "Nachbarschaft", "sqlite:db/trac.db")
        for component in ("component1", "component2"):
            self._admin("component", "remove", component)
        (self.folder / "env" / "conf" / "authz.conf").touch()
        for section, name, value in (
            ("trac", "permission_policies", POLICIES),
            ("trac", "default_timezone", "Europe/Berlin"),
            ("components", "tracopt.perm.authz_policy.*", "enabled"),
            ("authz_policy", "authz_file", "authz.conf"),
        ):
            self._admin("config", "set", section, name, value)

    def _admin(self, *command: str) -> None:
        self.run("trac-admin", "env", *command)

    def seed_command(self) -> Sequence[str]:
        return "python", str(SEEDS / "into_trac.py"), str(self.folder / "env")

    def serve_command(self, port: int) -> Sequence[str]:
        return "tracd", "-s", "env", "--hostname=127.0.0.1", f"--port={port}", "--base-path=/hilfe/trac"
