"""Real archives of mailing lists: fed with the plan's mails, started for one test."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from radar.extract.hyperkitty import message_hash
from radar.model import Channel
from tests.live.forums import Django
from tests.live.gate import Gate
from tests.live.mails import HOST, LISTS, Letter, letters, mail_threads
from tests.live.plan import Thread
from tests.live.software import PATIENCE, NotInstallable, Software, Written


class Archive(Software):
    """Software that archives mailing lists."""

    channel = Channel.LIST
    tells_edited = False

    def __init__(self, folder: Path, gate: Gate, database_url: str = "") -> None:
        super().__init__(folder, gate, database_url)
        self._known: dict[str, list[str]] = {}

    def plan(self) -> list[Thread]:
        return mail_threads()

    def post_id(self, message_id: str) -> str:
        """The software's id of a mail."""
        return message_id

    def write(self, threads: Sequence[Thread]) -> list[Written]:
        """Put the mails of threads into the archive; a thread with an id is added to."""
        written, sent = [], []
        for number, thread in enumerate(threads):
            above = self._known.get(thread.id, [])
            mails = letters(thread, len(self._known), above)
            ids = [*above, *(mail.id for mail in mails)]
            root = self.post_id(ids[0])
            self._known[root] = ids
            sent += mails
            written += [Written(number, n, self.post_id(mail.id), root) for n, mail in enumerate(mails)]
        self.archive(sent)
        return written

    def archive(self, mails: Sequence[Letter]) -> None:
        """Let the seed take the mails in."""
        plain = [
            {"list": mail.list, "private": mail.private, "raw": base64.b64encode(mail.raw).decode()}
            for mail in mails
        ]
        self.run(*self.seed_command(), given=json.dumps(plain))


class HyperKitty(Archive, Django):
    """HyperKitty on SQLite, without Mailman."""

    name = "hyperkitty"
    requirements = ("hyperkitty==1.3.12", "django-mailman3==1.3.15", "setuptools<81")
    start = "/mailman3/hyperkitty/"
    boards = tuple(f"{name}@{HOST}" for name in LISTS)
    thread_page = r"/export/|/thread/"

    def post_id(self, message_id: str) -> str:
        return message_hash(message_id)

    def prepare(self) -> None:
        super().prepare()
        self.run("python", "-m", "django", "migrate", "--verbosity", "0")


class PublicInbox(Archive):
    """public-inbox from Debian's package."""

    name = "publicinbox"
    requirements = ()
    boards = LISTS
    thread_page = r"/t\.mbox\.gz"

    def installed(self) -> Path:
        server = shutil.which("public-inbox-httpd")
        if server is None:
            raise NotInstallable(
                "public-inbox comes with Debian's package public-inbox, which is not installed"
            )
        return Path(server).parents[1]

    def prepare(self) -> None:
        for name in LISTS:
            address = f"{name}@{HOST}"
            self.run("public-inbox-init", "-V2", name, name, f"{self.gate.address}/{name}", address)
        with (self.folder / "config").open("a") as config:
            config.write("[publicinboxmda]\n\tspamcheck = none\n[publicinbox]\n\twwwlisting = all\n")
            for name in LISTS:  # its own lists take no HTML; those that it mirrors do
                config.write(f'[publicinbox "{name}"]\n\tfilter = PublicInbox::Filter::Mirror\n')

    def variables(self) -> dict[str, str]:
        return {"PI_CONFIG": str(self.folder / "config"), "HOME": str(self.folder)}

    def archive(self, mails: Sequence[Letter]) -> None:
        for mail in mails:
            if mail.private:
                continue  # it has no private lists
            done = subprocess.run(
                [str(self.environment / "bin" / "public-inbox-mda"), "--no-precheck"],
                cwd=self.folder,
                env={**self._environ(), "ORIGINAL_RECIPIENT": f"{mail.list}@{HOST}"},
                input=mail.raw,
                capture_output=True,
                timeout=PATIENCE,
            )
            assert done.returncode == 0, done.stderr.decode("utf-8", "replace")

    def seed_command(self) -> Sequence[str]:
        return ()

    def serve_command(self, port: int) -> Sequence[str]:
        return "public-inbox-httpd", "-l", f"127.0.0.1:{port}"
