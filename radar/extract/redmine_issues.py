"""Redmine's issues as JSON: ``/issues.json?offset=100``, ``/issues/2.json?include=journals``.

Read where the owner asks for them only. As Redmine 5.0 answers guests (www.redmine.org/projects/redmine/wiki/Rest_Issues):
the list holds descriptions, an issue's own answer its notes; both are the source as typed, Textile or Markdown, and
times are UTC. Issues and notes are numbered apart from each other and from messages of boards, so their ids say what
they are. Private ones do not come, and would be left out.
"""

from __future__ import annotations

import re
from typing import Any

from radar.errors import ExtractionError
from radar.extract import urls
from radar.extract.mail import split_mail
from radar.extract.page import Context, Extraction, LinkKind, Page
from radar.extract.reading import Reading
from radar.extract.text import Words

LIST = "issues.json?status_id=*&sort=updated_on:desc&limit=100"
"""All issues, closed ones too, by their latest change."""
_AT = re.compile(r"/issues(?:/\d+)?\.json$")
_CODE = re.compile(r"</?pre\b[^>]*>")
_TAGS = re.compile(r"</?code\b[^>]*>")


def read(page: Page, context: Context) -> Extraction:
    """A page of the list, or an issue with its notes."""
    reading = Reading(page, context)
    data = reading.data
    if not isinstance(data, dict):
        raise ExtractionError("not an answer of Redmine")
    root = urls.base_before(page.url, _AT.pattern)
    if isinstance(data.get("issues"), list):
        return _list(reading, data, root)
    if isinstance(data.get("issue"), dict):
        return _issue(reading, data["issue"], root)
    raise ExtractionError("neither issues nor an issue of Redmine")


def _list(reading: Reading, data: dict[str, Any], root: str) -> Extraction:
    """Openings come with the list; only issues that changed since can have notes."""
    for issue in data["issues"]:
        with reading.entry("an issue that cannot be read"):
            if issue.get("is_private"):
                continue
            _opening(reading, issue, root)
            changed = str(issue.get("updated_on") or "")
            if changed and changed != issue.get("created_on"):
                reading.link(
                    urls.under(root, f"issues/{int(issue['id'])}.json?include=journals"),
                    LinkKind.THREAD,
                    thread_id=f"issue-{int(issue['id'])}",
                    activity=changed,
                    active_at=reading.dates.read(changed),
                    carry={"opened": "yes"},
                )
    with reading.entry("a list that does not tell its length"):
        following = int(data["offset"]) + len(data["issues"])
        if data["issues"] and following < int(data["total_count"]):
            here = re.sub(r"[?&]offset=\d+", "", reading.page.url)
            reading.link(
                urls.canonical(f"{here}{'&' if '?' in here else '?'}offset={following}"), LinkKind.NEXT
            )
    return reading.extraction()


def _issue(reading: Reading, issue: dict[str, Any], root: str) -> Extraction:
    thread = f"issue-{int(issue['id'])}"
    if issue.get("is_private"):
        return reading.extraction(login_wall=True)
    notes = [each for each in issue.get("journals") or () if _is_note(each)]
    notes.sort(key=lambda each: (str(each.get("created_on")), str(each.get("id"))))
    if not reading.carried("opened"):
        with reading.entry("an issue that cannot be read"):
            _opening(reading, issue, root, answers=len(notes))
    for place, note in enumerate(notes, 2):
        with reading.entry("a note that cannot be read"):
            url = urls.under(root, f"issues/{int(issue['id'])}")
            reading.post(
                external_id=f"change-{int(note['id'])}",
                url=f"{url}#change-{int(note['id'])}",
                words=_words(note["notes"]),
                title=str(issue.get("subject") or ""),
                thread_id=thread,
                thread_url=url,
                board=_name(issue.get("project")),
                position=place,
                author=_name(note.get("user")),
                created_at=reading.dates.read(note.get("created_on")),
                edited_at=reading.dates.read(note.get("updated_on")),
            )
    return reading.extraction(thread_id=thread)


def _is_note(journal: Any) -> bool:
    """Whether a change says something in words, to everyone."""
    return (
        isinstance(journal, dict)
        and isinstance(journal.get("notes"), str)
        and bool(journal["notes"].strip())
        and not journal.get("private_notes")
    )


def _opening(reading: Reading, issue: dict[str, Any], root: str, answers: int | None = None) -> None:
    number = int(issue["id"])
    url = urls.under(root, f"issues/{number}")
    status = issue.get("status")
    closed = issue.get("closed_on") or (isinstance(status, dict) and status.get("is_closed"))
    reading.post(
        external_id=f"issue-{number}",
        url=url,
        words=_words(str(issue.get("description") or "")),
        title=str(issue.get("subject") or ""),
        thread_id=f"issue-{number}",
        thread_url=url,
        board=_name(issue.get("project")),
        position=1,
        author=_name(issue.get("author")),
        created_at=reading.dates.read(issue.get("created_on")),
        answer_count=answers,
        solved=True if closed else None,
    )


def _words(source: str) -> Words:
    return split_mail(_CODE.sub("```", _TAGS.sub("", source)))


def _name(who: Any) -> str:
    return str(who.get("name") or "") if isinstance(who, dict) else ""
