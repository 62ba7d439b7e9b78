"""What the seeds share. Runs inside the environment of the software under test, so it imports nothing of it."""

import json
import sys
from datetime import datetime

said = []


def plan():
    """The threads to write."""
    return json.load(sys.stdin)


def when(text):
    """An aware time."""
    return datetime.fromisoformat(text) if text else None


def markdown(blocks):
    """Blocks as Markdown."""
    out, before = [], ""
    for kind, text in blocks:
        line = {"item": f"* {text}", "code": f"```\n{text}\n```", "quote": f"> {text}"}.get(kind, text)
        out.append(("\n" if kind == before == "item" else "\n\n" if out else "") + line)
        before = kind
    return "".join(out) + "\n"  # some read a fence only where its line ends


def wrote(thread, post, post_id, thread_id):
    """Note under which ids a post was written."""
    said.append({"thread": thread, "post": post, "id": str(post_id), "thread_id": str(thread_id)})


def done():
    """Tell the ids to whoever asked for the posts."""
    print("\nSEEDED " + json.dumps(said))  # noqa: T201
