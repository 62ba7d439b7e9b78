"""Mails as they are sent: charsets, encodings, parts, names; and which of them belong together."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from radar.extract.conversation import conversations
from radar.extract.mailbox import MAX_UNPACKED, read_mailbox, unpack
from radar.extract.message import Mail, author_of, decoded, read_message, thread_title
from radar.extract.text import Words

HEAD = b"From: Anna <anna@example.org>\nMessage-ID: <1@example.org>\nSubject: Frage\n"
MIME = b"MIME-Version: 1.0\nContent-Type: %s\nContent-Transfer-Encoding: %s\n\n%s"


def words(content_type: bytes, encoding: bytes, body: bytes) -> Words:
    return read_message(HEAD + MIME % (content_type, encoding, body)).words


@pytest.mark.parametrize(
    ("content_type", "encoding", "body"),
    [
        (b"text/plain; charset=utf-8", b"8bit", "Größe 5 €?".encode()),
        (b"text/plain; charset=utf-8", b"quoted-printable", b"Gr=C3=B6=C3=9Fe 5 =E2=82=AC?"),
        (b"text/plain; charset=utf-8", b"base64", b"R3LDtsOfZSA1IOKCrD8="),
        (b"text/plain; charset=iso-8859-15", b"8bit", "Größe 5 €?".encode("iso-8859-15")),
        (b"text/plain; charset=windows-1252", b"quoted-printable", b"Gr=F6=DFe 5 =80?"),
        # declared wrongly, as nonsense or not at all
        (b"text/plain; charset=us-ascii", b"8bit", "Größe 5 €?".encode("cp1252")),
        (b"text/plain; charset=utf-8", b"8bit", "Größe 5 €?".encode("cp1252")),
        (b"text/plain; charset=x-unknown", b"8bit", "Größe 5 €?".encode()),
        (b"text/plain", b"8bit", "Größe 5 €?".encode("cp1252")),
    ],
)
def test_a_body_is_decoded(content_type: bytes, encoding: bytes, body: bytes) -> None:
    assert words(content_type, encoding, body).own == "Größe 5 €?"


def test_a_mail_from_before_mime_is_read() -> None:
    mail = read_message(HEAD.replace(b"Frage", "Tür".encode("latin-1")) + b"\n" + "Grüße".encode("latin-1"))

    assert (mail.subject, mail.words.own) == ("Tür", "Grüße")


PARTS = b"""--b
Content-Type: text/plain; charset=utf-8

%s
--b
%s
--b--
"""


def test_of_alternatives_the_plain_one_is_read() -> None:
    body = PARTS % (b"Im Klartext.", b"Content-Type: text/html\n\n<p>In HTML.</p>")

    assert words(b"multipart/alternative; boundary=b", b"7bit", body).own == "Im Klartext."


def test_html_alone_is_read_with_its_quotes() -> None:
    body = b"<p>Nein.</p><div class=gmail_attr>Am Montag schrieb Bob:</div><blockquote>Geht das?</blockquote>"

    found = words(b"text/html; charset=utf-8", b"7bit", body)

    assert (found.own, "Geht das?" in found.quoted) == ("Nein.", True)


def test_html_has_attribution_and_signature_like_plain_mails() -> None:
    body = b"<div>Nein.</div><div>Am Montag schrieb Bob:</div><blockquote>Geht das?</blockquote><div>--&nbsp;</div>Anna"

    assert words(b"text/html; charset=utf-8", b"7bit", body) == Words("Nein.", "Geht das?")


def test_what_pgp_adds_is_not_the_mail() -> None:
    body = (
        b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nWer kann das?\n"
        b"-----BEGIN PGP SIGNATURE-----\n\niQEzBAEB\n-----END PGP SIGNATURE-----\n"
    )

    assert words(b"text/plain", b"7bit", body).own == "Wer kann das?"


@pytest.mark.parametrize(
    "part",
    [
        b"Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nAngehaengt.",
        b"Content-Type: message/rfc822\n\nSubject: Alt\n\nWeitergeleitet.",
        b"Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\nQUJD",
    ],
)
def test_what_is_attached_is_not_the_mail(part: bytes) -> None:
    body = PARTS % (b"Siehe Anhang.", part)

    assert words(b"multipart/mixed; boundary=b", b"7bit", body).own == "Siehe Anhang."


def test_signature_list_footer_and_quote_are_no_own_words() -> None:
    body = b"Am 3.3. schrieb Bob:\n> Geht das?\n\nJa.\n-- \nAnna\n"
    footer = b"Content-Type: text/plain\n\n" + b"_" * 47 + b"\nhilfe mailing list"

    found = words(b"multipart/mixed; boundary=b", b"7bit", PARTS % (body, footer))

    assert found == Words("Ja.", "Geht das?")


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Anna Müller <anna@example.org>", "Anna Müller"),
        ('"Müller, Anna" <anna@example.org>', "Müller, Anna"),
        ("=?iso-8859-1?Q?Anna_M=FCller?= <anna@example.org>", "Anna Müller"),
        ("=?utf-8?B?QW5uYSBNw7xsbGVy?= <anna@example.org>", "Anna Müller"),
        ("anna@example.org (Anna Müller)", "Anna Müller"),
        ("anna at example.org (Anna =?iso-8859-1?Q?M=FCller?=)", "Anna Müller"),
        # addresses are no names
        ("anna@example.org", ""),
        ('"anna@example.org" <anna@example.org>', ""),
        ("anna at example.org (anna at example.org)", ""),
        ("anna at example.org", ""),
        ("", ""),
    ],
)
def test_the_author_is_a_name_and_never_an_address(header: str, name: str) -> None:
    assert author_of(header) == name


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("=?utf-8?Q?Gr=C3=B6=C3=9Fe?= 5", "Größe 5"),
        ("=?utf-8?Q?eins?= =?utf-8?Q?zwei?=", "einszwei"),
        ("=?x-nothing?Q?M=FCll?=", "Müll"),
        ("=?utf-8?Q?nicht zu Ende", "=?utf-8?Q?nicht zu Ende"),
    ],
)
def test_encoded_words_are_decoded(header: str, text: str) -> None:
    assert decoded(header) == text


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Re: AW: Re[2]: [Hilfe] Re: Frage", "Frage"),
        ("[Hilfe] Frage [gelöst]", "Frage [gelöst]"),
        ("[Biete] Frage", "[Biete] Frage"),
        ("Neue Frage (was: Alte Frage)", "Neue Frage"),
        ("Re:", ""),
    ],
)
def test_a_thread_is_called_by_its_subject(subject: str, title: str) -> None:
    assert thread_title(subject, "hilfe") == title


def mail(identity: str, *references: str, subject: str = "", day: int = 1) -> Mail:
    date = f"2025-03-{day:02}"
    return Mail(identity, references, subject, "", date, Words("", ""))


def threads(*mails: Mail, by_subject: bool = False) -> dict[str, list[str]]:
    sent = {each.id: datetime.fromisoformat(each.date).replace(tzinfo=UTC) for each in mails}
    found = conversations(mails, sent, by_subject=by_subject)
    return {each.id: [mail.id for mail in each.mails] for each in found}


def test_mails_are_sorted_into_threads_the_opening_one_first() -> None:
    found = threads(
        mail("c", "b", day=1),
        mail("b", "a", day=3),
        mail("x"),
        mail("a", day=9),
    )

    assert found == {"a": ["a", "c", "b"], "x": ["x"]}


def test_a_thread_keeps_its_id_where_its_beginning_is_not_at_hand() -> None:
    mails = [mail("d", "a", "c", day=2), mail("e", "d", day=1), mail("f", "e", day=3)]
    whole = conversations(mails, {}, by_subject=False)[0].whole

    assert (threads(*mails), whole) == ({"a": ["e", "d", "f"]}, False)


def test_mails_that_answer_each_other_are_no_endless_thread() -> None:
    found = threads(mail("a", "b"), mail("b", "a"))

    assert sorted(each for ids in found.values() for each in ids) == ["a", "b"]


def test_a_mail_that_answers_itself_opens_a_thread() -> None:
    assert threads(mail("a", "a"), mail("b", "a", "b")) == {"a": ["a", "b"]}


def test_replies_that_lost_their_reference_are_found_by_subject_where_the_software_does_so() -> None:
    mails = [
        mail("a", subject="Frage"),
        mail("b", subject="Re: Frage", day=2),
        mail("c", "b", subject="Re: Frage", day=3),
    ]

    assert threads(*mails) == {"a": ["a"], "b": ["b", "c"]}
    assert threads(*mails, by_subject=True) == {"a": ["a", "b", "c"]}


MBOX = b"""From anna at example.org  Tue Mar  4 10:00:00 2025
From: anna at example.org (Anna)

Erste.
From here on nothing is escaped 10:00.

From bob at example.org  Tue Mar  4 11:00:00 2025
From: bob at example.org (Bob)

>From einem Freund.
"""


def test_a_file_of_mails_is_taken_apart() -> None:
    first, second = read_mailbox(MBOX).messages

    assert b"From here on" in first
    assert b"\nFrom einem Freund." in second


@pytest.mark.parametrize("body", [b"", b"<html>From x 10:00\nA: b</html>", b"Fromage\n", b"\x1f\x8bnothing"])
def test_what_is_no_file_of_mails_has_none(body: bytes) -> None:
    assert read_mailbox(body).messages == ()


def test_packed_files_are_read_whole_or_as_far_as_they_go() -> None:
    packed = gzip.compress(MBOX[:100]) + gzip.compress(MBOX[100:])

    assert unpack(packed) == (MBOX, True)
    assert unpack(packed[:-9])[1] is False
    assert len(read_mailbox(packed).messages) == 2


def test_a_bomb_is_cut() -> None:
    content, complete = unpack(gzip.compress(bytes(MAX_UNPACKED + 1000)))

    assert (len(content), complete) == (MAX_UNPACKED, False)


def test_a_mail_of_many_nested_parts_costs_no_more_than_itself() -> None:
    parts = (b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))

    with pytest.raises(RecursionError):  # which an extractor records as a problem of this mail
        read_message(HEAD + b"".join(parts))
