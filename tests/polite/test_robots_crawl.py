"""robots.txt against real servers: fetched once, redirects followed, errors are no permission."""

from __future__ import annotations

from contextlib import ExitStack

from tests.polite.crawling import crawl
from tests.servers import Answer, Site, Table, page, redirect, text

HOME = page("<p>hello</p>")


def settings(*sites: Site) -> dict[str, object]:
    return {
        "RADAR_PRIVATE_HOSTS": [site.netloc for site in sites],
        "USER_AGENT": "MyBusinessRadar/1.0 (+test)",
    }


def test_what_is_forbidden_is_not_fetched_and_recorded() -> None:
    table: Table = {
        "/robots.txt": text(
            "User-agent: *\nDisallow: /\n\nUser-agent: mybusinessradar\nDisallow: /private\n"
        ),
        "/open": HOME,
        "/private/x": HOME,
    }
    with Site(table) as site:
        result = crawl([site.url("/open"), site.url("/private/x")], settings(site))
        assert [seen["url"] for seen in result.pages] == [site.url("/open")]
        [failure] = result.failures
        assert failure["kind"] == "NotFetched"
        assert failure["meta"]["radar_outcome"] == "opted-out"
        assert "robots.txt" in failure["meta"]["radar_detail"]
        assert "/private/x" not in site.paths()


def test_the_file_is_fetched_once_for_all_requests_of_an_origin() -> None:
    with Site({"/robots.txt": text(""), **{f"/{n}": HOME for n in range(12)}}) as site:
        result = crawl([site.url(f"/{n}") for n in range(12)], settings(site))
        assert len(result.pages) == 12
        assert site.paths().count("/robots.txt") == 1
        assert site.paths().count("/.well-known/tdmrep.json") == 1
        assert site.asked[0].path == "/robots.txt"
        assert site.asked[0].headers["User-Agent"].startswith("MyBusinessRadar/")


def test_an_error_forbids_everything_for_now_and_a_missing_file_permits_it() -> None:
    def broken() -> object:
        yield b"User-agent: *\n"
        raise BrokenPipeError

    forbid = text("User-agent: *\nDisallow: /").body
    files = {status: Answer(forbid, status) for status in (400, 401, 403, 404, 410, 429, 500, 503)}
    files[0] = Answer(headers={"Content-Length": "1000"}, pieces=broken)  # type: ignore[arg-type]
    with ExitStack() as stack:
        sites = {
            status: stack.enter_context(Site({"/robots.txt": file, "/": HOME}))
            for status, file in files.items()
        }
        result = crawl([site.url() for site in sites.values()], settings(*sites.values()))
        seen = {
            status for status, site in sites.items() if site.url() in {one["url"] for one in result.pages}
        }
        assert seen == {400, 401, 403, 404, 410}
        assert {failure["meta"]["radar_outcome"] for failure in result.failures} == {"unreachable"}
        assert [site.paths() for status, site in sites.items() if status not in seen] == [["/robots.txt"]] * 4


def test_redirects_are_followed_to_other_hosts_up_to_five_times() -> None:
    with Site() as here, Site() as there, Site() as far:
        for n in range(5):
            here.table[f"/r{n}"] = redirect(there.url("/robots.txt") if n == 3 else f"/r{n + 1}")
        here.table["/robots.txt"] = redirect(
            "/r0"
        )  # /robots.txt, r0, r1, r2, r3, then the file: five redirects
        there.table["/robots.txt"] = text("User-agent: *\nDisallow: /no")
        far.table["/robots.txt"] = redirect("/robots.txt")
        here.table["/no"] = here.table["/yes"] = far.table["/"] = HOME
        result = crawl([here.url("/no"), here.url("/yes"), far.url()], settings(here, there, far))
        assert sorted(seen["url"] for seen in result.pages) == sorted([here.url("/yes"), far.url()])
        assert far.paths().count("/robots.txt") == 6


def test_a_redirect_into_the_private_network_is_no_permission() -> None:
    with Site({"/robots.txt": text("")}) as hidden, Site({"/": HOME}) as front:
        front.table["/robots.txt"] = redirect(hidden.url("/robots.txt"))
        result = crawl([front.url()], settings(front))
        assert result.pages == []
        assert result.failures[0]["meta"]["radar_outcome"] == "unreachable"
        assert hidden.asked == []


def test_only_the_first_500_kib_are_read() -> None:
    def long() -> object:
        yield b"User-agent: *\nDisallow: /no\n"
        for _ in range(600):
            yield b"#" * 1023 + b"\n"
        yield b"Disallow: /late\n"

    with Site({"/robots.txt": Answer(pieces=long), "/no": HOME, "/late": HOME}) as site:  # type: ignore[arg-type]
        result = crawl([site.url("/no"), site.url("/late")], settings(site))
        assert [seen["url"] for seen in result.pages] == [site.url("/late")]


def test_the_target_of_a_redirect_is_judged_by_its_own_origin() -> None:
    with Site({"/robots.txt": text("User-agent: *\nDisallow: /"), "/": HOME}) as there, Site() as here:
        here.table["/"] = redirect(there.url())
        result = crawl([here.url()], settings(here, there))
        assert result.pages == []
        assert result.failures[0]["meta"]["radar_outcome"] == "opted-out"
        assert there.paths() == ["/robots.txt"]


def test_the_meta_key_that_scrapy_knows_is_no_way_around() -> None:
    with Site({"/robots.txt": text("User-agent: *\nDisallow: /"), "/": HOME}) as site:
        assert crawl([site.url()], settings(site), meta={"dont_obey_robotstxt": True}).pages == []
