from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radar.config.lines import Lines, Path

DOCUMENT = '''# comment with [brackets] and = signs
top = "a # no comment"   # comment

[a.b]
"quoted key" = 'x = 1'
dotted . key = [
    1, # one
    { inner = [true,
      false], other = """
three
lines ] } """ }, ]

[[list]]
date = 2026-11-24 10:00:00
[list.sub]
text = \'\'\'
[[not.a.table]]
\'\'\'
[[list]]
last = {}
[[list.deep]]
x = """ends with "quotes""""
[[list.deep]]
y = "ä\\\\"
'''


def test_lines_of_everything() -> None:
    lines = Lines(DOCUMENT)
    assert {path: lines.of(path) for path in lines.paths()} == {
        ("top",): 2,
        ("a",): 4,
        ("a", "b"): 4,
        ("a", "b", "quoted key"): 5,
        ("a", "b", "dotted"): 6,
        ("a", "b", "dotted", "key"): 6,
        ("a", "b", "dotted", "key", 0): 7,
        ("a", "b", "dotted", "key", 1): 8,
        ("a", "b", "dotted", "key", 1, "inner"): 8,
        ("a", "b", "dotted", "key", 1, "inner", 0): 8,
        ("a", "b", "dotted", "key", 1, "inner", 1): 9,
        ("a", "b", "dotted", "key", 1, "other"): 9,
        ("list",): 13,
        ("list", 0): 13,
        ("list", 0, "date"): 14,
        ("list", 0, "sub"): 15,
        ("list", 0, "sub", "text"): 16,
        ("list", 1): 19,
        ("list", 1, "last"): 20,
        ("list", 1, "deep"): 21,
        ("list", 1, "deep", 0): 21,
        ("list", 1, "deep", 0, "x"): 22,
        ("list", 1, "deep", 1): 23,
        ("list", 1, "deep", 1, "y"): 24,
    }


def test_what_has_no_line_takes_that_of_what_is_around_it() -> None:
    lines = Lines(DOCUMENT)
    assert lines.of(("list", 1, "missing", 3)) == 19
    assert lines.of(("missing",)) == 1


def paths_of(value: Any, path: Path = ()) -> set[Path]:
    found = {path} if path else set()
    if isinstance(value, dict):
        for key, inner in value.items():
            found |= paths_of(inner, (*path, key))
    if isinstance(value, list):
        for number, inner in enumerate(value):
            found |= paths_of(inner, (*path, number))
    return found


STRINGS = st.sampled_from(
    [
        '"a"',
        "'b'",
        '"""c\n"d" """',
        "'''e\n'f' '''",
        '"\\""',
        '"\\\\"',
        '""',
        "''",
        '"# ="',
        '"[x]"',
        '""""q""""',
    ]
)
SCALARS = st.one_of(STRINGS, st.sampled_from(["1", "-2.5e3", "true", "1979-05-27T07:32:00Z", "inf", "0xff"]))
BLANKS = st.sampled_from(["", " ", "\n", " # comment ], }\n", "\t"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.builds(
            lambda parts, comma: "[" + ",".join(parts) + ("," if comma and parts else "") + "]",
            st.lists(
                st.builds(lambda before, value, after: before + value + after, BLANKS, inner, BLANKS),
                max_size=3,
            ),
            st.booleans(),
        ),
        st.builds(
            lambda parts: "{" + ", ".join(f"k{number} = {part}" for number, part in enumerate(parts)) + "}",
            st.lists(inner, max_size=3),
        ),
    ),
    max_leaves=8,
)
KEYS = st.sampled_from(["a", "b-c", '"d e"', "'f.g'", "h . i", 'j."k"', "_1"])
ROWS = st.builds(lambda key, value: f"{key} = {value}", KEYS, VALUES)
HEADERS = st.sampled_from(["[t]", "[t.u]", "[[s]]", "[[s.r]]", "[s.q]", '["x y".z]'])
DOCUMENTS = st.lists(st.one_of(ROWS, HEADERS, st.just("# comment"), st.just("")), max_size=14).map("\n".join)


@given(DOCUMENTS)
def test_everything_that_tomllib_reads_has_a_line_and_nothing_else(text: str) -> None:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    lines = Lines(text)
    assert lines.paths() == paths_of(document)
    assert all(1 <= lines.of(path) <= text.count("\n") + 1 for path in lines.paths())


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment", "a = 1"])
def test_small_documents(text: str) -> None:
    assert Lines(text).paths() == paths_of(tomllib.loads(text))
