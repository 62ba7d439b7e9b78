"""WordPress as Debian packages it, below a path, on a MariaDB of the test's own and PHP's built-in server."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from radar.model import Channel
from tests.live.gate import Gate
from tests.live.plan import AUTHORS, BOARDS, Planned, Thread
from tests.live.software import SEEDS, NotInstallable, Software, Written

SOURCE = Path("/usr/share/wordpress")
CONFIG = """<?php
define('DB_NAME', 'wordpress'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('WP_HOME', '{home}'); define('WP_SITEURL', '{home}');
define('DISABLE_WP_CRON', true); define('WP_HTTP_BLOCK_EXTERNAL', true); define('AUTOMATIC_UPDATER_DISABLED', true);
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $name) {{
    define($name . '_KEY', 'only for tests'); define($name . '_SALT', 'only for tests');
}}
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""
ROUTER = """<?php
$asked = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (is_file($_SERVER['DOCUMENT_ROOT'] . $asked) && !str_ends_with($asked, '/index.php')) return false;
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/blog/index.php';
chdir($_SERVER['DOCUMENT_ROOT'] . '/blog');
require 'index.php';
"""


class WordPress(Software):
    """A blog in Berlin, whose comments are more than one page of the interface holds."""

    name = "wordpress"
    channel = Channel.FEED
    requirements = ()
    start = "/blog/"
    timezone = "Europe/Berlin"
    thread_page = r"/blog/\d{4}/\d\d/"
    tells_edited = False  # not of comments

    def __init__(self, folder: Path, gate: Gate, database_url: str = "") -> None:
        self.folder, self.gate, self.database_url = folder, gate, database_url
        wanted = {
            "php": "php-cli with php-mysql",
            "mariadbd": "mariadb-server",
            "mariadb-install-db": "mariadb-server",
        }
        for program, package in wanted.items():
            if not shutil.which(program) and not Path("/usr/sbin", program).exists():
                raise NotInstallable(f"wordpress needs Debian's {package}")
        if not (SOURCE / "wp-settings.php").exists() or not any((SOURCE / "wp-content/themes").iterdir()):
            raise NotInstallable("wordpress needs Debian's wordpress and wordpress-theme-twentytwentyone")
        self.environment = Path("/usr")
        self.socket = folder / "db.sock"

    def plan(self) -> list[Thread]:
        """Some more comments than a page holds."""
        comments = tuple(
            Planned(
                AUTHORS[n % 4],
                (("p", f"Kommentar Nummer {n + 1} dazu."),),
                f"2025-02-0{1 + n // 10}T1{n % 10}:00:00+00:00",
            )
            for n in range(25)
        )
        return [*super().plan(), Thread("Viele Kommentare", BOARDS[1], comments)]

    def prepare(self) -> None:
        site = self.folder / "site" / "blog"
        shutil.copytree(SOURCE, site, ignore=shutil.ignore_patterns("wp-config.php", "wp-config-sample.php"))
        home = self.gate.address + "/blog"
        (site / "wp-config.php").write_text(CONFIG.format(socket=self.socket, home=home))
        (self.folder / "router.php").write_text(ROUTER)
        options = [
            "--no-defaults",
            f"--datadir={self.folder / 'data'}",
            "--auth-root-authentication-method=normal",
            *self._user(),
        ]
        self.run("mariadb-install-db", *options)

    def _user(self) -> list[str]:
        return ["--user=root"] if os.geteuid() == 0 else []

    def write(self, threads: Sequence[Thread]) -> list[Written]:
        with self._database():
            return super().write(threads)

    @contextmanager
    def serving(self) -> Iterator[None]:
        with self._database(), super().serving():
            yield

    @contextmanager
    def _database(self) -> Iterator[None]:
        """MariaDB on a socket of its own; the one that runs already, if any."""
        if self.socket.exists():
            yield
            return
        options = [f"--datadir={self.folder / 'data'}", f"--socket={self.socket}", "--skip-networking"]
        options += [f"--pid-file={self.folder / 'db.pid'}", *self._user()]
        program = shutil.which("mariadbd") or "/usr/sbin/mariadbd"
        with (self.folder / "db.log").open("a") as log:
            server = subprocess.Popen([program, "--no-defaults", *options], stdout=log, stderr=log)
        try:
            for _ in range(600):
                assert server.poll() is None, (self.folder / "db.log").read_text()[-4000:]
                if self.socket.exists():
                    break
                time.sleep(0.1)
            yield
        finally:
            server.terminate()
            server.wait(60)

    def seed_command(self) -> Sequence[str]:
        return "php", str(SEEDS / "into_wordpress.php"), str(self.folder / "site" / "blog"), self.gate.address

    def serve_command(self, port: int) -> Sequence[str]:
        return (
            "php",
            "-S",
            f"127.0.0.1:{port}",
            "-t",
            str(self.folder / "site"),
            str(self.folder / "router.php"),
        )
