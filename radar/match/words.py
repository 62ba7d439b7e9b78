"""Words of a text: where they are, and how they are spelled when spelling does not matter.

A *chain* is what stands between blanks: one word, or words joined by hyphen, dot, apostrophe, colon or the like
(``CRM-System``, ``Node.js``, ``Händler:innen``). Each of its words can be found, and so can all of them written
as one (``crmsystem``), because that is how people differ.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

LONGEST_WORD = 256
"""Characters of a word that are compared; what follows belongs to no word that a person would look for."""

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""Soft hyphen, zero-width space and joiners, byte order mark: inside a word they mean nothing."""

_MARKS = f"\u0300-\u036f{_INVISIBLE}"
_WORD = rf"[^\W_]++(?:[{_MARKS}]++[^\W_]*+)*"
_JOINERS = r"\-\u2010\u2011.:'\u2019_*·"

CHAIN = re.compile(rf"{_WORD}(?:[{_JOINERS}]{_WORD})*(?:(?:\+\+|\#)(?![^\W_]))?")
"""After its first letter nothing in it can fail as a whole, so nothing is tried twice, whatever the text. Groups are not
repeated possessively: Python before 3.11.5 matches those wrongly (gh-106052)."""

WORD = re.compile(_WORD)

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "æ": "ae", "œ": "oe", "ø": "oe", "ß": "ss"})
_NOTHING = dict.fromkeys(map(ord, _INVISIBLE))


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """The spelling that is compared: lower case, ä as ae, ß as ss, other letters without their accents.

    >>> fold("GRÖSSE"), fold("Größe"), fold("Groesse"), fold("Café")
    ('groesse', 'groesse', 'groesse', 'cafe')
    """
    word = word[:LONGEST_WORD]
    if word.isascii():
        return word.lower()
    composed = unicodedata.normalize("NFC", word.translate(_NOTHING)).casefold()
    spelled = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", composed).translate(_UMLAUTS))
    return "".join(letter for letter in spelled if not unicodedata.combining(letter)).casefold()


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a chain, or the whole chain written as one."""

    folded: str
    first: int
    """Number of the word in its chain, from 0."""
    count: int
    """How many words of the chain it covers."""
    start: int
    """Characters from the beginning of the chain."""
    end: int


def words_of(chain: str) -> list[Word]:
    """The words of a match of ``CHAIN``, and the chain as one word if it has several.

    ``C++`` and ``C#`` are words of their own; a ``#`` behind anything longer than a letter is ignored.
    """
    found = [(match.start(), match.end()) for match in WORD.finditer(chain)]
    if not found:
        return []
    start, end = found[-1]
    if chain.endswith("++") or (chain.endswith("#") and end - start == 1):
        found[-1] = (start, len(chain))
    words = [Word(fold(chain[start:end]), number, 1, start, end) for number, (start, end) in enumerate(found)]
    if len(words) > 1:
        whole = "".join(word.folded for word in words)[:LONGEST_WORD]
        words.append(Word(whole, 0, len(words), found[0][0], found[-1][1]))
    return words
