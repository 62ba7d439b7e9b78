"""Redmine from Debian: a copy of its program with a database of its own."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.live.software import SEEDS, NotInstallable, Software

PROGRAM = Path("/usr/share/redmine")
NEEDED = (PROGRAM / "config.ru", Path("/usr/bin/bundle"), Path("/usr/bin/puma"))


class Redmine(Software):
    """Redmine on SQLite: threads are topics of a project's boards; a project of members only, a deleted answer."""

    name = "redmine"
    requirements = ()
    start = "/projects/nachbarschaft"
    thread_page = r"/boards/\d+/topics/\d+"
    tells_edited = False
    tells_seconds = False

    def installed(self) -> Path:
        if not all(map(Path.exists, NEEDED)):
            raise NotInstallable(
                "redmine needs Debian's packages: apt-get install redmine redmine-sqlite puma"
            )
        self.folder /= "redmine"
        return Path("/usr")

    def variables(self) -> Mapping[str, str]:
        return {"RAILS_ENV": "production", "REDMINE_LANG": "en", "TZ": "UTC", "RUBYOPT": "-W0"}

    def prepare(self) -> None:
        shutil.copytree(PROGRAM, self.folder, ignore=shutil.ignore_patterns("instances", "Gemfile.lock"))
        for name in ("config", "files", "log", "tmp"):
            (self.folder / "instances" / "default" / name).mkdir(parents=True)
        for name in ("tmp", "log", "plugins"):
            (self.folder / name).mkdir(exist_ok=True)
        config = self.folder / "instances" / "default" / "config"
        (config / "database.yml").write_text(
            f"production:\n  adapter: sqlite3\n  database: {self.folder}/redmine.sqlite3\n"
        )
        (config / "secret_key.txt").write_text("only for tests " * 4)
        (self.folder / "Gemfile.local").write_text('gem "puma"\n')
        self.run("bundle", "exec", "rake", "db:migrate")
        self.run("bundle", "exec", "rake", "redmine:load_default_data")

    def seed_command(self) -> Sequence[str]:
        return "bundle", "exec", "rails", "runner", str(SEEDS / "into_redmine.rb")

    def serve_command(self, port: int) -> Sequence[str]:
        return "bundle", "exec", "puma", "--bind", f"tcp://127.0.0.1:{port}", "--environment", "production"
