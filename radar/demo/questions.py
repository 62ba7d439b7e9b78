"""A question-and-answer site of no known software: schema.org ``QAPage`` as microdata or as JSON-LD."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

from radar.demo.archive import Archive, Post, Topic, iso
from radar.demo.http import HTML, Answer, Asked, redirect, text
from radar.demo.markup import paragraphs

QUESTIONS_A_PAGE = 5


@dataclass(frozen=True, slots=True)
class Words:
    """What the site says in its own language."""

    questions: str
    answers: str
    newest: str
    asked: str
    missing: str


_WORDS = {
    "de": Words("fragen", "Antworten", "Neueste Fragen", "gefragt von", "Diese Frage gibt es nicht."),
    "en": Words("questions", "answers", "Newest questions", "asked by", "There is no such question."),
}


class Questions:
    """One site; ``structured`` says where the machine-readable form stands."""

    base = ""

    def __init__(self, name: str, archive: Archive, structured: Literal["microdata", "json-ld"]) -> None:
        self.name = name
        self.archive = archive
        self.structured = structured
        self._words = _WORDS[archive.language]
        self._rendered: dict[tuple[object, ...], Answer] = {}

    def answer(self, asked: Asked) -> Answer:
        """The answer to a request."""
        key = (self.archive.version, asked.path, *sorted(asked.query.items()))
        if key not in self._rendered:
            self._rendered[key] = self._render(asked)
        return self._rendered[key]

    def _render(self, asked: Asked) -> Answer:
        path = asked.path
        questions = self._words.questions
        if path == "/robots.txt":
            return text(
                f"User-agent: *\nDisallow: /user/\nDisallow: /login\nSitemap: {self.base}/sitemap.xml\n"
            )
        if path == "/sitemap.xml":
            return self._sitemap()
        if path in ("/", f"/{questions}"):
            return self._list(self.archive.newest_first(), f"/{questions}", asked, self._words.newest)
        if match := re.fullmatch(r"/tag/([\w.-]+)", path):
            topics = [topic for topic in self.archive.newest_first() if match[1] in topic.tags]
            if topics:
                return self._list(topics, path, asked, match[1])
        if match := re.fullmatch(r"/(\d+)(?:/([\w-]*))?", path):
            topic = self.archive.topics.get(int(match[1]))
            if topic is not None:
                if match[2] != topic.slug:
                    return redirect(self._link(topic))
                return self._question(topic)
        return text(self._page(self._words.missing, f"<h1>{self._words.missing}</h1>"), HTML, 404)

    def _list(self, topics: list[Topic], path: str, asked: Asked, heading: str) -> Answer:
        start = asked.number("start")
        rows = "\n".join(self._row(topic) for topic in topics[start : start + QUESTIONS_A_PAGE])
        links, head = [], ""
        if start:
            before = max(start - QUESTIONS_A_PAGE, 0)
            links.append(f'<a rel="prev" href="{path}{f"?start={before}" if before else ""}">&laquo;</a>')
        if start + QUESTIONS_A_PAGE < len(topics):
            following = f"{path}?start={start + QUESTIONS_A_PAGE}"
            links.append(f'<a rel="next" href="{following}">&raquo;</a>')
            head = f'<link rel="next" href="{self.base}{following}">'
        body = f'<h1>{escape(heading)}</h1>\n<div class="q-list">\n{rows}\n</div>\n<nav class="pages">{" ".join(links)}</nav>'
        return text(self._page(heading, body, head), HTML)

    def _row(self, topic: Topic) -> str:
        tags = " ".join(f'<a rel="tag" href="/tag/{tag}">{tag}</a>' for tag in topic.tags)
        return f"""<div class="q-list-item" id="q{topic.id}">
<h3 class="q-item-title"><a href="{self._link(topic)}">{escape(topic.title)}</a></h3>
<span class="q-item-meta">{len(topic.posts) - 1} {self._words.answers}, {self._words.asked} <a href="/user/{escape(topic.first.author)}">{escape(topic.first.author)}</a>
<time datetime="{iso(topic.last.created)}">{topic.last.created:%d.%m.%Y}</time></span> {tags}
</div>"""

    def _question(self, topic: Topic) -> Answer:
        link = self._link(topic)
        head = f'<link rel="canonical" href="{self.base}{link}">'
        if self.structured == "json-ld":
            data = json.dumps(self._linked_data(topic), ensure_ascii=False, indent=1).replace("</", "<\\/")
            head += f'\n<script type="application/ld+json">{data}</script>'
            posts = "\n".join(
                f'<article id="a{post.id}"><header>{escape(post.author)}, {post.created:%d.%m.%Y %H:%M}</header>{paragraphs(post.text)}</article>'
                for post in topic.posts
            )
            body = f"<h1>{escape(topic.title)}</h1>\n{posts}"
            return text(self._page(topic.title, body, head), HTML)
        answers = "\n".join(self._answer_markup(topic, post) for post in topic.posts[1:])
        tags = " ".join(f'<a rel="tag" href="/tag/{tag}">{tag}</a>' for tag in topic.tags)
        body = f"""<div itemscope itemtype="https://schema.org/QAPage">
<div itemprop="mainEntity" itemscope itemtype="https://schema.org/Question" id="q{topic.id}">
<h1><a href="{link}"><span itemprop="name">{escape(topic.title)}</span></a></h1>
<div class="q-view-content" itemprop="text">{paragraphs(topic.first.text)}</div>
<div class="tags">{tags}</div>
<span class="q-view-meta">{self._words.asked} {_author(topic.first)}
<time itemprop="dateCreated" datetime="{iso(topic.first.created)}">{topic.first.created:%d.%m.%Y}</time>
<meta itemprop="upvoteCount" content="{topic.id % 5}"></span>
<h2><span itemprop="answerCount">{len(topic.posts) - 1}</span> {self._words.answers}</h2>
{answers}
</div>
</div>"""
        return text(self._page(topic.title, body, head), HTML)

    def _answer_markup(self, topic: Topic, post: Post) -> str:
        accepted = topic.accepted == post.position
        edited = f'<meta itemprop="dateModified" content="{iso(post.edited)}">' if post.edited else ""
        return f"""<div class="a-list-item" id="a{post.id}" itemprop="{"acceptedAnswer" if accepted else "suggestedAnswer"}" itemscope itemtype="https://schema.org/Answer">
<meta itemprop="url" content="{self.base}{self._link(topic)}#a{post.id}">
<div class="a-item-content" itemprop="text">{paragraphs(post.text)}</div>
<span class="a-item-meta">{_author(post)} <time itemprop="dateCreated" datetime="{iso(post.created)}">{post.created:%d.%m.%Y}</time></span>{edited}
<meta itemprop="upvoteCount" content="{3 if accepted else post.id % 3}">
</div>"""

    def _linked_data(self, topic: Topic) -> list[dict[str, Any]]:
        url = self.base + self._link(topic)
        question: dict[str, Any] = {
            "@type": "Question",
            "@id": url,
            "name": topic.title,
            "text": topic.first.text,
            "answerCount": len(topic.posts) - 1,
            "upvoteCount": topic.id % 5,
            "datePublished": iso(topic.first.created),
            "author": {"@type": "Person", "name": topic.first.author},
        }
        others = []
        for post in topic.posts[1:]:
            entry = {
                "@type": "Answer",
                "text": post.text,
                "datePublished": iso(post.created),
                "upvoteCount": post.id % 4,
                "url": f"{url}#a{post.id}",
                "author": {"@type": "Person", "name": post.author},
            }
            if topic.accepted == post.position:
                question["acceptedAnswer"] = entry
            else:
                others.append(entry)
        if others:
            question["suggestedAnswer"] = others
        crumbs = {
            "@context": "https://schema.org",
            "@type": "BreadcrumbList",
            "itemListElement": [
                {"@type": "ListItem", "position": 1, "name": self.name, "item": self.base + "/"}
            ],
        }
        page = {"@context": "https://schema.org", "@type": "QAPage", "mainEntity": question}
        return [crumbs, page]

    def _sitemap(self) -> Answer:
        urls = "\n".join(
            f"<url><loc>{self.base}{self._link(topic)}</loc><lastmod>{iso(topic.last.created)}</lastmod></url>"
            for topic in self.archive.newest_first()
        )
        body = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}\n</urlset>\n'
        return text(body, "application/xml; charset=utf-8")

    def _link(self, topic: Topic) -> str:
        return f"/{topic.id}/{topic.slug}"

    def _page(self, title: str, body: str, head: str = "") -> str:
        return f"""<!DOCTYPE html>
<html lang="{self.archive.language}">
<head>
<meta charset="utf-8">
<title>{escape(title)} - {escape(self.name)}</title>
{head}
</head>
<body>
<header><a href="/">{escape(self.name)}</a></header>
<main>
{body}
</main>
</body>
</html>
"""


def _author(post: Post) -> str:
    name = escape(post.author)
    return (
        '<span itemprop="author" itemscope itemtype="https://schema.org/Person">'
        f'<a itemprop="url" href="/user/{name}"><span itemprop="name">{name}</span></a></span>'
    )
