"""DokuWiki from Debian, under PHP's own server."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from radar.model import Channel
from tests.live.plan import Planned, Thread, threads
from tests.live.software import SEEDS, NotInstallable, Software

PROGRAM = Path("/usr/share/dokuwiki")
OLD = 1_700_000_000
FOLDERS = [
    "attic",
    "cache",
    "index",
    "locks",
    "log",
    "media",
    "media_attic",
    "media_meta",
    "meta",
    "pages",
    "tmp",
]


class DokuWiki(Software):
    """DokuWiki below a path: threads and answers are pages, boards namespaces, the private one is closed by its ACL.

    Its feed lives one second instead of five minutes, and pages count as old at once, so that the late page is read.
    """

    name = "dokuwiki"
    channel = Channel.TRACKER
    requirements = ()
    start = "/wiki/doku.php"
    timezone = "Europe/Berlin"
    thread_page = r"doku\.php\?id=\w+:"
    tells_edited = False
    tells_seconds = False

    def installed(self) -> Path:
        php = shutil.which("php")
        if not php or not (PROGRAM / "doku.php").exists():
            raise NotInstallable("dokuwiki needs Debian's packages: apt-get install dokuwiki php-cli php-xml")
        return Path(php).parent.parent

    def plan(self) -> list[Thread]:
        """Every post a page of its own, in the namespace that DokuWiki makes of its board's name."""
        planned = []
        for thread in threads():
            board = re.sub(r"\W+", "_", thread.board.lower().replace("ö", "oe").replace("&", "und"))
            for number, post in enumerate(thread.posts, 1):
                title = f"{thread.title} ({number})" if number > 1 else thread.title
                planned.append(replace(thread, title=title, board=board, posts=(_as_revision(post),)))
        return planned

    def variables(self) -> Mapping[str, str]:
        return {"TZ": "Europe/Berlin"}

    def prepare(self) -> None:
        for name in FOLDERS:
            (self.folder / "data" / name).mkdir(parents=True)
        conf, web = self.folder / "conf", self.folder / "web"
        conf.mkdir()
        web.mkdir()
        (web / "wiki").symlink_to(PROGRAM)
        (conf / "local.php").write_text(
            f"""<?php
$conf['title'] = 'Nachbarschaft';
$conf['lang'] = 'de';
$conf['license'] = '';
$conf['savedir'] = '{self.folder}/data';
$conf['useacl'] = 1;
$conf['hidepages'] = ':verborgen_';
$conf['updatecheck'] = 0;
$conf['indexdelay'] = 0;
$conf['rss_update'] = 1;
"""
        )
        (conf / "acl.auth.php").write_text("*\t@ALL\t1\ninterner_bereich:*\t@ALL\t0\n")
        (conf / "users.auth.php").touch()
        (self.folder / "prepend.php").write_text(f"<?php define('DOKU_CONF', '{conf}/');\n")
        start = self.folder / "data" / "pages" / "start.txt"
        start.write_text(
            "====== Nachbarschaft ======\n\n  * [[hilfe_und_stoerungen:frage_1_wer_kennt_sich_mit_ltanks_der_gr_e_1_aus|Hilfe]]\n"
        )
        os.utime(start, (OLD, OLD))

    def seed_command(self) -> Sequence[str]:
        return sys.executable, str(SEEDS / "into_dokuwiki.py"), str(self.folder / "data")

    def serve_command(self, port: int) -> Sequence[str]:
        options = ["date.timezone=Europe/Berlin", f"auto_prepend_file={self.folder}/prepend.php"]
        given = [part for option in options for part in ("-d", option)]
        return "php", *given, "-S", f"127.0.0.1:{port}", "-t", str(self.folder / "web")


def _as_revision(post: Planned) -> Planned:
    """A page's time is that of its latest revision; ``edited`` tells the seed of the former one."""
    return replace(post, at=post.edited, edited=post.at) if post.edited else post
