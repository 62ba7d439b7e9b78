"""A post: what one author wrote at one place of a thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One public post as an extractor read it.

    Times are aware UTC. Texts are plain text, cleaned at the edge: no NUL, no lone surrogate, no control
    characters but line feed, bounded in length. An empty string means "the page does not say".
    """

    source: str
    """Name of the source in ``radar.toml``."""
    external_id: str
    """The software's own id of the post; together with ``source`` it is the post's identity."""
    url: str
    """Permalink of the post."""
    thread_id: str = ""
    """The software's own id of the thread."""
    thread_url: str = ""
    title: str = ""
    """Title of the thread."""
    board: str = ""
    """Name of the board, category, group or tag as shown."""
    position: int | None = None
    """1 for the first post of the thread; None where the page does not tell."""
    first: bool | None = None
    """True for the post that opens the thread, False for a reply, None where unknown."""
    author: str = ""
    """Author as shown; a pseudonym once the store is reached, unless the owner turned that off."""
    text: str = ""
    """The author's own words: without quotes of others and without signature."""
    quoted: str = ""
    """What the author quoted of others."""
    language: str = ""
    """Language hint of page or source (BCP 47), not a judgement."""
    created_at: datetime | None = None
    edited_at: datetime | None = None
    fetched_at: datetime
    answer_count: int | None = None
    """Replies or answers to the thread, as the page counts them; set on first posts only."""
    solved: bool | None = None
    """Whether the thread is marked as solved or has an accepted answer."""
