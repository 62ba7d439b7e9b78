"""Posts that a page describes in schema.org terms: QAPage, Question, Answer, DiscussionForumPosting, Comment.

Used for any Q&A site that marks its pages, by the modules of software that does so, and before guessing at the
pages of unknown software (developers.google.com/search/docs/appearance/structured-data/qapage and
.../discussion-forum name the properties).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from radar.extract.page import Context, Extraction, Link, LinkKind, Mark, Page, Software, Way
from radar.extract.reading import Reading
from radar.extract.schema_org import Item, items_of, posts_marked, walk
from radar.extract.urls import canonical, fragment
from radar.model import Channel, Source

THREADS = frozenset({"Question", "DiscussionForumPosting", "SocialMediaPosting"})
REPLIES = frozenset({"Answer", "Comment", "DiscussionForumPosting", "SocialMediaPosting", "UserComments"})
_BODY = ("text", "articleBody", "commentText", "description")
_TIMES = ("dateCreated", "datePublished", "commentTime", "uploadDate")
_REPLY_PROPERTIES = ("acceptedAnswer", "suggestedAnswer", "answer", "comment", "hasPart")
_POST_NUMBER = re.compile(r"(?:post|answer|comment|msg|message|reply|c|a|p|pid|q)?[-_]?(\d+)$", re.IGNORECASE)


def read_structured(reading: Reading, *, quotes: str = "blockquote", drop: str = "") -> str | None:
    """Add the posts that the page describes; returns the thread's id, None if it describes none.

    Only pages of one thread count: lists of questions, as search pages have them, are left to their links.
    """
    if not posts_marked(reading.tree):
        return None
    items = items_of(reading.page)
    threads = [item for item in walk(items) if item.types & THREADS]
    if not threads:
        return _loose_comments(reading, items, quotes, drop)
    whole = [item for item in threads if _answers(item) or _has_body(item)]
    if any("Question" in item.types for item in whole):
        whole = [item for item in whole if "Question" in item.types]
        if len(whole) > 1:
            return None
    if not whole:
        return None
    thread = _Thread(reading, whole[0], quotes, drop)
    thread.read()
    for item in whole[1:]:
        thread.reply(item, None)
    return thread.id if reading.posts else None


def _has_body(item: Item) -> bool:
    return any(value not in ("", None) for name in _BODY[:3] for value in item.all(name))


def _answers(item: Item) -> list[Item]:
    return [reply for reply in item.items(*_REPLY_PROPERTIES) if reply.types & REPLIES]


class _Thread:
    """A thread being read from its items."""

    def __init__(self, reading: Reading, item: Item, quotes: str, drop: str) -> None:
        self.reading, self.item, self.quotes, self.drop = reading, item, quotes, drop
        here = canonical(reading.page.url)
        self.url = (
            reading.url(item.text("mainEntityOfPage", "url", "discussionUrl")) or reading.url(item.id) or here
        )
        if fragment(reading.url(item.text("url"), fragment=True)):
            self.url = here
        self.id = reading.carried("thread_id") or self.url
        self.title = item.text("headline", "name") or reading.carried("title")
        self.solved: bool | None = None
        if "Question" in item.types:
            self.solved = bool(item.items("acceptedAnswer"))

    def read(self) -> None:
        """The opening post, then its replies and theirs."""
        item, reading = self.item, self.reading
        replies = _answers(item)
        count = item.number("answerCount", "commentCount")
        if count is None:
            count = next(
                (stat.number("userInteractionCount") for stat in item.items("interactionStatistic")), None
            )
        if _has_body(item) or "Question" in item.types:
            with reading.entry("a question that cannot be read"):
                self._add(item, first=True, count=count)
        seen: set[int] = set()
        for reply in replies:
            if id(reply) not in seen:
                seen.add(id(reply))
                self.reply(reply, None)

    def reply(self, item: Item, parent: Item | None, depth: int = 0) -> None:
        """An answer or comment, and the comments on it."""
        with self.reading.entry("an answer that cannot be read"):
            if _has_body(item):
                position = item.number("position")
                self._add(item, first=position == 1 if position else False, position=position)
        if depth < 8:
            for comment in _answers(item):
                self.reply(comment, item, depth + 1)

    def _add(self, item: Item, *, first: bool, count: int | None = None, position: int | None = None) -> None:
        reading = self.reading
        url = reading.url(item.text("url"), fragment=True) or reading.url(item.id, fragment=True)
        words = item.words(self.quotes, self.drop, *_BODY)
        if first and not words.own and not self.title:
            return
        author = item.text("author", "creator")
        said = item.text(*_TIMES)
        reading.post(
            external_id=_identity(item, url, self.url, first, f"{author}\n{said or words.own[:200]}"),
            url=url or self.url,
            words=words,
            title=self.title,
            thread_id=self.id,
            thread_url=self.url,
            board=reading.carried("board"),
            position=1 if first else position,
            first=first,
            author=author,
            created_at=reading.dates.read(said),
            edited_at=reading.dates.read(item.text("dateModified")),
            answer_count=count,
            solved=self.solved,
            language=item.text("inLanguage"),
        )


def _identity(item: Item, url: str, thread: str, first: bool, said: str) -> str:
    """The software's own id if the page shows one, else the address, else what distinguishes the post."""
    given = item.text("identifier")
    if given:
        return given
    if url and (url != thread or first):
        return url
    if item.node is not None:
        match = _POST_NUMBER.fullmatch(item.node.get("id") or "")
        if match:
            return f"{thread}#{item.node.get('id')}"
    return thread if first else f"{thread}#{hashlib.sha256(said.encode('utf-8', 'replace')).hexdigest()[:16]}"


def _loose_comments(reading: Reading, items: list[Item], quotes: str, drop: str) -> str | None:
    """Comments or answers without the thread that they belong to, as later pages have them."""
    replies = [item for item in walk(items) if item.types & REPLIES and _has_body(item)]
    if len(replies) < 1 or not reading.carried("title"):
        return None
    thread = _Thread(reading, Item(), quotes, drop)
    for item in replies:
        thread.reply(item, None, depth=8)
    return thread.id


def entries(source: Source) -> Sequence[Link]:
    """The source's address, or the boards it names."""
    addresses = [board for board in source.boards if "://" in board] or [source.url]
    return [Link(url=url, kind=LinkKind.BOARD) for url in map(canonical, addresses) if url]


def extract(page: Page, context: Context) -> Extraction:
    """A marked thread page, or a list of links to such pages."""
    from radar.extract.generic import read_listing

    reading = Reading(page, context)
    thread = read_structured(reading)
    if thread is not None:
        return reading.extraction(thread_id=thread)
    return read_listing(reading, least=1)  # a site that has questions may show just one of them


SOFTWARE = Software(
    name="qapage",
    channel=Channel.QA,
    way=Way.STRUCTURED,
    entries=entries,
    extract=extract,
    marks=(
        Mark("html", r"schema\.org/QAPage", 8),
        Mark("html", r"[\"']@type[\"']\s*:\s*\[?\s*[\"']QAPage[\"']", 8),
    ),
    note="Any site that marks its questions as schema.org QAPage.",
)
