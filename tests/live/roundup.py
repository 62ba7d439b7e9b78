"""Roundup from PyPI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from radar.model import Channel
from tests.live.software import SEEDS, Software

PRIVATE = """
def is_public(db, userid, itemid):
    return not db.issue.get(itemid, "private")
closed = db.security.addPermission(
    name="View", klass="issue", check=is_public, description="All but private issues"
)
db.security.addPermissionToRole("Anonymous", closed)
"""


class Roundup(Software):
    """Roundup's classic tracker on SQLite; guests see all issues but those that are private."""

    name = "roundup"
    channel = Channel.TRACKER
    requirements = ("roundup==2.6.0", "pytz")
    start = "/hilfe/"
    timezone = "Europe/Berlin"
    thread_page = r"/issue\d+$"
    tells_edited = False

    def variables(self) -> Mapping[str, str]:
        return {"PYTHONWARNINGS": "ignore"}

    def prepare(self) -> None:
        self.run("roundup-admin", "-i", "tracker", "install", "classic", "sqlite")
        self._change(
            "config.ini",
            ("#web = NO DEFAULT", f"web = {self.url}"),
            ("#domain = NO DEFAULT", "domain = example.org"),
            ("timezone = UTC", "timezone = Europe/Berlin"),
        )
        self._change(
            "schema.py",
            ('status=Link("status"))', 'status=Link("status"),\n                private=Boolean())'),
            (
                "for cl in 'issue', 'file', 'msg', 'keyword', 'priority', 'status':\n    db.security.addPermissionToRole('Anonymous'",
                PRIVATE
                + "for cl in 'file', 'msg', 'keyword', 'priority', 'status':\n    db.security.addPermissionToRole('Anonymous'",
            ),
        )
        self.run("roundup-admin", "-i", "tracker", "initialise", "passwort")

    def _change(self, name: str, *changes: tuple[str, str]) -> None:
        file = self.folder / "tracker" / name
        text = file.read_text("utf-8")
        for old, new in changes:
            assert old in text, f"{old!r} is not in {name}"
            text = text.replace(old, new, 1)
        file.write_text(text, "utf-8")

    def seed_command(self) -> Sequence[str]:
        return "python", str(SEEDS / "into_roundup.py"), str(self.folder / "tracker")

    def serve_command(self, port: int) -> Sequence[str]:
        return "python", str(SEEDS / "serve_roundup.py"), str(self.folder / "tracker"), str(port), "/hilfe"
