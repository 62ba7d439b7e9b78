"""Forums from PyPI."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from typing import ClassVar

from psycopg.conninfo import conninfo_to_dict

from tests.live.software import SEEDS, Software


class FlaskBB(Software):
    """FlaskBB on SQLite."""

    name = "flaskbb"
    requirements = ("flaskbb==2.2.0",)
    python = (3, 12)
    thread_page = r"/topic/"

    def prepare(self) -> None:
        self._date_back()
        (self.folder / "flaskbb.cfg").write_text(
            f"""import os
from flaskbb.configs.default import DefaultConfig
SERVER_NAME = "127.0.0.1:{self.gate.port}"
PREFERRED_URL_SCHEME = "http"
SQLALCHEMY_DATABASE_URI = "sqlite:///{self.folder}/flaskbb.sqlite"
SECRET_KEY = WTF_CSRF_SECRET_KEY = "only for tests"
WHOOSHEE_DIR = "{self.folder}/index"
LOG_DEFAULT_CONF = {{"version": 1}}
RATELIMIT_ENABLED = False
REDIS_ENABLED = False
CACHE_TYPE = "NullCache"
"""
        )
        account = ["-u", "admin", "-e", "admin@example.org", "-p", "passwort1"]
        self.run("flaskbb", "--config", "flaskbb.cfg", "install", "--no-plugins", *account)

    def _date_back(self) -> None:
        """Let Pythons before 3.14 run it: only those evaluate annotations early."""
        for file in self.environment.glob("lib/python3*/site-packages/flaskbb/**/*.py"):
            text = file.read_text("utf-8")
            if "from __future__ import" not in text:
                file.write_text(f"from __future__ import annotations\n{text}", "utf-8")

    def seed_command(self) -> Sequence[str]:
        return "python", str(SEEDS / "into_flaskbb.py"), str(self.folder / "flaskbb.cfg")

    def serve_command(self, port: int) -> Sequence[str]:
        options = ["--host", "127.0.0.1", "--port", str(port), "--no-reload", "--no-debugger"]
        return "flaskbb", "--config", "flaskbb.cfg", "run", *options


class Django(Software):
    """Software that runs in a Django project."""

    settings: ClassVar[str] = "settings"

    def variables(self) -> Mapping[str, str]:
        return {"DJANGO_SETTINGS_MODULE": self.settings}

    def seed_command(self) -> Sequence[str]:
        return "python", str(SEEDS / f"into_{self.name}.py")

    def serve_command(self, port: int) -> Sequence[str]:
        return "python", "-P", "-m", "django", "runserver", "--noreload", f"127.0.0.1:{port}"

    def prepare(self) -> None:
        for file in (SEEDS / self.name).glob("*.py"):
            shutil.copy(file, self.folder)


class Machina(Django):
    """django-machina in German, in Berlin."""

    name = "machina"
    requirements = (
        "django-machina==1.3.1",
        "django==5.2.*",
        "django-haystack==3.4.0",
        "django-mptt==0.20.0",
        "setuptools<81",
    )
    start = "/forum/"
    timezone = "Europe/Berlin"
    thread_page = r"/topic/"
    tells_seconds = False


class Spirit(Django):
    """Spirit from its own project template."""

    name = "spirit"
    requirements = ("django-spirit==0.14.3", "django==5.2.*", "setuptools<81")
    settings = "forum.settings.dev"
    thread_page = r"/topic/"
    tells_seconds = False
    tells_edited = False

    @property
    def path(self) -> str:
        return str(self.folder / "forum")

    def prepare(self) -> None:
        self.run("spirit", "startproject", "forum")


class Misago(Django):
    """Misago on Postgres."""

    name = "misago"
    requirements = ("misago==0.39.6", "setuptools<81")
    thread_page = r"/t/"
    tells_edited = False
    needs_postgres = True

    def variables(self) -> Mapping[str, str]:
        parts = conninfo_to_dict(self.database_url)
        names = ("host", "port", "user", "password")
        return {
            **super().variables(),
            **{f"PG{name.upper()}": str(parts.get(name) or "") for name in names},
            "PGDATABASE": str(parts["dbname"]),
            "FORUM_ADDRESS": self.gate.address + "/",
        }
