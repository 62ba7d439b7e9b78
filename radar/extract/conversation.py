"""Which mails belong together, told by what they answer (``References``, ``In-Reply-To``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from radar.extract.message import Mail, thread_title

_LAST = datetime.max.replace(tzinfo=UTC)


class Conversation(NamedTuple):
    """Mails of one thread, the opening one first, then by time."""

    id: str
    """Message-ID of the mail that opened it, be it at hand or not."""
    mails: tuple[Mail, ...]
    whole: bool
    """Whether the mail that opened it is at hand, so that places can be counted."""


def conversations(
    mails: Sequence[Mail], sent: Mapping[str, datetime | None], *, by_subject: bool = False
) -> list[Conversation]:
    """Sort mails into threads; mails without id are left out.

    ``sent`` tells when the mail of an id was sent. ``by_subject``: a mail that answers nothing belongs to the first
    one of the same subject, as pipermail has it.
    """
    known: dict[str, Mail] = {}
    for mail in mails:
        if mail.id:
            known.setdefault(mail.id, mail)
    roots = _roots(known)
    if by_subject:
        first: dict[str, str] = {}
        for identity, mail in known.items():
            subject = thread_title(mail.subject).casefold()
            if subject and not mail.references:
                roots[identity] = first.setdefault(subject, identity)
        for identity, root in roots.items():
            roots[identity] = roots.get(root, root)
    found: dict[str, list[Mail]] = {}
    for identity, mail in known.items():
        found.setdefault(roots[identity], []).append(mail)
    return [
        Conversation(
            root,
            tuple(sorted(together, key=lambda mail: (mail.id != root, sent.get(mail.id) or _LAST))),
            root in known,
        )
        for root, together in found.items()
    ]


def _roots(known: Mapping[str, Mail]) -> dict[str, str]:
    """For each mail the id of the one that opened its thread: the nearest at hand leads on, else the oldest named."""
    roots: dict[str, str] = {}
    for identity in known:
        climbed: dict[str, None] = {}
        while identity not in roots:
            climbed[identity] = None
            references = known[identity].references
            above = next((each for each in reversed(references) if each in known and each != identity), "")
            if not above or above in climbed:  # the latter: mails that answer each other
                root = references[0] if references and not above else identity
                break
            identity = above
        else:
            root = roots[identity]
        roots.update(dict.fromkeys(climbed, root))
    return roots
