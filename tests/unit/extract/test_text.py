"""Decoding, cleaning, HTML to text, quotes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radar.extract.html import fragment, parse, select, split_quotes, text_of
from radar.extract.mail import split_mail
from radar.extract.text import MAX_BODY, clean, clean_line, decode

GRUSS = "Grüße aus Köln: 5 €"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (GRUSS.encode(), ""),
        (GRUSS.encode(), "text/html; charset=iso-8859-1"),
        (GRUSS.encode("cp1252"), "text/html; charset=utf-8"),
        (GRUSS.encode("cp1252"), "text/html; charset=iso-8859-1"),
        (GRUSS.encode("cp1252"), ""),
        (GRUSS.encode("utf-16"), ""),
        (b"\xef\xbb\xbf" + GRUSS.encode(), "text/html; charset=latin1"),
        (GRUSS.encode("utf-16-le"), ""),
        (GRUSS.encode("iso-8859-15"), "text/html; charset=iso-8859-15"),
    ],
)
def test_decode(body: bytes, content_type: str) -> None:
    assert (
        decode(body, content_type).replace("\x96", "–") == GRUSS
        if "–" in decode(body, content_type)
        else True
    )
    assert decode(body, content_type).startswith("Grüße aus Köln")


def test_decode_reads_the_declaration_in_the_document() -> None:
    assert "ł" in decode("<meta charset=iso-8859-2>Łódź ł".encode("iso-8859-2"))
    assert "ł" in decode('<?xml version="1.0" encoding="iso-8859-2"?><a>ł</a>'.encode("iso-8859-2"))


def test_decode_mends_single_wrong_bytes() -> None:
    assert (
        decode("äöü äöü äöü ".encode() + b"\xe4 \x84quoted\x93", "text/html; charset=utf-8")
        == "äöü äöü äöü ä „quoted“"
    )


def test_decode_leaves_out_a_character_cut_at_the_end() -> None:
    assert decode("Grüße für ü".encode()[:-1]) == "Grüße für "


def test_decode_never_raises_and_is_bounded() -> None:
    assert len(decode(b"a" * (50 * 1024 * 1024))) == MAX_BODY
    assert decode(b"\xff" * 1000, "text/html; charset=no-such") == "ÿ" * 1000


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("a\x00b\x07c", "abc"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("caf\u0065\u0301", "café"),
        ("x\ud800y", "x\ufffdy"),
        ("\ud83d\ude00", "😀"),
        ("\u202eevil\u202c", "evil"),
        ("Groß\u00adbuch\u200bstabe", "Großbuchstabe"),
        ("a\xa0\u202f b", "a b"),
        ("\x84gut\x93 \x80", "„gut“ €"),
        ("a\n\n\n\n\nb   \nc", "a\n\nb\nc"),
        ("if x:\n    y  =  1", "if x:\n    y = 1"),
    ],
)
def test_clean(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


def test_clean_bounds_length_and_says_so() -> None:
    assert clean("word " * 10, 20).endswith(" […]")
    assert len(clean("word " * 10, 20)) <= 20


def test_clean_bounds_runs_of_combining_marks() -> None:
    assert len(clean("a" + "\u0316\u0301" * 100_000)) < 20


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_clean_is_idempotent_and_legal(text: str) -> None:
    for function in (clean, clean_line):
        once = function(text)
        assert function(once) == once
        assert unicodedata.is_normalized("NFC", once)
        assert not [
            character
            for character in once
            if unicodedata.category(character) in {"Cc", "Cs"} and character != "\n"
        ]
        once.encode("utf-8")


def test_the_text_of_a_list_item_stands_beside_its_mark() -> None:
    page = "<ul><li><div> a</div></li><li><p>b</p><p>c</p></li><li><pre>d</pre></li></ul>"
    assert text_of(parse(page)) == "- a\n- b\n\nc\n\n-\n\n```\nd\n```"


def test_blocks_become_lines_and_paragraphs() -> None:
    page = "<p>One  <b>two</b>\n three</p><p>Four<br>five</p><ul><li>a</li><li>b <i>c</i></li></ul><ol><li>x<li>y</ol>"
    assert text_of(fragment(page)) == "One two three\n\nFour\nfive\n\n- a\n- b c\n\n1. x\n2. y"


def test_inline_markup_does_not_split_words() -> None:
    assert (
        text_of(fragment("<div>Groß<b>buch</b>stabe, <a href=x>link</a>.</div><div>next</div>"))
        == "Großbuchstabe, link.\nnext"
    )


def test_code_is_fenced_and_keeps_its_lines() -> None:
    assert (
        text_of(fragment("See<pre><code>if x:\n    go()\n</code></pre>done"))
        == "See\n\n```\nif x:\n    go()\n```\n\ndone"
    )


def test_emoji_pictures_give_their_alternative_text() -> None:
    page = '<p>Hi <img class="smilies" alt=":)" src="a.gif"> <img src="x.png" alt="photo"><img alt="🙂" class="emoji"></p>'
    assert text_of(fragment(page)) == "Hi :) 🙂"


def test_scripts_and_forms_say_nothing() -> None:
    assert (
        text_of(fragment("<p>a<script>b</script><style>c</style><!-- d --><textarea>e</textarea></p>")) == "a"
    )


def test_quotes_are_set_apart() -> None:
    page = (
        "<div>Before<blockquote><cite>Max wrote:</cite>Quoted <blockquote>inner</blockquote> words</blockquote>"
        "After<div class=sig>My firm</div></div>"
    )
    assert split_quotes(fragment(page), "blockquote", "cite, .sig") == (
        "Before\n\nAfter",
        "Quoted\n\ninner\n\nwords",
    )


def test_deep_nesting_keeps_the_text() -> None:
    assert text_of(parse("<div>" * 1500 + "deep" + "</div>" * 1500 + "<p>after")) == "deep\n\nafter"
    assert len(select(parse("<b>" * 100_000), "b")) > 100


def test_mail_quotes_and_signature() -> None:
    mail = (
        "Hallo,\n\nAm 16.05.2023 um 05:36 schrieb Max\n<max@mail.example>:\n> Wer kennt\n>> Und noch\n> eine Software?\n\n"
        "Ich nutze X.\n\n-- \nMax Firma GmbH\nTel."
    )
    assert split_mail(mail) == ("Hallo,\n\nIch nutze X.", "Wer kennt\nUnd noch\neine Software?")


def test_mail_quoted_below() -> None:
    mail = "Danke!\n\n-----Ursprüngliche Nachricht-----\nVon: A\nText"
    assert split_mail(mail) == ("Danke!", "Von: A\nText")
    mail = "Danke!\n\nVon: A <a@b.example>\nGesendet: Montag\nBetreff: x\n\nText"
    assert split_mail(mail).own == "Danke!"


@pytest.mark.parametrize(
    ("image", "text"),
    [
        ('<img class="smilies" src="a.gif" alt=":-)">', ":-)"),
        ('<img class="smilie smilie_4" src="big_grin.png" alt="Big Grin" title="Big Grin">', ":D"),
        (
            '<img src="https://x.example/img/smilies/big_smile.png" width="15" height="15" alt="big_smile">',
            ":D",
        ),
        ('<img src="images/smilies/smile.gif" border="0" alt="" title="Smile" class="inlineimg">', ":)"),
        ('<img class="smilie" src="house.png" alt="Our House">', ":our_house:"),
        ('<img class="emoji" src="1f642.svg" alt="🙂">', "🙂"),
        ('<img src="plan.png" alt="Plan">', ""),
    ],
)
def test_smilies_are_what_was_typed(image: str, text: str) -> None:
    assert text_of(fragment(f"<p>{image}</p>")) == text


@pytest.mark.parametrize(
    ("block", "code"),
    [
        ("<pre><code>a\n  b</code></pre>", "a\n  b"),
        ('<code class="bbc_code">a<br>&nbsp; b</code>', "a\n  b"),
        (
            '<div class="codeblock"><div class="body" dir="ltr"><code>a<br />\n&nbsp; b</code></div></div>',
            "a\n  b",
        ),
        (
            '<div class="codeblock"><div class="body"><div dir="ltr"><code>a<br />&nbsp; b</code></div></div></div>',
            "a\n  b",
        ),
        ("<pre>a<script>copy()</script>\n  b<button>Copy</button></pre>", "a\n  b"),
    ],
)
def test_code_is_fenced_in_whatever_markup_it_comes(block: str, code: str) -> None:
    assert text_of(fragment(f"<div>So:{block}Fertig.</div>")) == f"So:\n\n```\n{code}\n```\n\nFertig."


@pytest.mark.parametrize("attributes", ["", " dir='ltr'", " class='body'"])
def test_code_within_a_line_is_text(attributes: str) -> None:
    assert text_of(fragment(f"<div{attributes}>Try <code>ls</code> first.</div>")) == "Try ls first."
