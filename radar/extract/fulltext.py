"""The page of a feed's entry: the text that the feed left out.

Where publishers mark the article it is taken by its mark; else readability-lxml finds the block with the most prose.
The post keeps the identity it has in the feed.
"""

from __future__ import annotations

import logging

from lxml import etree
from readability import Document

from radar.errors import ExtractionError
from radar.extract import html
from radar.extract.page import Context, Extraction, Page
from radar.extract.reading import Reading

_MARKED = (
    "[itemprop=articleBody]",
    ".entry-content",
    ".post-content",
    ".article-content",
    ".article-body",
    ".article__body",
    ".post-body",
    ".gh-content",
    "article .content",
    "article",
    "main",
)
_DROP = (
    "nav, header, footer, aside, form, .sharedaddy, .jp-relatedposts, .share, .social, .related, .comments, #comments,"
    " .author-box, .newsletter, .advertisement, .cookie, [aria-hidden=true], [hidden]"
)
_LEAST = 200
"""Characters below which a marked block is taken for a teaser."""
_READABLE = 1_000_000
"""Characters that readability gets to see."""

logging.getLogger("readability").setLevel(logging.ERROR)


def article(page: Page) -> str:
    """The article of a page as text, "" if there is none."""
    for css in _MARKED:
        nodes = html.select(page.tree, css)
        if len(nodes) == 1 or (nodes and css.startswith("[")):
            text = html.text_of(nodes[0], _DROP)
            if len(text) >= _LEAST:
                return text
    try:
        summary = Document(page.text[:_READABLE], url=page.url).summary(html_partial=True)
    except (
        etree.LxmlError,
        ValueError,
        TypeError,
        AttributeError,
        RecursionError,
        AssertionError,
        LookupError,
    ) as error:
        raise ExtractionError(f"no article can be found: {type(error).__name__}") from error
    return html.text_of(html.fragment(summary), _DROP)


def read_entry_page(page: Page, context: Context) -> Extraction:
    """The entry's post once more, with its full text. Raises ExtractionError if the page has no article."""
    reading = Reading(page, context)
    text = article(page)
    if len(text) < 40:
        raise ExtractionError("no article can be found")
    reading.language = context.language or html.language(page.tree)
    reading.post(
        external_id=reading.carried("entry"),
        url=reading.carried("thread_url") or reading.url(page.url),
        words=text,
        title=reading.carried("title") or html.title(page.tree),
        thread_id=reading.carried("thread_id"),
        thread_url=reading.carried("thread_url"),
        board=reading.carried("board"),
        author=reading.carried("author"),
        created_at=reading.dates.read(reading.carried("created")),
    )
    return reading.extraction()
