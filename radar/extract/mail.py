"""Plain text of mail and Usenet: own words, quotes and signature told apart by their conventions.

Quotes begin with ``>`` (RFC 3676), a signature with a line of two hyphens and a space (RFC 3676, 4.3); mailers
add an attribution line above quotes, and some quote everything below a separator.
"""

from __future__ import annotations

import re

from radar.extract.text import Words, clean

_QUOTED = re.compile(r"\s{0,3}(?:[A-Za-z]{0,3}>|\|\s)")
_ATTRIBUTION = re.compile(
    r"(?:am|on|le|den)\b.{0,200}\b(?:schrieb|wrote|écrit)\b.{0,120}:\s*$"
    r"|.{1,160}\b(?:schrieb|wrote|writes|schreibt|meinte|said)\b.{0,80}:\s*$"
    r"|(?:in|im)\s+(?:article|artikel|message|beitrag)\b.{0,200}:\s*$",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"\s*(?:-{2,}|_{2,})\s*(?:original message|forwarded message|original-nachricht|urspr(?:ü|ue)ngliche nachricht"
    r"|weitergeleitete nachricht|original appointment)\b",
    re.IGNORECASE,
)
_HEADER = re.compile(r"(?:von|from):\s.{0,200}$", re.IGNORECASE)
_HEADER_2 = re.compile(r"(?:gesendet|sent|datum|date|an|to|betreff|subject|cc):\s.{0,200}$", re.IGNORECASE)
_SIGNATURE = re.compile(r"--\s?$")
_FOOTER = re.compile(r"_{30,}\s*$")
_SIGNED = re.compile(r"^-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Za-z]+: [^\n]*\n)*\n", re.MULTILINE)
_PGP = re.compile(r"-----BEGIN PGP [A-Z ]{1,40}-----\s*$")


def split_mail(text: str) -> Words:
    """Own words and quoted text of a plain text mail; signature, list footer and PGP's blocks are cut."""
    own: list[str] = []
    quoted: list[str] = []
    text = _SIGNED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"), count=1)
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if _SIGNATURE.match(line) or _FOOTER.match(line) or _PGP.match(line):
            break
        if _SEPARATOR.match(line) or (_HEADER.match(line) and _headers_follow(lines, number)):
            quoted.extend(_unquoted(rest) for rest in lines[number + 1 :])
            break
        if _QUOTED.match(line):
            if not quoted or number == 0 or not _QUOTED.match(lines[number - 1]):
                _drop_attribution(own)
                if quoted:
                    quoted.append("")
            quoted.append(_unquoted(line))
        else:
            own.append(line)
    return Words(clean("\n".join(own)), clean("\n".join(quoted)))


def _headers_follow(lines: list[str], number: int) -> bool:
    return any(_HEADER_2.match(line) for line in lines[number + 1 : number + 3])


def _unquoted(line: str) -> str:
    while match := _QUOTED.match(line):
        line = line[match.end() :]
    return line.strip()


def _drop_attribution(own: list[str]) -> None:
    """Remove the "A wrote on Monday:" above a quote; it may run over two lines."""
    end = len(own)
    while end and not own[end - 1].strip():
        end -= 1
    for lines in (1, 2):
        if end >= lines and _ATTRIBUTION.match(" ".join(own[end - lines : end])[:400].strip()):
            del own[end - lines :]
            return
