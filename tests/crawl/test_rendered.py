"""A source whose posts exist only after scripts ran, read with a real Chromium."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from shutil import which

import pytest

from radar.spiders.browser import CHROMIUMS
from tests.crawl.conftest import Radar
from tests.servers import Site, page, text

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not any(map(which, CHROMIUMS)), reason="no Chromium on this machine"),
    pytest.mark.skipif(find_spec("scrapy_playwright") is None, reason="the extra `browser` is not installed"),
]

SHELL = """<!doctype html><html lang="de"><head><title>Werkstatt-Forum</title></head><body>
<div id="app">Bitte JavaScript einschalten.</div><img src="/logo.png"><script>
fetch("/posts.json").then(answer => answer.json()).then(thread => {
  const data = document.createElement("script");
  data.type = "application/ld+json";
  data.textContent = JSON.stringify(thread);
  document.head.append(data);
  document.getElementById("app").textContent = thread.mainEntity.text;
});
</script></body></html>"""
THREAD = {
    "@context": "https://schema.org",
    "@type": "QAPage",
    "mainEntity": {
        "@type": "Question",
        "name": "Suche Hilfe bei der Umstellung der Telefonanlage",
        "text": "Unsere alte Anlage fällt dauernd aus. Wer kann uns bei der Umstellung auf VoIP helfen?",
        "dateCreated": "2026-11-20T10:00:00+01:00",
        "author": {"@type": "Person", "name": "werkstatt"},
        "answerCount": 1,
        "suggestedAnswer": [
            {
                "@type": "Answer",
                "text": "Welche Anlage ist es denn?",
                "dateCreated": "2026-11-20T11:00:00+01:00",
                "author": {"@type": "Person", "name": "neugierig"},
            }
        ],
    },
}


def test_posts_that_scripts_bring_are_read_and_pictures_are_not_fetched(
    tmp_path: Path, database_url: str, redis_url: str
) -> None:
    thread = page(json.dumps(THREAD), Content_Type="application/json")
    with Site({"/": page(SHELL), "/posts.json": thread, "/robots.txt": text("")}) as site:
        (tmp_path / "radar.toml").write_text(
            f"""
            private_hosts = ["{site.netloc}"]
            [[source]]
            name = "Werkstatt"
            url = "{site.url("/")}"
            channel = "qa"
            software = "qapage"
            language = "de"
            render = true
            """,
            "utf-8",
        )
        radar = Radar(tmp_path, database_url, redis_url)
        radar.run("radar", "run", "--once")

        assert "/logo.png" not in site.paths()
    assert radar.rows(
        "select title, text like 'Unsere alte Anlage%%', first from post order by position"
    ) == [
        (THREAD["mainEntity"]["name"], True, True),
        (THREAD["mainEntity"]["name"], False, False),
    ]
    assert radar.rows("select outcome from visit") == [("ok",)]
