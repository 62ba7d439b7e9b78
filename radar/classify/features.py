"""What the trained model sees of a post: hashed features and their values.

Two families, both without regard to batch or order of posts:

- *Words*: single words, pairs and triples within a sentence, again those of sentences with a question mark, the
  first words of the post, the words of its last sentence, and beginnings and endings of words. Present or not; a
  post's words together have length 1.
- *Cues* (see ``cues``): present or not, in a sentence with a question mark, in the first or the last sentence, how
  often, and all pairs within one sentence; plus the shape of the post. Each has the same fixed value.

Hashes are CRC-32 of words mixed by multiplication (Steele and Vigna, "Computationally easy, spectrally good
multipliers", 2021), so that they are the same on every machine.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from radar.classify import cues
from radar.classify.passage import Passage
from radar.classify.sentences import Sentence, split
from radar.classify.words import read

BITS = 19
CUE_VALUE = 0.1
_FIRST_WORDS = 5
_MULTIPLIER = np.uint64(0xD1342543DE82EF95)
_SHIFT = np.uint64(64 - BITS)
_QUESTION = cues.NAMES.index("question_mark")
_ASKING = frozenset(
    cues.NAMES.index(name)
    for name in (
        "question_mark", "anyone_de", "who_de", "you_all_de", "please_de", "help_me_de", "search_de", "need_de",
        "question_announced_de", "anyone_en", "please_en", "help_me_en", "search_en", "question_announced_en",
    )
)  # fmt: skip
"""Cues of sentences that may be the request itself."""

Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Analysis:
    """One post, read: what features are made of, and what evidence is found in."""

    sentences: list[Sentence]
    tokens: list[str]
    places: list[int]
    """``places[i]`` is the number of the sentence that token ``i`` stands in."""
    cues: list[tuple[int, ...]]
    """The cues of each sentence."""
    shape: tuple[int, ...]


def analyse(passage: Passage) -> Analysis:
    """Read a passage. The title of a reply is not the author's and is left out."""
    title = "" if passage.first is False else passage.title
    sentences = split(title, passage.text)
    folded = [cues.fold(sentence.text) for sentence in sentences]
    reading = read(sentences, folded)
    words: list[list[str]] = [[] for _ in sentences]
    for token, place in zip(reading.tokens, reading.sentences, strict=True):
        words[place].append(token)
    found = [cues.find(text, own if len(own) > 1 else None) for text, own in zip(folded, words, strict=True)]
    length = len(passage.text)
    questions = sum(_QUESTION in one for one in found)
    shape = (
        min(length.bit_length(), 13),
        32 + min(len(sentences), 8),
        48 + min(questions, 4),
        64 + bool(title),
        66 + (length == 0),
        68 + (2 if passage.first is None else int(passage.first)),
    )
    return Analysis(sentences, reading.tokens, reading.sentences, found, shape)


def may_ask(found: tuple[int, ...]) -> bool:
    """Return whether a sentence with these cues may be the request itself."""
    return not _ASKING.isdisjoint(found)


def matrix(analyses: Sequence[Analysis]) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
    """Return (columns, values, starts): the features of post ``i`` are ``starts[i]:starts[i + 1]``."""
    rows, columns = word_features(analyses)
    counts = np.bincount(rows, minlength=len(analyses))
    values = (1 / np.sqrt(np.maximum(counts, 1)))[rows].astype(np.float32)
    flat, cue_counts = cue_features(analyses)
    cue_rows = np.repeat(np.arange(len(analyses)), cue_counts)
    all_rows = np.concatenate([rows, cue_rows])
    order = np.argsort(all_rows, kind="stable")
    starts = np.concatenate([[0], np.cumsum(counts + cue_counts)]).astype(np.int64)
    return (
        np.concatenate([columns, flat])[order],
        np.concatenate([values, np.full(len(flat), CUE_VALUE, np.float32)])[order],
        starts,
    )


def cue_features(analyses: Sequence[Analysis]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the columns of all posts' cue features in a row, and how many each post has: at least one."""
    columns = [_cue_columns(one) for one in analyses]
    counts = np.array([len(one) for one in columns], dtype=np.int64)
    return np.array([column for one in columns for column in one], dtype=np.int64), counts


def word_features(analyses: Sequence[Analysis]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (rows, columns) of the word features, each pair once, sorted by row."""
    count = sum(len(one.tokens) for one in analyses)
    if not count:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    table = _known.rows([token for one in analyses for token in one.tokens])
    word = table[:, 0]
    lengths = [len(one.tokens) for one in analyses]
    row = np.repeat(np.arange(len(analyses), dtype=np.int64), lengths)
    # a sentence's number within the batch
    offsets = np.repeat(
        np.concatenate([[0], np.cumsum([len(one.sentences) for one in analyses])[:-1]]), lengths
    )
    place = np.fromiter((place for one in analyses for place in one.places), np.int64, count) + offsets
    asks = np.array([may_ask(found) for one in analyses for found in one.cues], dtype=bool)[place]
    last = np.repeat(np.cumsum([len(one.sentences) for one in analyses]) - 1, lengths) == place
    at = np.arange(count) - np.repeat(np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    second = place[1:] == place[:-1]
    third = second[1:] & second[:-1]
    pair = _mix(word[:-1], word[1:], 2)
    triple = _mix(pair[:-1], word[2:], 3)
    asking_pair = asks[:-1] & second
    affixed = table[:, 1] != 0
    long = table[:, 3] != 0
    first = at < _FIRST_WORDS
    parts = [
        (row, _salt(word, 1)),
        (row[:-1][second], pair[second]),
        (row[:-2][third], triple[third]),
        (row[asks], _salt(word[asks], 4)),
        (row[:-1][asking_pair], _salt(pair[asking_pair], 5)),
        (row[first], _salt(word[first], 6)),
        (row[last], _salt(word[last], 7)),
        (row[affixed], table[affixed, 1]),
        (row[affixed], table[affixed, 2]),
        (row[long], table[long, 3]),
    ]
    rows = np.concatenate([one for one, _ in parts])
    columns = (np.concatenate([hashes for _, hashes in parts]) >> _SHIFT).astype(np.int64)
    # np.unique would do, but hashes first since NumPy 2.3, which takes ten times as long here
    pairs = np.sort((rows << BITS) | columns)
    unique = pairs[np.concatenate([[True], pairs[1:] != pairs[:-1]])]
    return unique >> BITS, unique & ((1 << BITS) - 1)


def _word(token: str) -> tuple[int, int, int, int]:
    """Return the hashes of a word, its beginning, its ending and its long beginning; 0 for what it has not."""
    whole = _crc(token)
    if not token.isalpha() or len(token) < 4:
        return whole, 0, 0, 0
    return (
        whole,
        _column(8, token[:4]),
        _column(9, token[-4:]),
        _column(10, token[:6]) if len(token) > 6 else 0,
    )


class _Known(dict[str, int]):
    """Remembers the hashes of words: a cache, whose content never changes what comes out."""

    _MOST = 200_000

    def __init__(self) -> None:
        super().__init__()
        self._table = np.zeros((4096, 4), dtype=np.uint64)
        self._lock = threading.Lock()

    def rows(self, tokens: Sequence[str]) -> Hashes:
        """Return the hashes of all tokens, one row each."""
        with self._lock:
            if len(self) > self._MOST:
                self.clear()
            places = np.fromiter(map(self.__getitem__, tokens), np.int64, len(tokens))
            found: Hashes = self._table[places]
        return found

    def __missing__(self, token: str) -> int:
        place = len(self)
        if place == len(self._table):
            self._table = np.concatenate([self._table, np.zeros_like(self._table)])
        self._table[place] = _word(token)
        self[token] = place
        return place


_known = _Known()


def _crc(text: str) -> int:
    return zlib.crc32(text.encode("utf-8", "replace")) + 1


def _column(salt: int, text: str) -> int:
    return ((_crc(text) + (salt << 33)) * int(_MULTIPLIER)) & 0xFFFFFFFFFFFFFFFF


def _salt(hashes: Hashes, salt: int) -> Hashes:
    return (hashes + np.uint64(salt << 33)) * _MULTIPLIER


def _mix(left: Hashes, right: Hashes, salt: int) -> Hashes:
    turned = left * _MULTIPLIER
    return ((turned ^ (turned >> np.uint64(29))) + right + np.uint64(salt << 33)) * _MULTIPLIER


def sentence_columns(found: tuple[int, ...]) -> frozenset[int]:
    """Return the columns of the cues of one sentence, as far as its place in the post does not matter."""
    return _cues_of_sentence(found)


def _cue_columns(analysis: Analysis) -> list[int]:
    found: set[int] = set()
    times: dict[int, int] = {}
    for one in analysis.cues:
        found.update(_cues_of_sentence(one))
        for cue in one:
            times[cue] = times.get(cue, 0) + 1
    if analysis.cues:
        found.update(_cue(f"first {cue}") for cue in analysis.cues[0])
        found.update(_cue(f"last {cue}") for cue in analysis.cues[-1])
    found.update(_cue(f"times {cue} {min(number, 3)}") for cue, number in times.items())
    found.update(_cue(f"shape {one}") for one in analysis.shape)
    return sorted(found)


@lru_cache(maxsize=50_000)
def _cues_of_sentence(found: tuple[int, ...]) -> frozenset[int]:
    asks = _QUESTION in found
    columns = {_cue(f"has {cue}") for cue in found}
    if asks:
        columns.update(_cue(f"asks {cue}") for cue in found)
    for number, left in enumerate(found):
        columns.update(_cue(f"both {left} {right}") for right in found[number + 1 :])
    columns.add(_cue(f"all {found}"))
    return frozenset(columns)


@lru_cache(maxsize=100_000)
def _cue(name: str) -> int:
    return _column(11, name) >> (64 - BITS)
