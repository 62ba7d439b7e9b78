"""Writes a plan into a Trac environment: ``python into_trac.py ENVIRONMENT < plan.json``."""

import sys
from pathlib import Path

from _common import done, plan, when, wrote
from trac.env import open_environment
from trac.ticket.model import Component, Ticket

folder = Path(sys.argv[1])
environment = open_environment(str(folder))
MARKUP = {"item": " * {}", "code": "{{{{{{\n{}\n}}}}}}", "quote": "> {}"}


def component(name):
    """A component is what comes nearest to a board."""
    if name not in {each.name for each in Component.select(environment)}:
        new = Component(environment)
        new.name = name
        new.insert()


def wiki(blocks):
    """Blocks in Trac's own markup."""
    out, before = "", ""
    for kind, text in blocks:
        out += ("\n" if kind == before == "item" else "\n\n" if out else "") + MARKUP.get(kind, "{}").format(
            text
        )
        before = kind
    return out


hidden = []
for t, thread in enumerate(plan()):
    component(thread["board"])
    ticket = Ticket(environment, int(thread["id"])) if thread["id"] else None
    for p, post in enumerate(thread["posts"]):
        text, at = wiki(post["blocks"]), when(post["at"])
        if ticket is None:
            ticket = Ticket(environment)
            ticket.populate(
                {
                    "summary": thread["title"],
                    "reporter": post["author"],
                    "component": thread["board"],
                    "description": text,
                    "type": "defect",
                    "status": "new",
                }
            )
            ticket.insert(at)
            wrote(t, p, ticket.id, ticket.id)
            continue
        replying = any(kind == "quote" for kind, _ in post["blocks"])
        if replying:  # as Trac begins a reply
            text = f"Replying to [ticket:{ticket.id} {thread['posts'][0]['author']}]:\n{text}"
        first = text + " (Tippfelher)" if post["edited"] else text
        ticket.save_changes(post["author"], first, at, replyto="description" if replying else None)
        log = [entry for entry in ticket.get_changelog() if entry[2] == "comment"]
        number = log[-1][3].split(".")[-1]
        wrote(t, p, f"comment:{number}:ticket:{ticket.id}", ticket.id)
        if post["edited"]:
            ticket.modify_comment(at, post["author"], text, when(post["edited"]))
        if post["hidden"]:
            hidden.append((ticket.id, at))
    if thread["private"]:
        with (folder / "conf" / "authz.conf").open("a", encoding="utf-8") as rules:
            rules.write(f"[ticket:{ticket.id}@*]\n* = !TICKET_VIEW\n\n")
    if t % 5 == 4:  # what changes a property only is no post
        ticket["keywords"] = "geprüft"
        ticket.save_changes("carla", "", None)
for ticket_id, at in hidden:
    Ticket(environment, ticket_id).delete_change(cdate=at)
done()
