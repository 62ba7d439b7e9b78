"""Writes a plan into a Roundup tracker: ``python into_roundup.py TRACKER < plan.json``."""

import sys

from _common import done, plan, when, wrote
from roundup import date
from roundup.instance import open as open_tracker

MARKUP = {"item": "* {}", "code": "  {}", "quote": "> {}"}


def named(db, kind, key, **properties):
    """The item of this name, made where there is none."""
    items = db.getclass(kind)
    try:
        return items.lookup(key)
    except KeyError:
        return items.create(**{items.getkey(): key}, **properties)


def mail(blocks):
    """Blocks as plain text."""
    out, before = "", ""
    for kind, text in blocks:
        out += ("\n" if kind == before == "item" else "\n\n" if out else "") + MARKUP.get(kind, "{}").format(
            text
        )
        before = kind
    return out


db = open_tracker(sys.argv[1]).open("admin")
for t, thread in enumerate(plan()):
    keyword = named(db, "keyword", thread["board"])
    issue = thread["id"]
    for p, post in enumerate(thread["posts"]):
        author = named(db, "user", post["author"], roles="User", address=post["author"] + "@example.org")
        text = mail(post["blocks"])
        if any(kind == "quote" for kind, _ in post["blocks"]):
            text = f"{thread['posts'][0]['author']} wrote:\n{text}"
        at = date.Date(when(post["at"]).strftime("%Y-%m-%d.%H:%M:%S"))
        message = db.msg.create(author=author, content=text, summary=text[:40], date=at)
        if not issue:
            issue = db.issue.create(
                title=thread["title"],
                keyword=[keyword],
                nosy=[],
                **({"private": True} if thread["private"] else {}),
            )
        db.issue.set(issue, messages=[*db.issue.get(issue, "messages"), message])
        wrote(t, p, message, issue)
        if post["hidden"]:  # as "remove" on the issue's page does
            db.issue.set(
                issue, messages=[each for each in db.issue.get(issue, "messages") if each != message]
            )
    db.commit()
db.close()
done()
