"""What sites say about being read arrives in the books, where the owner sees it."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from tests.crawl.conftest import Radar
from tests.servers import Answer, Site, page, redirect, text

FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Board</title><link>http://board.example/</link>
<item><guid>1</guid><title>Who can help me with my server?</title><link>http://board.example/1</link>
<description>It does not start any more, who repairs it?</description></item></channel></rss>"""


def feed(**headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(FEED, 200, {"Content-Type": "application/rss+xml", **named})


def test_what_a_site_says_is_recorded_for_its_source(
    tmp_path: Path, database_url: str, redis_url: str
) -> None:
    with ExitStack() as stack:
        sites = {
            name: stack.enter_context(Site({"/robots.txt": text(""), "/feed": answer}))
            for name, answer in {
                "plain": feed(),
                "forbidden": Answer(b"", 403),
                "challenged": page("<script>window._cf_chl_opt={}</script>", 403),
                "gone": Answer(b"", 410),
                "robots": feed(),
                "noai": feed(X_Robots_Tag="noai"),
                "reserved": feed(tdm_reservation="1"),
                "moved": redirect("/nowhere", 301),
            }.items()
        }
        sites["robots"].table["/robots.txt"] = text("User-agent: my-business-radar\nDisallow: /feed")
        target = sites["plain"].url("/feed", "localhost")
        sites["moved"].table["/feed"] = redirect(target, 301)
        hosts = [*(site.netloc for site in sites.values()), f"localhost:{sites['plain'].port}"]
        lines = ["delay = 0.0", f"private_hosts = {hosts}"]
        for name, site in sites.items():
            lines += ["[[source]]", f'name = "{name}"', f'url = "{site.url("/feed")}"']
            lines += ['channel = "feed"', 'software = "feed"']
        (tmp_path / "radar.toml").write_text("\n".join(lines), "utf-8")
        radar = Radar(tmp_path, database_url, redis_url)
        log = radar.run("radar", "run", "--once")

        outcomes = dict(radar.rows("select name, last_outcome from source"))
        assert outcomes == {
            "plain": "ok",
            "forbidden": "blocked",
            "challenged": "blocked",
            "gone": "gone",
            "robots": "opted-out",
            "noai": "opted-out",
            "reserved": "opted-out",
            "moved": "moved",
        }, log[-4000:]
        states = dict(radar.rows("select name, state from source"))
        assert states["forbidden"] == states["challenged"] == "paused"
        assert states["gone"] == "retired"
        assert dict(radar.rows("select source, count(*) from post group by source")) == {
            "plain": 1,
            "moved": 1,
        }
        said = dict(radar.rows("select source, what from problem"))
        assert said["robots"] == "forbidden by robots.txt"
        assert "noai" in said["noai"]
        assert "Cloudflare" in said["challenged"]
        assert target in said["moved"]
        assert "/feed" not in sites["robots"].paths()
