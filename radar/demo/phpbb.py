"""A board in the markup of phpBB 3.3 with its default style prosilver, and its manners.

Session ids in every link until a cookie comes back, login forms with status 200, the last page again past the
end, Atom feeds of 15 posts.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from html import escape
from itertools import count
from operator import itemgetter
from zoneinfo import ZoneInfo

from radar.demo import phpbb_markup as markup
from radar.demo.archive import Archive, Post, Topic, iso
from radar.demo.http import HTML, Answer, Asked
from radar.demo.phpbb_feed import entry, feed, posts_of

TOPICS_A_PAGE = 10
POSTS_A_PAGE = 10
_SESSION = "\x02sid\x02"
_COOKIE = "phpbb3_demo_sid"
_DAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
_MONTHS = ("Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez")


class Phpbb:
    """One board; ``private`` names a forum that only members may read."""

    base = ""

    def __init__(self, name: str, archive: Archive, *, private: str = "") -> None:
        self.name = name
        self.archive = archive
        self.private = private
        self._zone = ZoneInfo("Europe/Berlin")
        self._rendered: dict[tuple[object, ...], tuple[int, str, str]] = {}
        self._sessions = count(1)

    def answer(self, asked: Asked) -> Answer:
        """The answer to a request."""
        key = (self.archive.version, asked.path, *sorted(asked.query.items()))
        if key not in self._rendered:
            self._rendered[key] = self._render(asked)
        status, content_type, page = self._rendered[key]
        if _COOKIE + "=" in asked.headers.get("cookie", ""):
            return Answer(_without_session(page).encode(), status, content_type)
        session = hashlib.md5(
            f"{self.base}{next(self._sessions)}".encode(), usedforsecurity=False
        ).hexdigest()
        cookie = f"{_COOKIE}={session}; path=/; HttpOnly"
        return Answer(
            page.replace(_SESSION, session).encode(), status, content_type, (("Set-Cookie", cookie),)
        )

    def _render(self, asked: Asked) -> tuple[int, str, str]:
        path = asked.path.removeprefix("/app.php")
        if path in ("/", "/index.php"):
            return 200, HTML, self._index()
        if path == "/viewforum.php":
            return self._forum(asked.number("f"), asked.number("start"))
        if path == "/viewtopic.php":
            return self._topic(asked)
        if path in ("/memberlist.php", "/ucp.php"):
            return 200, HTML, self._login("ucp", "Du musst angemeldet sein, um Profile ansehen zu können.")
        if path == "/feed" or path.startswith("/feed/"):
            return self._feed(path.removeprefix("/feed").strip("/"))
        return 404, HTML, self._page("index", "Information", "", markup.message("Seite nicht gefunden."))

    def _index(self) -> str:
        rows = []
        for number, board in self._boards():
            topics = self.archive.newest_first(number)
            last = max(
                ((topic.last.created, topic.last, topic) for topic in topics), key=itemgetter(0), default=None
            )
            rows.append(
                markup.FORUM_ROW.format(
                    link=self._link(f"./viewforum.php?f={number}"),
                    name=escape(board),
                    topics=len(topics),
                    posts=sum(len(topic.posts) for topic in topics),
                    last=self._last_post(last[2]) if last else "Keine Beiträge",
                )
            )
        body = markup.FORUM_LIST.format(rows="\n".join(rows))
        return self._page("index", "Foren-Übersicht", "./index.php", body)

    def _forum(self, number: int, start: int) -> tuple[int, str, str]:
        if number == len(self.archive.boards) + 1 and self.private:
            wall = "Um dieses Forum ansehen zu können, musst du registriert und angemeldet sein."
            return 200, HTML, self._login("viewforum", wall)
        if not 1 <= number <= len(self.archive.boards):
            message = markup.message("Das ausgewählte Forum existiert nicht.")
            return 404, HTML, self._page("viewforum", "Information", "", message)
        topics = self.archive.newest_first(number)
        start = _within(start, len(topics), TOPICS_A_PAGE)
        rows = [
            self._topic_row(topic, index) for index, topic in enumerate(topics[start : start + TOPICS_A_PAGE])
        ]
        here = f"./viewforum.php?f={number}"
        name = self.archive.boards[number - 1]
        body = markup.TOPIC_LIST.format(
            name=escape(name),
            link=self._link(here),
            pages=self._pages(here, start, len(topics), TOPICS_A_PAGE, f"{len(topics)} Themen"),
            rows="\n".join(rows),
        )
        feed = f"/app.php/feed/forum/{number}"
        return (
            200,
            HTML,
            self._page("viewforum", name, here + (f"&start={start}" if start else ""), body, feed),
        )

    def _topic(self, asked: Asked) -> tuple[int, str, str]:
        start = asked.number("start")
        if "p" in asked.query:
            found = self.archive.find_post(asked.number("p"))
            topic = found[0] if found else None
            start = (found[1].position - 1) // POSTS_A_PAGE * POSTS_A_PAGE if found else 0
        else:
            topic = self.archive.topics.get(asked.number("t"))
        if topic is None:
            message = markup.message("Das ausgewählte Thema existiert nicht.")
            return 404, HTML, self._page("viewtopic", "Information", "", message)
        start = _within(start, len(topic.posts), POSTS_A_PAGE)
        here = f"./viewtopic.php?t={topic.id}"
        posts = [self._post(topic, post) for post in topic.posts[start : start + POSTS_A_PAGE]]
        body = markup.TOPIC.format(
            title=escape(_title(topic)),
            link=self._link(here),
            pages=self._pages(here, start, len(topic.posts), POSTS_A_PAGE, f"{len(topic.posts)} Beiträge"),
            posts='\n<hr class="divider" />\n'.join(posts),
            board=escape(self.archive.boards[topic.board - 1]),
            board_link=self._link(f"./viewforum.php?f={topic.board}"),
        )
        feed = f"/app.php/feed/topic/{topic.id}"
        canonical = here + (f"&start={start}" if start else "")
        return 200, HTML, self._page("viewtopic", _title(topic), canonical, body, feed)

    def _topic_row(self, topic: Topic, index: int) -> str:
        jumps = ""
        if len(topic.posts) > POSTS_A_PAGE:
            steps = range(0, len(topic.posts), POSTS_A_PAGE)
            jumps = markup.TOPIC_JUMPS.format(
                pages="\n".join(
                    f'<li><a class="button" href="{self._link(f"./viewtopic.php?t={topic.id}" + (f"&start={step}" if step else ""))}">{step // POSTS_A_PAGE + 1}</a></li>'
                    for step in steps
                )
            )
        return markup.TOPIC_ROW.format(
            stripe=1 + index % 2,
            link=self._link(f"./viewtopic.php?t={topic.id}"),
            title=escape(_title(topic)),
            author=self._author(topic.first),
            time=self._time(topic.first.created),
            replies=len(topic.posts) - 1,
            views=37 * len(topic.posts) + topic.id,
            last=self._last_post(topic),
            jumps=jumps,
        )

    def _last_post(self, topic: Topic) -> str:
        return markup.LAST_POST.format(
            author=self._author(topic.last),
            link=self._link(f"./viewtopic.php?p={topic.last.id}") + f"#p{topic.last.id}",
            time=self._time(topic.last.created),
        )

    def _post(self, topic: Topic, post: Post) -> str:
        title = _title(topic) if post.position == 1 else "Re: " + _title(topic)
        edited = ""
        if post.edited:
            edited = markup.EDITED.format(author=self._author(post), time=self._local(post.edited))
        signature = markup.SIGNATURES.get(post.author_id % 7, "")
        return markup.POST.format(
            id=post.id,
            stripe=1 + post.position % 2,
            author=self._author(post),
            link=self._link(f"./viewtopic.php?p={post.id}") + f"#p{post.id}",
            quote_link=self._link(f"./posting.php?mode=quote&p={post.id}"),
            title=escape(title),
            time=self._time(post.created),
            content=self._content(post),
            edited=edited,
            signature=f'<div id="sig{post.id}" class="signature">{signature}</div>' if signature else "",
            joined=self._local(post.created - timedelta(days=200 + 13 * (post.author_id % 40))),
            count=3 * post.author_id % 400 + 1,
        )

    def _content(self, post: Post) -> str:
        own = markup.text(post.text)
        if post.quote is None:
            return own
        quote = markup.QUOTE.format(
            profile=self._link(f"./memberlist.php?mode=viewprofile&u={post.quote.author_id}"),
            author=escape(post.quote.author),
            link=self._link(f"./viewtopic.php?p={post.quote.id}") + f"#p{post.quote.id}",
            id=post.quote.id,
            time=self._local(post.quote.created),
            text=markup.quoted(post.quote.text),
        )
        return quote + own

    def _pages(self, here: str, start: int, total: int, size: int, label: str) -> str:
        pages = range(0, max(total, 1), size)
        if len(pages) == 1:
            return markup.ONE_PAGE.format(label=label)

        def link(step: int) -> str:
            return self._link(here + (f"&start={step}" if step else ""))

        items = [markup.PREVIOUS.format(link=link(start - size))] if start else []
        for step in pages:
            number = step // size + 1
            if step == start:
                items.append(f'<li class="active"><span>{number}</span></li>')
            else:
                items.append(f'<li><a class="button" href="{link(step)}" role="button">{number}</a></li>')
        if start + size < total:
            items.append(markup.NEXT.format(link=link(start + size)))
        return markup.PAGES.format(label=label, items="\n".join(items))

    def _login(self, section: str, message: str) -> str:
        form = markup.LOGIN.format(message=message, action=self._link("./ucp.php?mode=login"))
        return self._page(section, "Anmelden", "", form)

    def _feed(self, which: str) -> tuple[int, str, str]:
        posts = posts_of(self.archive, which)
        if posts is None:
            message = markup.message("Dieser Feed existiert nicht.")
            return 404, HTML, self._page("index", "Information", "", message)
        entries = [
            entry(
                self.base,
                self.archive.boards[topic.board - 1],
                topic,
                post,
                _without_session(self._content(post)),
                self._local(post.created),
            )
            for topic, post in posts
        ]
        document = feed(self.base, self.name, which, posts, entries)
        return 200, "application/atom+xml; charset=UTF-8", document

    def _boards(self) -> list[tuple[int, str]]:
        names = [*self.archive.boards, *([self.private] if self.private else [])]
        return list(enumerate(names, start=1))

    def _author(self, post: Post) -> str:
        link = self._link(f"./memberlist.php?mode=viewprofile&u={post.author_id}")
        return f'<a href="{link}" class="username">{escape(post.author)}</a>'

    def _time(self, moment: datetime) -> str:
        return f'<time datetime="{iso(moment)}">{self._local(moment)}</time>'

    def _local(self, moment: datetime) -> str:
        local = moment.astimezone(self._zone)
        day = f"{_DAYS[local.weekday()]} {local.day}. {_MONTHS[local.month - 1]} {local.year}"
        return f"{day}, {local:%H:%M}"

    def _link(self, target: str) -> str:
        return escape(target + ("&" if "?" in target else "?") + "sid=" + _SESSION)

    def _page(self, section: str, title: str, canonical: str, body: str, feed: str = "/app.php/feed") -> str:
        return markup.PAGE.format(
            section=section,
            title=escape(title),
            name=escape(self.name),
            canonical=f'<link rel="canonical" href="{escape(self.base + canonical[1:])}">'
            if canonical
            else "",
            feed=self._link(feed),
            feed_all=self._link("/app.php/feed"),
            home=self._link("./index.php"),
            login=self._link("./ucp.php?mode=login"),
            register=self._link("./ucp.php?mode=register"),
            body=body,
        )


def _title(topic: Topic) -> str:
    return ("[gelöst] " if topic.solved else "") + topic.title


def _within(start: int, total: int, size: int) -> int:
    """A page's beginning: the last page stands in for all beyond it."""
    last = max(total - 1, 0) // size * size
    return min(start // size * size, last)


def _without_session(page: str) -> str:
    for form in (f"?sid={_SESSION}&amp;", f"&amp;sid={_SESSION}", f"?sid={_SESSION}"):
        page = page.replace(form, "?" if form.endswith("&amp;") else "")
    return page
