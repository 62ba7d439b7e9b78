"""Words, marks and places of a passage: what the trained model reads.

A passage becomes a flat list of tokens: folded words (lower case, umlauts written out), punctuation that
matters, and markers in angle brackets for what must not be read letter by letter (links, numbers, mentions,
emoji, the beginning of title, text and each sentence).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from radar.classify.cues import fold
from radar.classify.sentences import Sentence

MAX_TOKENS = 320
"""Tokens of a passage the model reads: three fifths from the beginning, the rest from the end."""
MAX_WORD = 30
BUCKETS = 8_192
"""Hash buckets for the letter groups of words that are not in the vocabulary."""
TITLE, SENTENCE, BREAK = "<title>", "<s>", "<break>"

_LINK = re.compile(r"https?://\S{1,300}|www\.\S{1,300}")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}\.\w{2,10}")
_LINK_MARK, _ADDRESS_MARK = "\ue000", "\ue001"
_TOKEN = re.compile(
    r"[^\W\d_]+(?:'[^\W\d_]{1,3})?"  # word
    r"|\?+[?!]*|!+|\.{2,}|…|[,()\"/€$%-]"
    r"|[:;]-?[)(dp](?!\w)|[:;]"  # smiley
    r"|\d+(?:[.,:]\d+)*"  # number
    r"|@\w{1,50}|#\w{1,50}"  # mention, hashtag
    r"|[\ue000\ue001\u2600-\u27bf\U0001f300-\U0001faff]"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """The tokens of a passage; ``sentences[i]`` is the number of the sentence that token ``i`` belongs to."""

    tokens: list[str]
    sentences: list[int]


def read(sentences: Sequence[Sentence], folded: Sequence[str] | None = None) -> Reading:
    """Return the tokens of ``sentences`` (of ``sentences.split``) in order, at most ``MAX_TOKENS``.

    ``folded`` are the texts of the sentences, folded, where the caller has them already.
    """
    if folded is None:
        folded = [fold(sentence.text) for sentence in sentences]
    tokens: list[str] = []
    places: list[int] = []
    for number, sentence in enumerate(sentences):
        found = _words(folded[number])
        tokens.append(TITLE if sentence.field == "title" else SENTENCE)
        tokens += found
        places += [number] * (len(found) + 1)
    if len(tokens) > MAX_TOKENS:
        head = MAX_TOKENS * 3 // 5
        tail = MAX_TOKENS - head - 1
        tokens = [*tokens[:head], BREAK, *tokens[-tail:]]
        places = [*places[:head], places[head], *places[-tail:]]
    return Reading(tokens, places)


def _words(folded: str) -> list[str]:
    if "://" in folded or "www." in folded:
        folded = _LINK.sub(_LINK_MARK, folded)
    if "@" in folded:
        folded = _ADDRESS.sub(_ADDRESS_MARK, folded)
    return [found if found.isalpha() else _mark(found) for found in _TOKEN.findall(folded)]


@lru_cache(maxsize=20_000)
def _mark(found: str) -> str:
    """Return what stands for a match that is not a plain word."""
    first = found[0]
    if first.isdigit():
        if found.isdigit() and len(found) == 4 and found[:2] in {"19", "20"}:
            return "<year>"
        return "<number>" if len(found) > 1 else "<digit>"
    if first == _LINK_MARK:
        return "<link>"
    if first == _ADDRESS_MARK:
        return "<address>"
    if first == "@":
        return "<mention>"
    if first == "#":
        return found[:MAX_WORD]
    if first == "?":
        return "?" if found == "?" else "??"
    if first == "!":
        return "!" if found == "!" else "!!"
    if first in ".…":
        return "..."
    if first in ":;" and len(found) > 1:
        return "<smiley>"
    if ord(first) >= 0x2600 and not first.isalpha():
        return "<laugh>" if first in "🤣😂😆😅😜😉🙄😏😹" else "<emoji>"
    return found


@lru_cache(maxsize=50_000)
def letter_groups(word: str) -> tuple[int, ...]:
    """Return the hash buckets of a word's letter groups: groups of 3, 4 and 5 letters, with its borders marked.

    The hash is CRC-32, so that buckets are the same on every machine and in every process.
    """
    bordered = f"<{word[:MAX_WORD]}>"
    found = {
        zlib.crc32(bordered[start : start + size].encode()) % BUCKETS
        for size in (3, 4, 5)
        for start in range(max(1, len(bordered) - size + 1))
    }
    return tuple(sorted(found))
