"""Pages of a thread or a board: which one an address means, and which one comes next."""

from __future__ import annotations

import re
from collections.abc import Iterable

from radar.extract import html
from radar.extract.fields import found, number
from radar.extract.layout import Layout
from radar.extract.reading import Reading


def further(reading: Reading, links: Iterable[html.Node], numbered: str, first: int = 1) -> str:
    """The address of the first of ``links`` that really leads further on; "" if none does.

    ``numbered`` finds the number or offset of a page in its address, which names none on the ``first``. Past its end
    many a software points to the beginning again.
    """
    here = number(found(numbered, reading.page.url)) or first
    for link in links:
        url = reading.url(link.get("href"))
        if (number(found(numbered, url)) or first) > here:
            return url
    return ""


class Paging:
    """The pages around one page, by the software's own pointers; never by counting up until something fails."""

    def __init__(self, layout: Layout, reading: Reading, address: str) -> None:
        """``address``: that of the page, its canonical one where it was reached by that of a post."""
        self._layout = layout
        self._reading = reading
        self._address = address
        self.here = self.number(address)
        """The number or offset of this page."""

    def number(self, url: str) -> int:
        """The page number or offset in an address, 1 where it names none."""
        return max(int(found(self._layout.page_at, url) or 0), 1)

    def first(self, url: str) -> str:
        """The address of a thread's first page, whatever page of it ``url`` is."""
        pattern, replacement = self._layout.first_page
        return re.sub(pattern, replacement, url)

    def following(self, *, from_start: bool = False) -> str:
        """The next page; "" on the last one.

        ``from_start``: the first page came for the last one known, which is gone, so that reading goes on from there.
        """
        layout, reading = self._layout, self._reading
        if layout.next:
            hrefs = [each.get("href") for each in html.select(reading.tree, layout.next)]
        else:
            hrefs = [each.get("href") for each in html.rels(reading.tree, "next")]
        for href in hrefs:
            url = reading.url(href)
            if url and self.number(url) > (1 if from_start else self.here) and self._continues(url):
                return url
        if not layout.pager or found(layout.post_at, self._address):
            return ""  # reached by a post's address, a page does not know its own number
        numbered = sorted(
            (self.number(url), url)
            for url in (reading.url(each.get("href")) for each in html.select(reading.tree, layout.pager))
            if url and self.number(url) > self.here and self._continues(url)
        )
        return numbered[0][1] if numbered else ""

    def _continues(self, url: str) -> bool:
        """Whether an address belongs to the thread or board this page shows."""
        layout, here = self._layout, self._reading.url(self._address)
        thread, other = found(layout.thread_at, here), found(layout.thread_at, url)
        if thread or other:
            return other in {thread, ""} if thread else False
        board = found(layout.board_at, here)
        return not board or found(layout.board_at, url) in {board, ""}

    def seen_before(self) -> int | None:
        """Posts on the pages before this one; None where that cannot be told."""
        if self.here <= 1 and not found(self._layout.post_at, self._address):
            return 0
        return number(self._reading.carried("seen"))
