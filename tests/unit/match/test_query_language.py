"""The query language, term by term: what is found, what is not, what is said about mistakes."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radar.errors import QueryError
from radar.match import Terms, check, field_text
from radar.match.query import Pattern, answer, merged
from radar.model import Post

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def post(text: str = "", *, title: str = "", board: str = "", author: str = "", url: str = "") -> Post:
    return Post(
        source="it-forum",
        external_id="1",
        url=url or "https://forum.example.org/t/1",
        title=title,
        text=text,
        board=board,
        author=author,
        fetched_at=NOW,
    )


def found(term: str, where: Post) -> list[str] | None:
    """The words that a term finds, field by field; None for no."""
    terms = Terms([term])
    places = answer(terms.nodes[0][1], terms.hits(where))
    if places is None:
        return None
    return [
        field_text(where, field)[start:end]
        for field in sorted(places, reverse=True)
        for start, end in merged(places[field])
    ]


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("crm", "Wir suchen ein CRM für Vereine", ["CRM"]),
        ("crm", "CRMs", None),
        ("crm", "Ein CRM-System", ["CRM"]),
        ("crm*", "CRMs und CRM-Systeme", ["CRMs", "CRM-Systeme"]),
        ("*software*", "Branchensoftwarelösung gesucht", ["Branchensoftwarelösung"]),
        ("*software", "Lagersoftware, Softwarehaus", ["Lagersoftware"]),
        ("waren*system", "Warenwirtschaftssystem", ["Warenwirtschaftssystem"]),
        ("waren*system", "Warenwirtschafts-System", ["Warenwirtschafts-System"]),
        ("warenwirtschaftssystem", "Warenwirtschafts-System", ["Warenwirtschafts-System"]),
        ("e-mail", "Email, E-Mail, e mail", ["Email", "E-Mail", "e mail"]),
        ("email", "E-Mail", ["E-Mail"]),
        ("node.js", "NodeJS oder Node.js", ["NodeJS", "Node.js"]),
        ("c++", "C und C++", ["C++"]),
        ("c", "nur C++", None),
        ("händler", "Haendler und HÄNDLER", ["Haendler", "HÄNDLER"]),
        ("haendler", "Händler", ["Händler"]),
        ("strasse", "Straße", ["Straße"]),
        ("anbieterinnen", "Anbieter*innen", ["Anbieter*innen"]),
        ('"suche hilfe"', "Ich suche Hilfe", ["suche Hilfe"]),
        ('"suche hilfe"', "Ich suche dringend Hilfe", None),
        ('"suche * hilfe"', "Ich suche dringend Hilfe", ["suche dringend Hilfe"]),
        ('"wer kennt" crm', "Wer kennt ein CRM?", ["Wer kennt", "CRM"]),
        ("„wer kennt“", "Wer kennt ein CRM?", ["Wer kennt"]),
        ('"gute* *software"', "eine gute Lagersoftware", ["gute Lagersoftware"]),
        ('"crm-system für"', "CRM-System für Vereine", ["CRM-System für"]),
        ('"crmsystem für"', "CRM-System für Vereine", ["CRM-System für"]),
        ("crm AND erp", "ERP und CRM", ["ERP", "CRM"]),
        ("crm erp", "nur CRM", None),
        ("crm OR erp", "nur CRM", ["CRM"]),
        ("crm ODER erp", "nur ERP", ["ERP"]),
        ("crm NOT sap", "CRM von SAP", None),
        ("crm UND NICHT sap", "CRM für Vereine", ["CRM"]),
        ("crm und verein*", "CRM und Vereine", ["CRM", "und", "Vereine"]),
        ("a OR b c", "a", ["a"]),
        ("(a OR b) c", "a", None),
        ("a NEAR/2 b", "a x y b", ["a x y b"]),
        ("a NEAR/2 b", "b x y a", ["b x y a"]),
        ("a NEAR/2 b", "a x y z b", None),
        ("a NEAR b", "a 1 2 3 4 5 6 7 8 9 10 b", ["a 1 2 3 4 5 6 7 8 9 10 b"]),
        ("a NEAR/0 a", "a", None),
        ("a NEAR/0 a", "a a", ["a a"]),
        ("suche NEAR/3 (crm OR erp)", "suche ein gutes ERP", ["suche ein gutes ERP"]),
        ("a NEAR/1 b NEAR/1 c", "a b c", ["a b c"]),
        ("a NEAR/1 b NEAR/1 c", "a b x y c", None),
        ("s/4hana", "Umstieg auf S/4HANA", ["S/4HANA"]),
    ],
)
def test_what_is_found(term: str, text: str, expected: list[str] | None) -> None:
    assert found(term, post(text)) == expected


def test_without_a_field_title_and_text_are_searched() -> None:
    assert found("crm", post("CRM?", title="Welches CRM")) == ["CRM", "CRM"]
    assert found("crm", post(board="CRM", author="CRM")) is None


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("title:crm", ["CRM"]),
        ("title:verein", None),
        ("text:verein*", ["Vereine"]),
        ("board:software", ["Software"]),
        ('board:"software & hardware"', ["Software & Hardware"]),
        ("author:anna", ["Anna"]),
        ("site:example.org", ["example.org"]),
        ("site:example.com", None),
        ("site:it-forum", ["it-forum"]),
        ("TITLE:(crm OR erp)", ["CRM"]),
        ("title:(welches NEAR/1 crm)", ["Welches CRM"]),
        ("title: crm", ["CRM"]),
    ],
)
def test_fields(term: str, expected: list[str] | None) -> None:
    where = post("für Vereine", title="Welches CRM", board="Software & Hardware", author="Anna")
    assert found(term, where) == expected


def test_near_does_not_reach_from_title_to_text() -> None:
    assert found("a NEAR/5 b", post("b", title="a")) is None


@pytest.mark.parametrize(
    ("term", "position", "message"),
    [
        ("", 0, "empty"),
        ("   ", 0, "empty"),
        ('crm "offen', 4, "never closed"),
        ("(crm OR erp", 0, "bracket that opens here is never closed"),
        ("crm (a (b)", 4, "never closed"),
        ("crm)", 3, "closes nothing"),
        ("crm ()", 5, "nothing between the brackets"),
        ("crm AND", 4, "AND needs something after it"),
        ("crm ODER", 4, "ODER needs something after it"),
        ("(crm OR)", 7, "OR needs something after it"),
        ("OR crm", 0, "OR needs something before it"),
        ("crm OR OR erp", 7, "OR needs something before it"),
        ("crm NEAR/3", 4, "NEAR/3 needs something after it"),
        ("title:", 0, "title: needs something after it"),
        ("NOT crm", 0, "must not occur"),
        ("a OR NOT b", 0, "must not occur"),
        ("*", 0, "fits everything"),
        ("crm ...", 4, "no letter or digit"),
        ('"* *"', 0, "no words|nothing but stars"),
        ('crm ""', 4, "no words"),
        ("titel:crm", 0, "did you mean `title:`"),
        ("preis:hoch", 0, "no field `preis:`"),
        ("a NEAR/5000 b", 2, "100 words at most"),
        ("a NEAR (b c)", 7, "beside NEAR"),
        ("title:a NEAR text:b", 13, "same field"),
        ("(" * 40 + "a" + ")" * 40, 30, "inside each other"),
        ("NOT " * 40 + "a", 120, "inside each other"),
        ("a " * 2000, 2000, "longer than"),
    ],
)
def test_mistakes_are_explained_at_their_place(term: str, position: int, message: str) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        check(term)
    assert caught.value.position == position


def mistake(term: str) -> QueryError | None:
    try:
        check(term)
    except QueryError as error:
        return error
    return None


ATOMS = st.sampled_from(
    ["a", "b*", "*c*", '"a b"', "title:a", "ä", "a-b", "board:x", "(", ")", '"', "*", "NEAR/2"]
)
OPERATORS = st.sampled_from(["AND", "OR", "NOT", "UND", "ODER", "NICHT", "NEAR", "", "(", ")", ":"])


@given(st.lists(st.one_of(ATOMS, OPERATORS), max_size=12).map(" ".join))
def test_every_term_is_read_or_refused_with_a_place(term: str) -> None:
    error = mistake(term)
    assert error is None or (str(error) and 0 <= error.position <= len(term))


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(term: str) -> None:
    error = mistake(term)
    assert error is None or (str(error) and 0 <= error.position <= len(term))


@given(
    st.text(alphabet="ab*", min_size=1, max_size=8).filter(lambda pattern: set(pattern) != {"*"}),
    st.text(alphabet="ab", max_size=12),
)
def test_jokers_agree_with_a_regular_expression(pattern: str, word: str) -> None:
    expected = re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), word) is not None
    assert Pattern(pattern).fits(word) is expected


@given(st.lists(st.sampled_from(["a", "b", "x"]), max_size=12), st.integers(0, 4))
def test_near_agrees_with_counting(words: list[str], distance: int) -> None:
    expected = any(
        {one, other} == {"a", "b"} and abs(place - there) - 1 <= distance
        for place, one in enumerate(words)
        for there, other in enumerate(words)
        if place != there
    )
    assert (found(f"a NEAR/{distance} b", post(" ".join(words))) is not None) is expected


@given(st.lists(st.sampled_from(["a", "b", "a-b", "ab"]), max_size=10))
def test_phrases_agree_with_reading(words: list[str]) -> None:
    plain = [part for word in words for part in word.split("-")]
    assert (found('"a b a"', post(" ".join(words))) is not None) is (
        any(plain[place : place + 3] == ["a", "b", "a"] for place in range(len(plain)))
    )


@given(st.text(max_size=60), st.text(max_size=60))
def test_places_lie_in_the_text_in_order_and_apart(title: str, text: str) -> None:
    terms = Terms(["a* OR *e* OR board:i*"])
    where = post(text, title=title)
    for field, hits in (answer(terms.nodes[0][1], terms.hits(where)) or {}).items():
        spans = merged(hits)
        assert all(0 <= start < end <= len(field_text(where, field)) for start, end in spans)
        assert all(end < start for (_, end), (start, _) in pairwise(spans))


def steps(work: Callable[[], object]) -> int:
    """How many lines of Python run; unlike time it is the same on every machine."""
    count = 0

    def trace(frame: object, event: str, argument: object) -> object:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        work()
    finally:
        sys.settrace(before)
    return count


HOSTILE_TEXTS = {
    "one long word": lambda n: "a" * n,
    "one long chain": lambda n: "a-" * n + "a",
    "many words": lambda n: "a " * n,
    "nearly the phrase": lambda n: "a b a c " * n,
    "marks without end": lambda n: "a" + "\u0301" * n,
    "different words": lambda n: " ".join(f"a{number}b" for number in range(n)),
    "plus signs": lambda n: "c++" * n,
    "only joiners": lambda n: "-." * n,
}
HOSTILE_TERMS = [
    "*a*a*a*a*a*a*b*",
    '"a b a * * a b"',
    "a NEAR/9 b NEAR/9 (a OR c)",
    "a-a-a-a",
    "(a OR b) NOT *z",
]


@pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS.keys())
def test_work_grows_no_faster_than_the_text(text: Callable[[int], str]) -> None:
    def work(size: int) -> int:
        terms, where = Terms(HOSTILE_TERMS), post(text(size))
        return steps(lambda: [answer(node, terms.hits(where)) for _, node in terms.nodes])

    small, large = work(150), work(1_200)
    assert large <= 8.5 * small + 500


def test_work_grows_no_faster_than_the_term() -> None:
    def work(stars: int) -> int:
        pattern = Pattern("*" + "a*" * stars + "b*")
        return steps(lambda: pattern.fits("a" * 250))

    assert work(200) <= 4.5 * work(50) + 50
