"""What becomes of answers, against real servers."""

from __future__ import annotations

from contextlib import ExitStack

from tests.polite.crawling import crawl
from tests.servers import Answer, Site, page, redirect, text

HOME = page("<p>hello</p><a href='/next'>next</a>")


def settings(*sites: Site) -> dict[str, object]:
    return {
        "RADAR_PRIVATE_HOSTS": [site.netloc for site in sites],
        "USER_AGENT": "MyBusinessRadar/1.0 (+test)",
    }


ANSWERS: list[tuple[Answer, str | None]] = [
    (Answer(b"", 401), "blocked"),
    (Answer(b"", 403), "blocked"),
    (Answer(b"", 403, {"Retry-After": "60"}), "unreachable"),
    (Answer(b"", 451), "blocked"),
    (Answer(b"", 410), "gone"),
    (Answer(b"", 404), None),
    (Answer(b"", 429), "unreachable"),
    (Answer(b"", 503, {"Retry-After": "60"}), "unreachable"),
    (Answer(b"", 500), "unreachable"),
    (page("<script>window._cf_chl_opt={}</script>", 503), "blocked"),
    (page("", 403, cf_mitigated="challenge"), "blocked"),
    (page("<script id='anubis_challenge' type='application/json'>{}</script>"), "blocked"),
]


def test_an_answer_is_recorded_and_never_retried_at_once() -> None:
    with ExitStack() as stack:
        sites = [stack.enter_context(Site({"/robots.txt": text(""), "/": answer})) for answer, _ in ANSWERS]
        result = crawl([site.url() for site in sites], settings(*sites))
        assert result.pages == []
        assert {failure["kind"] for failure in result.failures} == {"NotFetched"}
        outcomes = {failure["url"]: failure["meta"].get("radar_outcome") for failure in result.failures}
        assert [outcomes[site.url()] for site in sites] == [outcome for _, outcome in ANSWERS]
        assert [site.paths().count("/") for site in sites] == [1] * len(sites)


def test_a_permanent_move_to_another_host_is_recorded_and_followed() -> None:
    with Site({"/robots.txt": text(""), "/": HOME}) as there, Site({"/robots.txt": text("")}) as here:
        here.table["/"] = redirect(there.url("/", "localhost"), 301)
        allowed = [here.netloc, f"localhost:{there.port}"]
        result = crawl([here.url()], {**settings(), "RADAR_PRIVATE_HOSTS": allowed})
        [seen] = result.pages
        assert seen["meta"]["radar_outcome"] == "moved"
        assert there.url("/", "localhost") in seen["meta"]["radar_detail"]


def test_a_host_that_cannot_be_reached_is_recorded() -> None:
    with Site() as site:
        gone = site.url()
    result = crawl([gone], settings(site))
    assert result.pages == []
    assert result.failures[0]["meta"]["radar_outcome"] == "unreachable"


LINK = "<a href='/next'>x</a>"
OPT_OUTS: list[tuple[Answer, int, int]] = [
    (HOME, 1, 1),
    (page(LINK, X_Robots_Tag="noindex"), 0, 1),
    (page(LINK, X_Robots_Tag="otherbot: noindex, nofollow"), 1, 1),
    (page(LINK, X_Robots_Tag="mybusinessradar: none"), 0, 0),
    (page(f"<meta name=robots content='noai, nofollow'>{LINK}"), 0, 0),
    (page(f"<meta name=robots content='noimageai, max-snippet:5'>{LINK}"), 1, 1),
    (page(LINK, tdm_reservation="1"), 0, 1),
    (page(LINK, Content_Usage="train-ai=n"), 0, 1),
]


def test_what_a_page_does_not_allow_is_held_back() -> None:
    with ExitStack() as stack:
        tables = [{"/robots.txt": text(""), "/": answer, "/next": page("end")} for answer, _, _ in OPT_OUTS]
        sites = [stack.enter_context(Site(dict(table))) for table in tables]
        result = crawl([site.url() for site in sites], settings(*sites), items=True, follow=True)
        stored = [item["url"] for item in result.items]
        assert [stored.count(site.url()) for site in sites] == [items for _, items, _ in OPT_OUTS]
        assert [site.paths().count("/next") for site in sites] == [links for _, _, links in OPT_OUTS]


def test_the_sites_reservation_holds_unless_the_page_lifts_it() -> None:
    with Site(
        {"/robots.txt": text(""), "/a": HOME, "/b": page("x", tdm_reservation="0"), "/c/x": HOME}
    ) as site:
        site.table["/.well-known/tdmrep.json"] = text(
            '[{"location": "/", "tdm-reservation": 1}, {"location": "/c/*", "tdm-reservation": 0}]'
        )
        result = crawl([site.url(path) for path in ("/a", "/b", "/c/x")], settings(site), items=True)
        assert sorted(item["url"] for item in result.items) == [site.url("/b"), site.url("/c/x")]
        assert result.stats["politeness/opted_out/item"] == 1
