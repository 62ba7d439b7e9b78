"""``radar add`` on sites of the made-up web, as processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from radar.config import load
from radar.demo.web import DemoWeb
from radar.model import Channel
from tests.pages.saved import load as saved
from tests.servers import Answer, Site, Table, page, redirect, text


@pytest.fixture(scope="module")
def web() -> Iterator[DemoWeb]:
    with DemoWeb() as served:
        yield served


@pytest.fixture
def folder(tmp_path: Path, web: DemoWeb) -> Path:
    hosts = ", ".join(f'"{address.partition("://")[2]}"' for address in web.addresses.values())
    (tmp_path / "radar.toml").write_text(f"delay = 0\nprivate_hosts = [{hosts}]\n")
    return tmp_path


def add(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "radar", "add", *arguments],
        cwd=folder,
        env={
            "RADAR_HOME": str(folder / "home"),
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def sources(folder: Path) -> Any:
    return load({"RADAR_HOME": str(folder)}, folder / "radar.toml").sources


def test_a_board_is_recognised_and_written_once(folder: Path, web: DemoWeb) -> None:
    address = web.addresses["werkbank"]
    shown = add(folder, f"{address}/")
    assert shown.returncode == 0, shown.stderr
    assert "phpbb" in shown.stdout
    assert "Software & Warenwirtschaft" in shown.stdout
    assert "[[source]]" in shown.stdout
    assert sources(folder) == ()
    written = add(folder, f"{address}/", "--yes", "--name", "Werkbank", "--board", "3")
    assert written.returncode == 0, written.stderr
    [source] = sources(folder)
    assert (source.name, source.software, source.channel) == ("Werkbank", "phpbb", Channel.FORUM)
    assert (source.url, source.boards) == (f"{address}/", ("3",))
    again = add(folder, f"{address}/", "--yes")
    assert again.returncode == 2
    assert "has this address already, as source “Werkbank”" in again.stderr
    assert not (folder / "home").exists(), "looking at a site needs no server"


def test_a_feed_for_scripts(folder: Path, web: DemoWeb) -> None:
    done = add(folder, web.addresses["aushang"] + "/ausschreibungen.rss", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["software"] == "feed"
    assert told["source"]["channel"] == "feed"
    assert told["posts"] > 0


def test_an_address_that_leads_elsewhere_is_followed(folder: Path, web: DemoWeb) -> None:
    with Site({"/robots.txt": text(""), "/": redirect(web.addresses["werkbank"] + "/", 301)}) as front:
        config = (folder / "radar.toml").read_text()
        (folder / "radar.toml").write_text(
            config.replace("private_hosts = [", f'private_hosts = ["{front.netloc}", ')
        )
        done = add(folder, front.url(), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["software"], told["source"]["url"]) == ("phpbb", web.addresses["werkbank"] + "/")


def test_private_addresses_are_refused_unless_named(tmp_path: Path, web: DemoWeb) -> None:
    done = add(tmp_path, web.addresses["werkbank"] + "/")
    assert done.returncode == 1
    assert "What was tried:" in done.stdout
    assert "Not fetched: " in done.stdout
    assert "nothing that can be read was found" in done.stderr
    assert "phpbb" not in done.stdout


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("forum.example.org", "needs a contact"),
        ("ftp://forum.example.org", "must begin with https:// or http://"),
        ("https://", "is no address"),
    ],
)
def test_what_cannot_be_looked_at(folder: Path, url: str, message: str) -> None:
    done = add(folder, url)
    assert done.returncode == 2
    assert message in " ".join(done.stderr.split())


def test_a_tag_that_only_a_servers_own_people_see_is_read_from_the_public_timeline(tmp_path: Path) -> None:
    saved = Path(__file__).parents[1] / "pages" / "mastodon" / "takahe" / "page.json"
    public = Answer(saved.read_bytes(), headers={"Content-Type": "application/json"})
    with Site(
        {
            "/tags/hilfe/": page('<footer><a href="https://jointakahe.org">Takahē&nbsp;0.11.0</a></footer>'),
            "/api/v1/timelines/tag/hilfe": Answer(b'{"error": "identity_error"}', 401),
            "/api/v1/timelines/public": public,
        }
    ) as site:
        (tmp_path / "radar.toml").write_text(
            f'delay = 0\nprivate_hosts = ["{site.url("/").split("/")[2]}"]\n'
        )
        done = add(tmp_path, site.url("/tags/hilfe/"), "--yes")
        assert done.returncode == 0, done.stderr
        assert "kept to the tags" in done.stdout
        [source] = sources(tmp_path)
        assert source.url == site.url("/api/v1/timelines/public?local=true&limit=40")
        assert (source.software, source.channel, source.boards) == ("mastodon", Channel.SOCIAL, ("hilfe",))


@pytest.mark.parametrize("name", ["ratundtat", "openask"])
def test_the_home_page_of_a_site_that_marks_its_questions(folder: Path, web: DemoWeb, name: str) -> None:
    done = add(folder, f"{web.addresses[name]}/", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["software"], told["source"]["url"]) == ("qapage", f"{web.addresses[name]}/")
    assert told["posts"] > 0


def blog(site: Site, said_of_posts: dict[str, str]) -> Table:
    """A saved WordPress blog on this site, which says ``noindex`` of all that its interface answers."""
    table: Table = {}
    for case in ("home", "thread", "comments", "posts", "categories", "start", "feed"):
        _, found, _ = saved(f"wordpress/{case}")
        body = found.body.replace(b"https://bau.example", site.url("").encode())
        headers = {
            name: value.replace("https://bau.example", site.url("")) for name, value in found.headers.items()
        }
        table[urlsplit(found.url).path] = Answer(
            body, headers={**headers, **(said_of_posts if case == "thread" else {})}
        )
    return table


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, ""),
        ({"x-robots-tag": "googlebot: noindex"}, ""),
        ({"x-robots-tag": "noai, noimageai"}, "X-Robots-Tag: noai"),
    ],
)
def test_only_what_is_said_of_posts_counts_as_a_blogs_reservation(
    tmp_path: Path, said: dict[str, str], told: str
) -> None:
    with Site() as site:
        site.table.update(blog(site, said))
        (tmp_path / "radar.toml").write_text(f'delay = 0\nprivate_hosts = ["{site.netloc}"]\n')
        done = add(tmp_path, site.url("/blog/"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("wordpress ")
    assert any("/wp-json/wp/v2/comments" in path for path in site.paths())
    [post] = [path for path in site.paths() if "/2025/" in path]
    reserved = [line for line in done.stdout.splitlines() if line.startswith("The site reserves: ")]
    assert reserved == ([f"The site reserves: {told} ({site.url(post)})"] if told else [])


def test_what_the_sites_file_reserves_is_told(tmp_path: Path) -> None:
    saying = Answer(
        b'[{"location": "/", "tdm-reservation": 1}]', headers={"Content-Type": "application/json"}
    )
    with Site() as site:
        site.table.update(blog(site, {}) | {"/.well-known/tdmrep.json": saying})
        (tmp_path / "radar.toml").write_text(f'delay = 0\nprivate_hosts = ["{site.netloc}"]\n')
        done = add(tmp_path, site.url("/blog/"))
    assert done.returncode == 0, done.stderr
    assert "The site reserves: TDM reserved by /.well-known/tdmrep.json (" in done.stdout


def test_reddit_is_written_switched_off_and_not_fetched(tmp_path: Path) -> None:
    (tmp_path / "radar.toml").write_text('contact = "radar@example.org"\n')
    done = add(tmp_path, "https://www.reddit.com/r/werkstatt/", "--yes")
    assert done.returncode == 0, done.stderr
    assert "Nothing was fetched." in done.stdout
    assert "it is switched off" in done.stdout
    [source] = sources(tmp_path)
    assert (source.software, source.boards, source.enabled) == ("reddit", ("werkstatt",), False)
