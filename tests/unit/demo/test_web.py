"""The made-up web answers as the real ones do, and keeps count."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from http.client import IncompleteRead

import pytest

from radar.demo.content import distance, written
from radar.demo.web import DemoWeb, Fault

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def running() -> Iterator[DemoWeb]:
    with DemoWeb(NOW) as web:
        yield web


@pytest.fixture
def web(running: DemoWeb) -> DemoWeb:
    running.server.behave()
    running.server.forget_requests()
    return running


class Got:
    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self) -> str:
        return self.body.decode()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        return None


OPENER = urllib.request.build_opener(NoRedirect)


def get(url: str, **headers: str) -> Got:
    request = urllib.request.Request(
        url, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    try:
        with OPENER.open(request, timeout=10) as response:
            return Got(response.status, dict(response.headers), response.read())
    except urllib.error.HTTPError as error:
        return Got(error.code, dict(error.headers), error.read())


def long_thread(web: DemoWeb, site: str, posts: int) -> int:
    return next(topic.id for topic in web.archives[site].topics.values() if len(topic.posts) > posts)


def test_every_request_is_counted_under_its_url_without_session_id(web: DemoWeb) -> None:
    base = web.addresses["werkbank"]
    get(base + "/viewtopic.php?t=9&sid=" + "0" * 32)
    get(base + "/viewtopic.php?sid=" + "1" * 32 + "&t=9")
    get(base + "/viewforum.php?start=10&f=1")
    assert web.server.requests == {
        base + "/viewtopic.php?t=9": 2,
        base + "/viewforum.php?f=1&start=10": 1,
    }


def test_phpbb_puts_session_ids_into_links_until_its_cookie_comes_back(web: DemoWeb) -> None:
    url = web.addresses["werkbank"] + "/viewforum.php?f=1"
    first, second = get(url), get(url)
    sids = set(re.findall(r"sid=([0-9a-f]{32})", first.text))
    assert len(sids) == 1
    assert sids.isdisjoint(re.findall(r"sid=([0-9a-f]{32})", second.text))
    cookie = first.headers["Set-Cookie"].partition(";")[0]
    assert "sid=" not in get(url, Cookie=cookie).text
    assert "\x02" not in get(url, Cookie=cookie).text


def test_phpbb_pages_by_its_own_next_and_repeats_the_last_page_past_the_end(web: DemoWeb) -> None:
    base = web.addresses["werkbank"]
    thread = long_thread(web, "werkbank", 10)
    page, seen = get(f"{base}/viewtopic.php?t={thread}"), []
    seen += re.findall(r'<div id="p(\d+)" class="post', page.text)
    following = re.search(r'href="\./([^"]+)" rel="next"', page.text)
    assert following is not None
    last = get(base + "/" + unescape(following[1]))
    seen += re.findall(r'<div id="p(\d+)" class="post', last.text)
    assert 'rel="next"' not in last.text
    assert [int(post) for post in seen] == [post.id for post in web.archives["werkbank"].topics[thread].posts]
    beyond = get(f"{base}/viewtopic.php?t={thread}&start=9000")
    assert beyond.status == 200
    assert re.findall(r'<div id="p(\d+)"', beyond.text) == re.findall(r'<div id="p(\d+)"', last.text)


def test_phpbb_finds_the_page_of_a_post(web: DemoWeb) -> None:
    base = web.addresses["werkbank"]
    topic = web.archives["werkbank"].topics[long_thread(web, "werkbank", 10)]
    page = get(f"{base}/viewtopic.php?p={topic.last.id}")
    assert f'<div id="p{topic.last.id}" class="post' in page.text
    assert f'<div id="p{topic.first.id}" class="post' not in page.text


@pytest.mark.parametrize("which", ["", "/forum/2", "/topics"])
def test_phpbb_has_feeds_of_its_fifteen_newest_posts_without_session_ids(web: DemoWeb, which: str) -> None:
    feed = get(f"{web.addresses['werkbank']}/app.php/feed{which}")
    assert feed.headers["Content-Type"].startswith("application/atom+xml")
    assert "sid=" not in feed.text
    shown = [int(number) for number in re.findall(r"<id>\S+#p(\d+)</id>", feed.text)]
    posts = web.archives["werkbank"].newest_posts(2 if which == "/forum/2" else None)
    if which == "/topics":
        posts = [(topic, post) for topic, post in posts if post.position == 1]
    assert shown == [post.id for _, post in posts[:15]]


def test_phpbb_hides_its_private_forum_behind_a_form_with_status_200(web: DemoWeb) -> None:
    private = len(web.archives["serverstube"].boards) + 1
    page = get(f"{web.addresses['serverstube']}/viewforum.php?f={private}")
    assert page.status == 200
    assert 'id="login"' in page.text


@pytest.mark.parametrize(
    ("site", "path"),
    [
        ("werkbank", "/viewtopic.php?t=99999"),
        ("werkbank", "/robots.txt"),
        ("founders", "/t/99999.json"),
        ("founders", "/nothing"),
        ("ratundtat", "/99999/nichts"),
        ("aushang", "/eintrag/99999"),
    ],
)
def test_what_does_not_exist_is_404(web: DemoWeb, site: str, path: str) -> None:
    assert get(web.addresses[site] + path).status == 404


def test_discourse_lists_every_topic_once_over_its_pages(web: DemoWeb) -> None:
    base = web.addresses["founders"]
    seen, path = [], "/latest.json"
    while path:
        listing = json.loads(get(base + path).body)["topic_list"]
        seen += [topic["id"] for topic in listing["topics"]]
        more = listing.get("more_topics_url", "")
        path = more.replace("/latest", "/latest.json", 1)
    assert sorted(seen) == sorted(web.archives["founders"].topics)


def test_discourse_gives_twenty_posts_and_the_rest_by_their_ids(web: DemoWeb) -> None:
    base = web.addresses["founders"]
    thread = long_thread(web, "founders", 20)
    stream = json.loads(get(f"{base}/t/{thread}.json").body)["post_stream"]
    assert len(stream["posts"]) == 20
    missing = stream["stream"][20:]
    query = "&".join(f"post_ids[]={number}" for number in missing)
    rest = json.loads(get(f"{base}/t/{thread}/posts.json?{query}").body)["post_stream"]["posts"]
    assert [post["id"] for post in rest] == missing
    page = json.loads(get(f"{base}/t/{thread}.json?page=2").body)["post_stream"]["posts"]
    assert [post["id"] for post in page] == missing


def test_questions_carry_microdata_or_linked_data(web: DemoWeb) -> None:
    topic = next(iter(web.archives["ratundtat"].topics.values()))
    page = get(f"{web.addresses['ratundtat']}/{topic.id}/{topic.slug}").text
    assert 'itemtype="https://schema.org/QAPage"' in page
    topic = next(topic for topic in web.archives["openask"].topics.values() if topic.accepted)
    page = get(f"{web.addresses['openask']}/{topic.id}/{topic.slug}").text
    blocks = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert blocks is not None
    question = json.loads(blocks[1])[1]["mainEntity"]
    assert question["text"] == topic.first.text
    assert question["acceptedAnswer"]["text"] == topic.posts[(topic.accepted or 0) - 1].text


def test_a_question_under_another_slug_redirects_to_its_own(web: DemoWeb) -> None:
    topic = next(iter(web.archives["ratundtat"].topics.values()))
    answer = get(f"{web.addresses['ratundtat']}/{topic.id}")
    assert answer.status == 302
    assert answer.headers["Location"] == f"/{topic.id}/{topic.slug}"


@pytest.mark.parametrize(
    ("site", "path"),
    [
        ("aushang", "/ausschreibungen.rss"),
        ("aushang", "/nachbarschaft.rdf"),
        ("noticeboard", "/helpdesk.atom"),
        ("noticeboard", "/projects.json"),
    ],
)
def test_feeds_answer_304_until_they_change(web: DemoWeb, site: str, path: str) -> None:
    url = web.addresses[site] + path
    first = get(url)
    assert first.status == 200
    assert get(url, If_None_Match=first.headers["ETag"]).status == 304
    assert get(url, If_Modified_Since=first.headers["Last-Modified"]).status == 304
    archive = web.archives[site]
    board = next(index for index, name in enumerate(archive.boards, 1) if name.startswith(path + "|"))
    archive.open_topic(board, "Brandneu", "frisch", "Eben erst geschrieben.", NOW + timedelta(minutes=1))
    changed = get(url, If_None_Match=first.headers["ETag"])
    assert changed.status == 200
    assert "Eben erst geschrieben." in changed.text


def test_a_reply_shows_at_once_and_leaves_what_is_written_alone(web: DemoWeb) -> None:
    archive = web.archives["feierabend"]
    topic = archive.newest_first()[-1]
    before = {post.id for _, post in archive.newest_posts()}
    reply = archive.reply(
        topic.id, "spaetzuender", "Und, was ist draus geworden?", NOW + timedelta(minutes=5)
    )
    assert reply.id not in before
    page = get(f"{web.addresses['feierabend']}/viewtopic.php?t={topic.id}")
    assert "Und, was ist draus geworden?" in page.text
    assert archive.newest_first()[0] is topic


def test_a_fault_spoils_only_its_path_and_ends_after_its_times(web: DemoWeb) -> None:
    base = web.addresses["werkbank"]
    web.server.misbehave("werkbank", "/viewtopic.php?t=9", Fault.too_many(7, times=1))
    web.server.misbehave("werkbank", "/viewforum.php?f=1*", Fault(status=503))
    assert get(base + "/viewtopic.php?t=8").status == 200
    slow = get(base + "/viewtopic.php?t=9")
    assert (slow.status, slow.headers["Retry-After"]) == (429, "7")
    assert get(base + "/viewtopic.php?t=9").status == 200
    assert get(base + "/viewforum.php?f=1&start=10").status == 503
    web.server.behave()
    assert get(base + "/viewforum.php?f=1").status == 200


def test_a_fault_may_cut_the_body_or_lie_about_its_charset(web: DemoWeb) -> None:
    url = web.addresses["werkbank"] + "/viewtopic.php?t=9"
    web.server.misbehave("werkbank", "*", Fault(charset="latin-1", times=1))
    with pytest.raises(UnicodeDecodeError):
        get(url).body.decode("utf-8")
    web.server.misbehave("werkbank", "*", Fault(truncate=100, times=1))
    with pytest.raises(IncompleteRead):
        get(url)


def test_ages_count_back_from_the_start(web: DemoWeb) -> None:
    for thread in written():
        topic = next(
            topic for topic in web.archives[thread.site].topics.values() if topic.title == thread.title
        )
        assert topic.first.created == NOW - thread.posts[0].ago


def test_the_threads_are_many_varied_and_sound() -> None:
    threads = written()
    assert len(threads) >= 150
    titles = [thread.title for thread in threads]
    assert len(set(titles)) == len(titles)
    share = sum(thread.request for thread in threads) / len(threads)
    assert 0.4 < share < 0.8
    for thread in threads:
        ages = [post.ago for post in thread.posts]
        assert ages == sorted(ages, reverse=True), thread.title
        assert all(0 < (post.quote or 1) <= index for index, post in enumerate(thread.posts, 1) if index > 1)
        assert all(post.edited is None or post.edited < post.ago for post in thread.posts), thread.title
        assert len(thread.kinds) <= 3
    kinds = {kind for thread in threads for kind in thread.kinds}
    assert len(kinds) == 8
    assert sum(thread.language == "en" for thread in threads) >= 30


def test_the_expected_judgement_names_the_post_it_is_about(web: DemoWeb) -> None:
    for expected in web.expected():
        post = web.archives[expected.site].topics[expected.thread_id].posts[expected.position - 1]
        assert post.text == expected.text
        assert expected.request == bool(expected.kinds)


@pytest.mark.parametrize(("text", "minutes"), [("5m", 5), ("2h", 120), ("1d 2h 3m", 1563)])
def test_distances_are_read(text: str, minutes: int) -> None:
    assert distance(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "5", "2h2d", "gestern"])
def test_other_distances_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="distance"):
        distance(text)
