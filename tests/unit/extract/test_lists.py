"""Archives of mailing lists: from any of their addresses to the source."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest

from radar.extract.page import Context, Page, Way
from radar.extract.registry import SOFTWARE
from radar.model import Channel, Source
from radar.recognise import Proposal, conclude, plan
from tests.pages.saved import load

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def look(start: str, site: dict[str, Page]) -> tuple[Proposal, list[str]]:
    """Follow the plan on a site given as pages by address; what is not given is a 404."""
    answers: dict[str, Page | None] = {}
    while wanted := plan(start, answers):
        for each in wanted:
            answers[each] = site.get(each) or Page(url=each, body=b"", fetched_at=NOW, status=404)
    return conclude(start, answers), list(answers)


def saved(case: str, url: str = "") -> Page:
    page = load(case)[1]
    return dataclasses.replace(page, url=url or page.url)


def source(software: str, url: str, *boards: str) -> Source:
    return Source(name="l", url=url, channel=Channel.LIST, software=software, boards=boards)


def begins(software: str, url: str, *boards: str) -> list[str]:
    return [link.url for link in SOFTWARE[software].entries(source(software, url, *boards))]


RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>hilfe</title><link>https://lists.example.org/</link>
<item><title>Frage</title><link>https://lists.example.org/x</link><description>Text</description></item></channel></rss>"""

HYPERKITTY = "https://lists.example.org/mailman3/hyperkitty/"
HILFE = HYPERKITTY + "list/hilfe@lists.example.org/"


@pytest.mark.parametrize(
    "url",
    [
        HILFE,
        HILFE + "latest?page=2",
        HILFE + "2025/3/",
        HILFE + "thread/7WJ7BOUJ4QI5GAW6P45WKEIPFP7IEINB/#7WJ7BOUJ4QI5GAW6P45WKEIPFP7IEINB",
        HILFE + "message/7WJ7BOUJ4QI5GAW6P45WKEIPFP7IEINB/",
        HILFE + "feed/",
        HILFE + "export/hilfe@lists.example.org-2025-03.mbox.gz?start=2025-03-01",
        HYPERKITTY + "api/list/hilfe@lists.example.org/threads/?limit=2",
        HILFE.replace("@", "%40"),
    ],
)
def test_any_address_of_a_hyperkitty_list_is_of_the_list(url: str) -> None:
    assert SOFTWARE["hyperkitty"].base_url is not None
    assert SOFTWARE["hyperkitty"].base_url(url) == HILFE


@pytest.mark.parametrize("install", ["hyperkitty/", "archives/", "mailman3/hyperkitty/", ""])
@pytest.mark.parametrize("path", ["", "api/lists/", "users/", "search?q=x", "find-list"])
def test_the_folder_of_hyperkitty_is_kept(install: str, path: str) -> None:
    assert SOFTWARE["hyperkitty"].base_url is not None
    assert (
        SOFTWARE["hyperkitty"].base_url(f"https://a.example/{install}{path}")
        == f"https://a.example/{install}"
    )


def test_a_visit_of_hyperkitty_begins_with_its_lists() -> None:
    latest = "latest?count=50"

    assert begins("hyperkitty", HILFE) == [HILFE + latest]
    assert begins("hyperkitty", HYPERKITTY) == [HYPERKITTY + "api/lists/?format=json&limit=100"]
    assert begins("hyperkitty", HYPERKITTY, "hilfe@lists.example.org", HILFE.replace("hilfe", "rat")) == [
        HILFE + latest,
        HILFE.replace("hilfe", "rat") + latest,
    ]


THREAD = "7WJ7BOUJ4QI5GAW6P45WKEIPFP7IEINB"
SITE = {
    HILFE: saved("hyperkitty/threads", HILFE),
    HILFE + f"thread/{THREAD}/": saved("hyperkitty/thread_with_scripts", HILFE + f"thread/{THREAD}/"),
    HILFE + "feed/": Page(url=HILFE + "feed/", body=RSS, fetched_at=NOW),
    HILFE + "latest?count=50": saved("hyperkitty/threads"),
    HILFE + f"export/hilfe@lists.example.org-{THREAD}.mbox.gz?thread={THREAD}": saved("hyperkitty/thread"),
    HYPERKITTY: saved("hyperkitty/empty", HYPERKITTY),
    HYPERKITTY + "api/lists/?format=json&limit=100": saved(
        "hyperkitty/lists", HYPERKITTY + "api/lists/?limit=100"
    ),
}


@pytest.mark.parametrize("start", [HILFE, HILFE + f"thread/{THREAD}/", HILFE + "feed/"])
def test_any_page_of_a_hyperkitty_list_leads_to_the_list(start: str) -> None:
    proposal, asked = look(start, SITE)

    assert proposal.source is not None
    assert (proposal.source.url, proposal.software, proposal.way) == (HILFE, "hyperkitty", Way.MAIL)
    assert proposal.source.channel is Channel.LIST
    assert proposal.version == "1.3.12"
    assert proposal.threads == 2 or proposal.posts > 0
    assert len(asked) <= 3


def test_the_home_of_hyperkitty_leads_to_its_lists() -> None:
    proposal, _ = look(HYPERKITTY, SITE)

    assert proposal.source is not None
    assert proposal.source.url == HYPERKITTY
    assert [board.id for board in proposal.boards] == [
        "hilfe@lists.example.org",
        "plauderecke@lists.example.org",
    ]


INBOX = "https://lists.example.org/archive/hilfe/"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "?t=20250304100000",
        "new.atom",
        "new.html",
        "_/text/mirror/",
        "1@example.org/",
        "1%2F2@example.org/T/#t",
        "1%40example.org/raw",
        "20250304-1/t.mbox.gz",
        "20250304-1/T/",
        "1@example.org/2-a.pdf",
        "all.mbox.gz",
    ],
)
def test_any_address_of_a_public_inbox_is_of_the_list(path: str) -> None:
    assert SOFTWARE["publicinbox"].base_url is not None
    assert SOFTWARE["publicinbox"].base_url(INBOX + path) == INBOX


def test_a_visit_of_a_public_inbox_begins_with_its_lists() -> None:
    assert begins("publicinbox", INBOX) == [INBOX]
    assert begins("publicinbox", INBOX + "1@example.org/T/") == [INBOX]
    assert begins(
        "publicinbox", "https://lists.example.org/archive/", "hilfe", INBOX.replace("hilfe", "rat")
    ) == [
        INBOX,
        INBOX.replace("hilfe", "rat"),
    ]


PLACE = "https://lists.example.org/"
PI_THREAD = PLACE + "hilfe/hilfe.0.2+carla@lists.example.org/t.mbox.gz"
PI_SITE = {
    PLACE: saved("publicinbox/inboxes", PLACE),
    PLACE + "hilfe/": saved("publicinbox/topics"),
    PLACE + "hilfe/hilfe.0.0+heizer@lists.example.org/T/": saved("publicinbox/flat"),
    PLACE + "hilfe/hilfe.0.0+heizer@lists.example.org/": saved("publicinbox/mail"),
    PLACE + "hilfe/new.atom": Page(url=PLACE + "hilfe/new.atom", body=RSS, fetched_at=NOW),
    PLACE + "hilfe/hilfe.0.0+heizer@lists.example.org/raw": Page(
        url=PLACE + "hilfe/hilfe.0.0+heizer@lists.example.org/raw", body=b"From: a\n\nText", fetched_at=NOW
    ),
    PI_THREAD: saved("publicinbox/thread", PI_THREAD),
}


@pytest.mark.parametrize("start", [url for url in PI_SITE if url != PLACE])
def test_any_page_of_a_public_inbox_leads_to_the_list(start: str) -> None:
    proposal, asked = look(start, PI_SITE)

    assert proposal.source is not None
    assert (proposal.source.url, proposal.software) == (PLACE + "hilfe/", "publicinbox")
    assert proposal.source.timezone == "UTC"
    assert proposal.posts or proposal.threads
    assert len(asked) <= 3


def test_the_home_of_public_inboxes_leads_to_all_that_it_lists() -> None:
    proposal, _ = look(PLACE, PI_SITE)

    assert proposal.source is not None
    assert (proposal.source.url, proposal.software) == (PLACE, "publicinbox")
    assert [board.name for board in proposal.boards] == ["leer", "plauderecke", "hilfe"]


def test_a_mail_that_only_shares_the_subject_is_left_to_its_own_topic() -> None:
    body = b"".join(
        b"From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: Anna <a@example.org>\nSubject: Frage\nMessage-ID: <%s>\n"
        b"Date: Tue, 4 Mar 2025 1%d:00:00 +0100\n\nText %d\n\n" % (identity, n, n)
        for n, identity in enumerate([b"1@example.org", b"a/2@example.org"])
    )
    page = Page(url=INBOX + "a%2F2@example.org/t.mbox.gz", body=body, fetched_at=NOW)

    (post,) = SOFTWARE["publicinbox"].extract(page, Context(source="l", base_url=INBOX)).posts

    assert (post.text, post.position, post.url) == ("Text 1", 1, INBOX + "a%2F2@example.org/")


def test_places_are_not_counted_where_the_beginning_of_a_thread_is_missing() -> None:
    body = (
        b"From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: Anna <a@example.org>\nSubject: Re: Frage\n"
        b"Message-ID: <2@example.org>\nReferences: <1@example.org>\nDate: Tue, 4 Mar 2025 10:00:00 +0100\n\nJa.\n"
    )
    page = Page(url=INBOX + "2@example.org/t.mbox.gz", body=body, fetched_at=NOW)

    (post,) = SOFTWARE["publicinbox"].extract(page, Context(source="l", base_url=INBOX)).posts

    assert (post.thread_id, post.position, post.first, post.title) == ("1@example.org", None, False, "Frage")


ARCHIVE = "https://lists.example.org/pipermail/hilfe/"


@pytest.mark.parametrize(
    "url",
    [
        ARCHIVE,
        ARCHIVE + "index.html",
        ARCHIVE + "2025-April.txt.gz",
        ARCHIVE + "2025-April/",
        ARCHIVE + "2025-April/thread.html#start",
        ARCHIVE + "2025-April/000041.html",
        ARCHIVE + "2025q2/date.html",
        ARCHIVE + "Week-of-Mon-20250407.txt",
        "https://lists.example.org/mailman/listinfo/hilfe",
    ],
)
def test_any_address_of_a_pipermail_archive_is_of_the_list(url: str) -> None:
    assert SOFTWARE["pipermail"].base_url is not None
    assert SOFTWARE["pipermail"].base_url(url) == ARCHIVE


@pytest.mark.parametrize("start", [ARCHIVE, ARCHIVE + "2025-April/date.html", ARCHIVE + "2025-April.txt"])
def test_any_page_of_a_pipermail_archive_leads_to_the_list(start: str) -> None:
    site = {
        ARCHIVE: saved("pipermail/months"),
        ARCHIVE + "2025-April/date.html": saved("pipermail/index"),
        ARCHIVE + "2025-April.txt": saved("pipermail/mails"),
    }
    proposal, _ = look(start, site)

    assert proposal.source is not None
    assert (proposal.source.url, proposal.software) == (ARCHIVE, "pipermail")
    assert proposal.source.timezone == "UTC"
    assert proposal.posts or proposal.threads


def pipermail(url: str, page: Page, **carried: str) -> tuple[dict[str, str], list[str]]:
    """Activity by address of the links, addresses of the posts."""
    context = Context(source="l", base_url=ARCHIVE, carried=carried)
    found = SOFTWARE["pipermail"].extract(dataclasses.replace(page, url=url), context)
    return {link.url: link.activity for link in found.links}, [post.url for post in found.posts]


def test_the_month_that_goes_on_is_told_by_its_mails_and_the_one_before_by_its_size() -> None:
    months, _ = pipermail(ARCHIVE, saved("pipermail/months"))
    index = saved("pipermail/index")
    file = ARCHIVE + "2025-April.txt"

    assert [months[ARCHIVE + f"2025-{month}/date.html"] for month in ("April", "March")] == ["", "1 KB"]
    assert pipermail(index.url, index, file=file, size="2 KB", latest="1")[0] == {file: "5@45 2 KB"}
    # the same that the list of months tells of it once it is an older one: it is not fetched again
    assert pipermail(index.url, index, file=file, size="2 KB")[0] == {file: "2 KB"}


@pytest.mark.parametrize("numbers", ["", "41-44", "41-46", "41-45 47", "5-1", "0-99999999", "x", "41-45-"])
def test_mails_are_given_the_month_where_their_numbers_are_not_known(numbers: str) -> None:
    page = saved("pipermail/mails")

    assert set(pipermail(page.url, page, numbers=numbers)[1]) == {ARCHIVE + "2025-April/thread.html"}


def test_a_month_of_very_scattered_numbers_is_read_without_them() -> None:
    links = "".join(f'<li><a href="{number:06}.html">x</a>' for number in range(0, 2000, 2))
    page = Page(url=ARCHIVE + "2025-April/date.html", body=f"<ul>{links}</ul>".encode(), fetched_at=NOW)

    (link,) = SOFTWARE["pipermail"].extract(page, Context(source="l", base_url=ARCHIVE)).links

    assert (link.url, dict(link.carry)) == (ARCHIVE + "2025-April.txt", {})
