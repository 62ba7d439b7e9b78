"""Cut a passage into the sentences its author wrote, each with its place.

Quoted lines (``> ...``), code, signatures and bare links are left out: they are not the author's request.
Everything is linear in the length of the text and bounded by ``MAX_CHARACTERS``, so that a post of a
megabyte costs no more than one of eight thousand characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

MAX_CHARACTERS = 8_000
"""Characters of a text that are looked at: two thirds from its beginning, one third from its end."""
MAX_TITLE = 400
MAX_SENTENCES = 120
MAX_SENTENCE = 400
"""A "sentence" longer than this is cut: run-on text, tables, base64."""

_FENCE = re.compile(r"^[ \t]*(?:```|~~~)")
_QUOTE = re.compile(r"^[ \t]*(?:[A-Za-z]{0,12}\s?>|[|:#]\s{0,2}[A-Za-zÄÖÜäöü>:]|&gt;|-> )")
_ATTRIBUTION = re.compile(
    r"^.{0,120}\b(?:schrieb(?:en)?|wrote|hat geschrieben|schrieb im Newsbeitrag)\b.{0,60}:\s*$", re.IGNORECASE
)
_SIGNATURE = re.compile(r"^--[ \t]*$")
_END = re.compile(r"[.!…]+(?=[\s\"')\]]|$)|[?？؟]+(?:[ \t]*[?!？؟]+)*[\"')\]]*|\n")
_HAS_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of a passage's title or text: ``field[start:end]``."""

    field: Literal["title", "text"]
    start: int
    end: int
    text: str


def split(title: str, text: str) -> list[Sentence]:
    """Return the sentences of title and text, in reading order, at most ``MAX_SENTENCES``."""
    found: list[Sentence] = []
    if title:
        _cut("title", title, 0, min(len(title), MAX_TITLE), found)
    for start, end in _own_stretches(text):
        _cut("text", text, start, end, found)
        if len(found) >= 2 * MAX_SENTENCES:
            break
    if len(found) > MAX_SENTENCES:
        head = MAX_SENTENCES * 2 // 3
        found = found[:head] + found[head - MAX_SENTENCES :]
    return found


def _windows(text: str) -> list[tuple[int, int]]:
    if len(text) <= MAX_CHARACTERS:
        return [(0, len(text))]
    head = MAX_CHARACTERS * 2 // 3
    return [(0, head), (len(text) - (MAX_CHARACTERS - head), len(text))]


def _own_stretches(text: str) -> list[tuple[int, int]]:
    """Return runs of lines that are neither quoted nor code nor signature."""
    runs: list[tuple[int, int]] = []
    for window_start, window_end in _windows(text):
        part = text[window_start:window_end]
        if not (">" in part or "`" in part or "~" in part or "--" in part or "|" in part or ":" in part):
            runs.append((window_start, window_end))
            continue
        at = window_start
        run_start = at
        fenced = False
        for line in part.splitlines(keepends=True):
            end = at + len(line)
            own = True
            if _FENCE.match(line):
                fenced = not fenced
                own = False
            elif fenced or _QUOTE.match(line) or (len(line) < 200 and _ATTRIBUTION.match(line)):
                own = False
            elif _SIGNATURE.match(line) and window_end - at < 600:
                if run_start < at:
                    runs.append((run_start, at))
                run_start = end = window_end
                break
            if not own:
                if run_start < at:
                    runs.append((run_start, at))
                run_start = end
            at = end
        if run_start < window_end:
            runs.append((run_start, window_end))
    return runs


def _cut(field: Literal["title", "text"], whole: str, start: int, end: int, found: list[Sentence]) -> None:
    at = start
    for mark in _END.finditer(whole, start, end):
        stop = mark.end()
        if mark.group() == "\n":
            # A single line feed is often a wrapped line: it ends a sentence only at a paragraph or a short line.
            following = whole[stop : stop + 1]
            if following not in {"\n", "-", "*", "•", ""} and stop - at > 50:
                continue
        _add(field, whole, at, stop, found)
        at = stop
    if at < end:
        _add(field, whole, at, end, found)


def _add(field: Literal["title", "text"], whole: str, start: int, end: int, found: list[Sentence]) -> None:
    piece = whole[start:end]
    stripped = piece.strip()
    if not stripped or not (_HAS_LETTER.search(stripped) or "?" in stripped):
        return
    start += len(piece) - len(piece.lstrip())
    for offset in range(0, len(stripped), MAX_SENTENCE):
        part = stripped[offset : offset + MAX_SENTENCE]
        found.append(Sentence(field, start + offset, start + offset + len(part), part))
