"""Smilies that are pictures, back to the characters that were typed.

Pictures of phpBB, SMF, XenForo and WordPress have those characters as their alternative text; those of MyBB, FluxBB,
PunBB and vBulletin have the picture's name, which reads like a word of the author's.
"""

from __future__ import annotations

import re
from typing import Any

_TYPED = {
    "smile": ":)",
    "smiley": ":)",
    "wink": ";)",
    "big smile": ":D",
    "big grin": ":D",
    "grin": ":D",
    "biggrin": ":D",
    "sad": ":(",
    "frown": ":(",
    "neutral": ":|",
    "yikes": ":o",
    "hmm": ":/",
    "undecided": ":-/",
    "tongue": ":P",
    "stick out tongue": ":P",
    "angry": ":@",
    "confused": ":s",
    "cry": ":'(",
    "mad": ":mad:",
    "lol": ":lol:",
    "cool": ":cool:",
    "roll": ":rolleyes:",
    "rolleyes": ":rolleyes:",
}
_MARKS = ("emoji", "smil", "emoticon", "inlineimg")
_NAME = re.compile(r"[A-Za-z][A-Za-z _-]{1,28}\Z")


def typed(image: Any) -> str:
    """What a picture (an element of a tree) stands for if it is a smiley or an emoji, else ""."""
    text: str = image.get("alt") or ""
    marks = ((image.get("class") or "") + " " + (image.get("src") or "")).lower()
    is_smiley = any(mark in marks for mark in _MARKS)
    if is_smiley and not text:
        text = image.get("title") or ""
    if not text or len(text) > 30 or (text.isascii() and not is_smiley):
        return ""
    if not _NAME.match(text):
        return text
    name = re.sub(r"[ _-]+", " ", text).lower()
    return _TYPED.get(name) or f":{name.replace(' ', '_')}:"
