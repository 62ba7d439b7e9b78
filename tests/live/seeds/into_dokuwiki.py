"""Writes a plan into DokuWiki's files: ``python into_dokuwiki.py DATA < plan.json``.

A page a thread, in the namespace of its board; ``edited`` is when a former revision was written.
"""

import gzip
import os
import re
import sys
from pathlib import Path

from _common import done, plan, when, wrote

data = Path(sys.argv[1])
MARKUP = {"item": "  * {}", "code": "<code>\n{}\n</code>", "quote": "> {}"}


def wiki(title, blocks):
    """A page in DokuWiki's own markup."""
    out, before = f"====== {title} ======", ""
    for kind, text in blocks:
        out += ("\n" if kind == before == "item" else "\n\n") + MARKUP.get(kind, "{}").format(text)
        before = kind
    return out + "\n"


def put(folder, namespace, name, text):
    """Write or append."""
    file = data / folder / namespace / name
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as lines:
        lines.write(text)
    return file


for t, thread in enumerate(plan()):
    (post,) = thread["posts"]
    namespace = thread["board"]
    name = re.sub(r"\W+", "_", thread["title"].lower(), flags=re.ASCII).strip("_")
    name = f"{name}_nachtrag" if thread["id"] else name
    if post["hidden"]:
        name = "verborgen_" + name
    at, text = int(when(post["at"]).timestamp()), wiki(thread["title"], post["blocks"])
    revisions = [(at, "E" if post["edited"] else "C", text)]
    if post["edited"]:
        revisions.insert(0, (int(when(post["edited"]).timestamp()), "C", text + "\nWird überarbeitet.\n"))
    for moment, kind, said in revisions:
        change = f"{moment}\t127.0.0.1\t{kind}\t{namespace}:{name}\t{post['author']}\t\t\t{len(said)}\n"
        put("meta", namespace, f"{name}.changes", change)
        put("meta", "", "_dokuwiki.changes", change)
        attic = data / "attic" / namespace / f"{name}.{moment}.txt.gz"
        attic.parent.mkdir(parents=True, exist_ok=True)
        attic.write_bytes(gzip.compress(said.encode()))
    page = put("pages", namespace, f"{name}.txt", text)
    os.utime(page, (at, at))
    wrote(t, 0, f"{namespace}:{name}", f"{namespace}:{name}")
done()
