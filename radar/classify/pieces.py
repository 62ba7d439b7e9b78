"""Cut text into the pieces of words that the encoder knows (SentencePiece's unigram model).

The most probable way to cut a word is found by dynamic programming over the pieces' log-probabilities (Kudo, "Subword
Regularization", 2018); pieces do not reach over blanks, so each word is cut once and remembered.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

BEGIN, END, UNKNOWN = 0, 1, 2
"""Numbers of the pieces for the beginning and the end of a text, and for letters that are no piece."""
SPECIAL = ("<s>", "</s>", "<unk>")
_WORD = "\u2581"
"""Stands for the blank before a word, as in SentencePiece."""
_UNKNOWN_COST = 10.0
"""How much less probable than the rarest piece an unknown letter is."""
_LONGEST_WORD = 60
_WORTH_REMEMBERING = 25
_REMEMBERED = 50_000


class Pieces:
    """A vocabulary of pieces."""

    def __init__(self, pieces: Sequence[str], scores: Sequence[float]) -> None:
        """``pieces`` begin with ``SPECIAL``; ``scores`` are log-probabilities."""
        self._numbers = {piece: number for number, piece in enumerate(pieces) if number >= len(SPECIAL)}
        self._scores = [float(score) for score in scores]
        self._unknown = min(self._scores[len(SPECIAL) :], default=0.0) - _UNKNOWN_COST
        self._longest = max(map(len, pieces), default=1)
        self._known: dict[str, tuple[int, ...]] = {}

    def cut(self, text: str) -> list[int]:
        """Return the numbers of the pieces of ``text``, without beginning and end."""
        numbers: list[int] = []
        for word in unicodedata.normalize("NFKC", text).split():
            word = word[:_LONGEST_WORD]
            known = self._known.get(word)
            if known is None:
                known = self._cut(_WORD + word)
                if len(word) <= _WORTH_REMEMBERING:
                    if len(self._known) >= _REMEMBERED:
                        self._known.clear()  # else junk would keep the words of today out
                    self._known[word] = known
            numbers += known
        return numbers

    def _cut(self, word: str) -> tuple[int, ...]:
        length = len(word)
        best = [0.0] + [float("-inf")] * length
        last = [(0, UNKNOWN)] * (length + 1)
        for start in range(length):
            base = best[start]
            for end in range(start + 1, min(length, start + self._longest) + 1):
                number = self._numbers.get(word[start:end])
                if number is not None:
                    score = base + self._scores[number]
                elif end == start + 1:
                    score, number = base + self._unknown, UNKNOWN
                else:
                    continue
                if score > best[end]:
                    best[end], last[end] = score, (start, number)
        numbers: list[int] = []
        at = length
        while at:
            at, number = last[at]
            numbers.append(number)
        return tuple(reversed(numbers))
