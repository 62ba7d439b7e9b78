"""Usage preferences of publishers: ``Content-Usage`` (IETF AIPREF) and ``Content-Signal``.

Both are lists of ``category=preference``; ``n``, ``no`` and ``?0`` refuse, everything else does not.
"""

from __future__ import annotations

import re

OURS = frozenset({"all", "bots", "tdm", "ai", "train-ai", "ai-train", "ai-input", "search"})
"""The categories that what the radar does falls into: it reads automatically (``bots``), mines text (``tdm``),
puts it before a classifier (``ai``, ``ai-input``) that may learn from the owner's verdicts (``train-ai``), and
builds an index with links and excerpts (``search``). Generating text is not among them."""

_ENTRY = re.compile(r"\s*([A-Za-z*][A-Za-z0-9_.*-]*)\s*=\s*(\?[01]|[A-Za-z]+)")


def refused_usage(preferences: str) -> str | None:
    """The first preference that refuses a use of ours, as ``category=value``; None if there is none.

    Parameters and unknown categories are ignored, as the drafts demand; a value that cannot be read refuses
    nothing.
    """
    for entry in preferences.split(","):
        match = _ENTRY.match(entry)
        if match and match[1].lower() in OURS and match[2].lower() in {"n", "no", "?0"}:
            return f"{match[1].lower()}={match[2].lower()}"
    return None
