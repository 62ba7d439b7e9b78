"""The posts written for training are sound, and none of them stands on the made-up web."""

from __future__ import annotations

import json
from pathlib import Path

from radar.demo.content import KINDS, written

TRAINING = Path(__file__).parents[3] / "training"
FILES = ("written.jsonl", "next-written.jsonl")
FIELDS = {"id", "set", "lang", "title", "text", "label", "kinds", "licence", "written"}


def posts() -> list[dict[str, object]]:
    return [json.loads(line) for name in FILES for line in (TRAINING / name).read_text("utf-8").splitlines()]


def test_every_post_has_its_fields_and_kinds_if_and_only_if_it_is_a_request() -> None:
    for post in posts():
        assert post.keys() == FIELDS
        assert (post["set"], post["licence"], post["written"]) == ("written", "CC0-1.0", True)
        assert post["lang"] in {"de", "en"}
        assert post["title"] or post["text"]
        kinds = post["kinds"]
        assert isinstance(kinds, list)
        assert KINDS.issuperset(kinds)
        assert len(set(kinds)) == len(kinds) <= 3
        assert (post["label"] == "request") == bool(kinds)
        assert post["label"] in {"request", "question", "none"}


def test_ids_and_texts_are_unique() -> None:
    texts = [(post["title"], post["text"]) for post in posts()]
    assert len(set(texts)) == len(texts)
    assert len({str(post["id"]) for post in posts()}) == len(texts)


def test_no_post_is_a_thread_of_the_demo() -> None:
    shown = {thread.title.lower() for thread in written()}
    shown |= {post.text.lower() for thread in written() for post in thread.posts}
    assert not [post for post in posts() if post["title"] and str(post["title"]).lower() in shown]
    assert not [post for post in posts() if str(post["text"]).strip().lower() in shown - {""}]
