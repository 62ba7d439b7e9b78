"""What a classifier reads of a post."""

from __future__ import annotations

from dataclasses import dataclass

from radar.model import Post


@dataclass(frozen=True, slots=True)
class Passage:
    """One post as the classifier sees it: the author's own words and little else."""

    title: str
    """Title of the thread; "" where there is none. Of a reply it is often someone else's: see ``first``."""
    text: str
    """The author's own words, without quotes of others."""
    first: bool | None = None
    """True for the post that opens a thread, False for a reply, None where unknown."""
    language: str = ""
    """Language hint of the page (BCP 47); only used where the text itself does not tell."""

    @classmethod
    def of(cls, post: Post) -> Passage:
        """Take what matters of ``post``."""
        return cls(title=post.title, text=post.text, first=post.first, language=post.language)
