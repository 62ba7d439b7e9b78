"""The plan as mails: what a mailing list's archive is fed with.

Every second reply names its parent in ``In-Reply-To`` only, others in ``References`` as well; charsets and transfer
encodings take turns. Nothing is edited or hidden on a list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from email import policy
from email.header import Header
from email.message import EmailMessage, Message

from tests.live.plan import Block, Planned, Thread, threads

LISTS = ("hilfe", "plauderecke")
PRIVATE_LIST = "intern"
HOST = "lists.example.org"
ZONES = (1, 0, -5, 2)
WAYS = (
    ("utf-8", "8bit"),
    ("iso-8859-1", "quoted-printable"),
    ("iso-8859-15", "8bit"),
    ("utf-8", "base64"),
    ("utf-8", "alternative"),
    ("utf-8", "quoted-printable"),
)


@dataclass(frozen=True)
class Letter:
    """A mail to be put into an archive."""

    list: str
    private: bool
    id: str
    """Without angle brackets."""
    raw: bytes


def mail_threads() -> list[Thread]:
    """The plan of forums with lists for boards, without what mails cannot do."""
    boards = dict(zip(dict.fromkeys(each.board for each in threads()), (*LISTS, PRIVATE_LIST), strict=True))
    return [
        replace(
            thread,
            board=boards[thread.board],
            posts=tuple(replace(post, edited="") for post in thread.posts if not post.hidden),
        )
        for thread in threads()
    ]


def letters(thread: Thread, number: int, above: Sequence[str] = ()) -> list[Letter]:
    """The mails of a thread; ``above`` are the ids of those that it has already."""
    said: list[Letter] = []
    for n, post in enumerate(thread.posts, len(above)):
        identity = f"{thread.board}.{number}.{n}+{post.author}@{HOST}"
        ids = [*above, *(letter.id for letter in said)]
        raw = _written(thread, post, identity, ids, number + n)
        said.append(Letter(thread.board, thread.private, identity, raw))
    return said


def _written(thread: Thread, post: Planned, identity: str, above: Sequence[str], turn: int) -> bytes:
    body = _body(post.blocks, post.author)
    charset, encoding = WAYS[turn % len(WAYS)]
    try:
        body.encode(charset)
    except UnicodeEncodeError:
        charset = "utf-8"
    mail = Message()  # the old interface writes the encoded words that it is told to
    name = f"{post.author}@example.org"
    mail["From"] = f"{post.author} <{name}>" if turn % 2 else f'"{post.author}" <{name}>'
    mail["To"] = f"{thread.board}@{HOST}"
    subject = f"Re: {thread.title}" if above else thread.title
    mail["Subject"] = Header(subject, "utf-8" if "🙂" in subject or turn % 2 else "iso-8859-1")
    zone = timezone(timedelta(hours=ZONES[turn % len(ZONES)]))
    mail["Date"] = datetime.fromisoformat(post.at).astimezone(zone).strftime("%a, %d %b %Y %H:%M:%S %z")
    mail["Message-ID"] = f"<{identity}>"
    if above:
        parent = above[-1] if turn % 3 else above[0]
        mail["In-Reply-To"] = f"<{parent}>"
        if turn % 2:
            mail["References"] = " ".join(f"<{each}>" for each in dict.fromkeys((above[0], parent)))
    message = EmailMessage(policy=policy.SMTP.clone(linesep="\n", cte_type="8bit"))
    transfer = "quoted-printable" if encoding == "alternative" else encoding
    message.set_content(body, charset=charset, cte=transfer)
    if encoding == "alternative":
        message.add_alternative(
            f"<html><body><p>{post.author} hat HTML gesendet.</p></body></html>", subtype="html"
        )
    head = mail.as_bytes().split(b"\n\n", 1)[0]
    return head.rstrip(b"\n") + b"\n" + message.as_bytes()


def _body(blocks: Sequence[Block], author: str) -> str:
    lines: list[str] = []
    for kind, text in blocks:
        if kind == "quote":
            lines += ["Am 26. Oktober 2025 schrieb jemand:", f"> {text}", ""]
        elif kind == "code":
            lines += [f"    {text}", ""]
        elif kind == "item":
            lines += [f"- {text}"]
        else:
            lines += ["", text, ""]
    return "\n".join([*lines, "-- ", f"Gruß, {author} (Signatur)", ""]).lstrip("\n")
