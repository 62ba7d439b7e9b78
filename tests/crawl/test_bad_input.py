"""Whatever a server sends, it costs no more than the page it was sent for."""

from __future__ import annotations

from radar.demo.web import DemoWeb, Fault
from tests.crawl.conftest import Radar

HTML = "text/html; charset=utf-8"
MiB = 1024 * 1024


def thread(web: DemoWeb, index: int) -> tuple[int, str]:
    """A thread of the board: its number and the path of its page."""
    number = list(web.archives["werkbank"].topics)[index]
    return number, f"/viewtopic.php?t={number}"


def spoil(web: DemoWeb, path: str, fault: Fault) -> None:
    """Misbehave on this page, with and without a session id in its address."""
    for asked in (path, path + "&*"):
        web.server.misbehave("werkbank", asked, fault)


def test_bad_pages_cost_nothing_beside_them(radar: Radar, web: DemoWeb) -> None:
    faults = {
        "missing": Fault(status=404),
        "forbidden elsewhere": Fault(status=302, headers=(("Location", "http://169.254.169.254/latest/"),)),
        "no page at all": Fault(content_type="image/png", body=b"\x89PNG\r\n\x1a\n" + bytes(1000)),
        "too large": Fault(body=b"<p>" + b"x" * (50 * MiB)),
        "empty": Fault(body=b""),
        "rubbish": Fault(body=b"<<<\x00\xff\xfe<table><tr><td>\x00</p>" * 50),
    }
    spoiled = {}
    for index, (name, fault) in enumerate(faults.items()):
        number, path = thread(web, index)
        spoiled[number] = name
        spoil(web, path, fault)

    items = radar.crawl("forum", "-a", f"url={web.addresses['werkbank']}/")

    topics = web.archives["werkbank"].topics
    whole = [post for number, topic in topics.items() if number not in spoiled for post in topic.posts]
    assert {item["thread_id"] for item in items} == {
        str(number) for number in topics if number not in spoiled
    }
    assert len(items) == len(whole)
    assert radar.rows("select count(*) from post") == [(len(whole),)]
    assert radar.rows("select count(*) from visit where finished_at is not null") == [(1,)]
    assert "169.254.169.254" not in " ".join(web.server.requests)
    told = {row[0] for row in radar.rows("select what from problem")}
    assert told, "pages that could not be used are recorded"


def test_a_page_cut_short_is_asked_for_again(radar: Radar, web: DemoWeb) -> None:
    number, path = thread(web, 0)
    spoil(web, path, Fault(truncate=900, times=1))

    items = radar.crawl("forum", "-a", f"url={web.addresses['werkbank']}/", RADAR_RETRY_DELAY=1)

    assert str(number) in {item["thread_id"] for item in items}


def test_a_server_in_trouble_is_left_alone_and_asked_again(radar: Radar, web: DemoWeb) -> None:
    number, path = thread(web, 1)
    spoil(web, path, Fault.too_many(retry_after=2, times=1))

    items = radar.crawl("forum", "-a", f"url={web.addresses['werkbank']}/")

    assert str(number) in {item["thread_id"] for item in items}
    assert len({item["external_id"] for item in items}) == len(items)


def test_a_source_that_refuses_is_paused_and_one_that_is_gone_is_retired(radar: Radar, web: DemoWeb) -> None:
    web.server.misbehave("werkbank", "*", Fault(status=403))
    web.server.misbehave("serverstube", "*", Fault(status=410))
    web.server.misbehave("feierabend", "/robots.txt", Fault(status=200, body=b"User-agent: *\nDisallow: /\n"))

    radar.run("radar.worker", "--once", "--spider", "forum")

    states = {
        name: (state, outcome)
        for name, state, outcome in radar.rows("select name, state, last_outcome from source")
    }
    assert states["Werkbank"] == ("paused", "blocked")
    assert states["Serverstube"] == ("retired", "gone")
    assert states["Feierabend"] == ("active", "opted-out")
    assert states["Founders' Yard"] == ("active", "ok")


def test_feeds_in_bad_shape_give_what_is_left_of_them(radar: Radar, web: DemoWeb) -> None:
    web.server.misbehave("aushang", "/ausschreibungen.rss", Fault(charset="latin-1"))
    web.server.misbehave(
        "aushang",
        "/nachbarschaft.rdf",
        Fault(
            body=b"<?xml version='1.0'?><rss><channel><item><title>Suche Hilfe &nbsp; \x00</title><link>http://x.example/1</link></item><item><title>abge"
        ),
    )
    web.server.misbehave(
        "noticeboard", "/helpdesk.atom", Fault(body=b"<feed xmlns='http://www.w3.org/2005/Atom'/>")
    )

    radar.run("radar.worker", "--once", "--spider", "feed")

    states = dict(radar.rows("select name, last_outcome from source where channel = 'feed'"))
    assert states["Freelance projects"] == "ok"
    assert states["Ausschreibungen"] == "ok"
    assert radar.rows(
        "select count(*) from post where source = 'Nachbarschaft' and title like 'Suche Hilfe%%'"
    ) == [(1,)]
    assert (
        radar.rows("select count(*) from post where source = 'Ausschreibungen' and title ~ '[äöüß]'")[0][0]
        > 0
    )
    assert not [row for row in radar.rows("select text from post") if "\x00" in row[0] or "Ã" in row[0]]
