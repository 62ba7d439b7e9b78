"""A real scrapyd with the shipped configuration: a scheduled job's posts are in Postgres."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest

from radar.demo.web import DemoWeb

pytest.importorskip("scrapyd", reason="needs the extra scrapyd")

CONF = Path(__file__).parents[2] / "deploy" / "scrapyd.conf"
PATIENCE = 90.0


class Scrapyd:
    """The API of a running scrapyd."""

    def __init__(self, port: int, password: str = "s3cret") -> None:
        self.url = f"http://127.0.0.1:{port}/"
        self.password = password

    def ask(self, call: str, **arguments: str) -> dict[str, object]:
        post = urlencode(arguments).encode() if call == "schedule.json" else None
        query = "" if post or not arguments else "?" + urlencode(arguments)
        request = urllib.request.Request(self.url + call + query, data=post)
        token = b64encode(f"radar:{self.password}".encode()).decode()
        request.add_header("Authorization", f"Basic {token}")
        with urllib.request.urlopen(request, timeout=30) as response:
            return dict(json.load(response))

    def wait_until_up(self, process: subprocess.Popen[bytes]) -> None:
        for _ in range(int(PATIENCE * 10)):
            try:
                self.ask("daemonstatus.json")
            except urllib.error.URLError:
                assert process.poll() is None, "scrapyd ended"
                time.sleep(0.1)
            else:
                return
        raise AssertionError("scrapyd does not answer")

    def wait_for(self, job: str) -> None:
        for _ in range(int(PATIENCE * 4)):
            finished = self.ask("listjobs.json", project="radar")["finished"]
            assert isinstance(finished, list)
            if any(entry["id"] == job for entry in finished):
                return
            time.sleep(0.25)
        raise AssertionError(f"job {job} does not end")


@pytest.fixture
def web() -> Iterator[DemoWeb]:
    with DemoWeb() as web:
        yield web


@pytest.fixture
def scrapyd(tmp_path: Path, web: DemoWeb, database_url: str, redis_url: str) -> Iterator[Scrapyd]:
    """Started as deploy/systemd does it: in the data folder, with secrets in the environment."""
    shutil.copy(CONF, tmp_path / "scrapyd.conf")
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RADAR_")} | {
        "RADAR_HOME": str(tmp_path),
        "RADAR_DATABASE_URL": database_url,
        "RADAR_REDIS_URL": redis_url,
        "RADAR_DELAY": "0",
        "RADAR_PRIVATE_HOSTS": web.addresses["aushang"].removeprefix("http://"),
        "SCRAPY_SETTINGS_MODULE": "radar.settings",
        "SCRAPYD_HTTP_PORT": str(port),
        "SCRAPYD_USERNAME": "radar",
        "SCRAPYD_PASSWORD": "s3cret",
    }
    with (tmp_path / "scrapyd.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "scrapyd", "--pidfile="],
            cwd=tmp_path,
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            api = Scrapyd(port)
            api.wait_until_up(process)
            yield api
        finally:
            process.terminate()
            process.wait(timeout=30)


def test_a_scheduled_job_reads_a_feed_into_postgres(
    scrapyd: Scrapyd, web: DemoWeb, database_url: str, tmp_path: Path
) -> None:
    feed = web.addresses["aushang"] + "/ausschreibungen.rss"
    answer = scrapyd.ask("schedule.json", project="radar", spider="feed", url=feed)
    assert answer["status"] == "ok", answer
    scrapyd.wait_for(str(answer["jobid"]))
    with psycopg.connect(database_url) as connection:
        titles = {row[0] for row in connection.execute("select title from post")}
    archive = web.archives["aushang"]
    board = next(index for index, name in enumerate(archive.boards, 1) if name.startswith("/ausschreibungen"))
    log = next((tmp_path / "scrapyd" / "logs" / "radar" / "feed").glob("*.log")).read_text("utf-8")
    assert titles == {topic.title for topic in archive.newest_first(board)}, log


def test_the_project_is_there_without_any_upload_for_those_who_know_the_password(scrapyd: Scrapyd) -> None:
    assert scrapyd.ask("listprojects.json")["projects"] == ["radar"]
    answer = scrapyd.ask("listspiders.json", project="radar")
    spiders = answer.get("spiders", answer)
    assert isinstance(spiders, list)
    assert {"feed", "forum", "qa"} <= set(spiders)
    scrapyd.password = "guessed"
    with pytest.raises(urllib.error.HTTPError) as refused:
        scrapyd.ask("daemonstatus.json")
    assert refused.value.code == 401
