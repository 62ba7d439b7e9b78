"""Which language a post is written in: German, English, another one, or "" where the text does not tell.

Common words decide first (fast, and right on short posts); only texts without enough of them are put to
py3langid, restricted to the languages that turn up on European sites.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

KNOWN = frozenset({"de", "en"})
"""Languages the classifiers were made for."""

_LOOKED_AT = 400
_WORD = re.compile(r"[^\W\d_]+")
_GERMAN_WORDS = """
aber alle als also am an auch auf aus bei beim bin bis bitte brauche da damit danke dann das dass daß dem
den denn der des dich die dies diese dieser dir doch du durch ein eine einem einen einer eines einfach er
es etwas euch fuer für gibt gruß gruss gute guten hab habe haben hallo hat hilfe ich ihr ihre im immer
ist ja jemand jetzt kann kein keine kennt koennen könnte können man mal mehr mein meine mich mir mit
moechte möchte muss muß müssen nach nicht nichts noch nur ob oder ohne schon sehr sein seine seit sich
sie sind so soll suche suchen über ueber um und uns unser unter vom von vor vielen war warum was weiß
weiss welche wenn wer werden wie wieder will wir wird wo wurde zu zum zur zwei
"""
_ENGLISH_WORDS = """
a about after all also an and any anyone are as at be been but by can could did do does for from get give
had has have hello help her here him his how i if in into is it its just know like me more my need no not
of on one or our out please she should so some than thanks that the their them then there they this to
too trying up us using was we what when where which who why will with would you your
"""
_OTHER_WORDS = """
les des une est dans pour pas que qui sur avec nous vous je ne du aux cette être el los las una por para
con como pero más muy esta este il gli che di non per sono della questo het een van niet voor ik zijn
maar dat ook wel nie jest się na że czy jak ale dla och att det som på är för inte jag bir ve bu için çok
var não uma você com
"""
_GERMAN = frozenset(_GERMAN_WORDS.split())
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_SHARED = _GERMAN & _ENGLISH
_OTHER = frozenset(_OTHER_WORDS.split()) - _GERMAN - _ENGLISH
_CANDIDATES = (
    "de",
    "en",
    "fr",
    "es",
    "it",
    "nl",
    "pl",
    "pt",
    "da",
    "sv",
    "tr",
    "cs",
    "ru",
    "uk",
    "hu",
    "ro",
    "ar",
    "zh",
    "ja",
)
_PREFIX = re.compile(r"[a-z]{2,3}")
_NOT_LATIN = re.compile(r"[\u0370-\u1dff\u2c00-\ua6ff\uac00-\ud7ff\ufb1d-\ufdff\ufe70-\ufeff]")


def guess(title: str, text: str, hint: str = "") -> str:
    """Return the ISO 639-1 code of the language of ``title`` and ``text``, "" where they do not tell.

    ``hint`` (BCP 47) decides only where the text has too few words to tell.
    """
    sample = (title + "\n" + text[: _LOOKED_AT - min(len(title), 200)])[:_LOOKED_AT]
    words = _WORD.findall(sample.lower())
    german = english = other = 0
    for word in words:
        if word in _GERMAN:
            german += 1
            english += word in _SHARED
        elif word in _ENGLISH:
            english += 1
        elif word in _OTHER:
            other += 1
    if german > english and german > other and (german >= 2 or len(words) <= 6):
        return "de"
    if english > german and english > other and (english >= 2 or len(words) <= 6):
        return "en"
    foreign_script = len(_NOT_LATIN.findall(sample)) > len(sample) // 4
    if len(words) >= 4 or foreign_script:
        found, probability = _identifier().classify(sample)
        if probability > 0.7 or (len(words) >= 8 and found in KNOWN):
            return str(found)
    hinted = _PREFIX.match(hint.lower())
    if hinted:
        return hinted.group()
    if re.search(r"[äöüß]", sample.lower()) and other == 0:
        return "de"
    return ""


def is_known(language: str, title: str, text: str) -> bool:
    """Tell whether a classifier for German and English may trust itself on a text judged ``language``.

    A text too short to tell ("CRM?") gets the benefit of the doubt unless its script is not Latin.
    """
    return language in KNOWN or (not language and not _NOT_LATIN.search(title[:200] + text[:200]))


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(_CANDIDATES))
    return identifier
