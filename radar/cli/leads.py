"""``leads``, ``show`` and ``mark``: what was found, and what the owner does with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from radar.cli.options import Moment, csv_option, json_option, one_format
from radar.cli.session import Session, pass_session
from radar.cli.terminal import ago, console, echo_csv, echo_json, harmless, one_line, table
from radar.errors import RadarError
from radar.model import Kind, LeadState, Span

if TYPE_CHECKING:
    from rich.text import Text

    from radar.store import LeadDetail, LeadRow

SNOOZE = timedelta(days=3)
MARKS = ("seen", "answered", "dismissed", "snoozed", "new")
DISCLOSURE = (
    "If you answer: in public only, and say openly that you offer such services yourself. "
    "Writing to the author unasked is forbidden advertising in Germany (UWG § 7)."
)
COLUMNS = (
    "id",
    "profile",
    "score",
    "kinds",
    "title",
    "evidence",
    "url",
    "source",
    "board",
    "state",
    "posted_at",
)


@click.command(short_help="List what was found.")
@click.option("--profile", show_envvar=True, help="Only leads of this profile.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in Kind]),
    show_envvar=True,
    help="Only this kind of request.",
)
@click.option(
    "--since", type=Moment(), show_envvar=True, help="Only posts written since: 2h, 3d, 2026-11-24."
)
@click.option(
    "--state",
    type=click.Choice(["open", "all", *MARKS]),
    default="open",
    show_envvar=True,
    help="Open ones are neither answered nor dismissed nor snoozed.",
)
@click.option(
    "--search", default="", show_envvar=True, help="Only posts with these words, as in a web search."
)
@click.option("--source", show_envvar=True, help="Only leads from this source.")
@click.option("--min-score", type=click.FloatRange(0, 1), default=0.0, show_envvar=True, help="Least score.")
@click.option(
    "--sort",
    "order",
    type=click.Choice(["newest", "best"]),
    default="newest",
    show_envvar=True,
    help="What comes first.",
)
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=50, show_envvar=True, help="Most leads to list."
)
@json_option
@csv_option
@pass_session
def leads(session: Session, /, *, as_json: bool, as_csv: bool, **asked: Any) -> None:
    """List leads, the newest first: who asks for what, and the words that say so."""
    from radar.store import LeadFilter

    one_format(as_json, as_csv)
    kind, state = asked.pop("kind"), asked.pop("state")
    found = session.store.leads(
        LeadFilter(
            text=asked.pop("search"),
            kind=Kind(kind) if kind else None,
            state=state if state in {"open", "all"} else LeadState(state),
            **asked,
        )
    )
    if as_json:
        echo_json([asdict(row) for row in found])
    elif as_csv:
        echo_csv(COLUMNS, ([getattr(row, column) for column in COLUMNS] for row in found))
    elif found:
        _print_leads(found, session.now)
    else:
        click.echo(
            "No leads. `radar status` says what was read, `radar leads --state all` shows those done with."
        )


def _print_leads(found: Sequence[LeadRow], now: datetime) -> None:
    from rich.text import Text

    made = table("ID", "Score", "Asks for", "What", "Where", "When", right=("ID", "Score"))
    for row in found:
        what = Text(one_line(row.title, 100) or "(no title)", style=f"bold{_link(row.url)}")
        if row.evidence:
            words = " · ".join(f"“{one_line(words, 70)}”" for words in row.evidence[:3])
            what.append(f"\n{words}", style="not bold dim")
        made.add_row(
            str(row.id),
            f"{row.score:.2f}",
            "\n".join(kind.value for kind in row.kinds[:3]),
            what,
            Text(one_line(row.source, 30) + (f"\n{one_line(row.board, 30)}" if row.board else "")),
            ago(row.posted_at, now),
        )
    console().print(made)
    click.echo(
        "`radar show ID` shows one, `radar mark ID answered` (or dismissed, snoozed) takes it off the list."
    )


def _link(url: str) -> str:
    """Rich's style for a link, for addresses that cannot harm a terminal."""
    safe = url.startswith(("http://", "https://")) and harmless(url) == url and not any(map(str.isspace, url))
    return f" link {url}" if safe else ""


@click.command(short_help="Show one lead with the words that speak for it.")
@click.argument("lead", metavar="ID", type=int)
@json_option
@pass_session
def show(session: Session, lead: int, as_json: bool) -> None:
    """Show the lead ID: the post with the words that speak for it, why it fits, and the link.

    Where there is no colour, such words stand between » and «.
    """
    detail = session.store.lead(lead)
    if as_json:
        echo_json(asdict(detail))
        return
    _print_lead(detail, session.now)


def _print_lead(detail: LeadDetail, now: datetime) -> None:
    from rich.text import Text

    row, post = detail.row, detail.post
    out = console()
    evidence = detail.verdict.evidence if detail.verdict else ()
    terms = [span for hit in detail.lead.hits for span in hit.spans]
    out.print(
        marked(post.title or "(no title)", "title", evidence, terms, coloured=out.is_terminal), style="bold"
    )
    out.print(Text(one_line(row.url), style=_link(row.url).strip()))
    where = " › ".join(one_line(part) for part in (row.source, row.board) if part)
    by = f" by {one_line(row.author, 40)}" if row.author else ""
    position = "" if row.first is None else (", opens the thread" if row.first else ", a reply")
    out.print(Text(f"{where}, {ago(row.posted_at, now)}{by}{position}", style="dim"))
    if row.answer_count is not None or row.solved:
        answers = "" if row.answer_count is None else f"{row.answer_count} answers so far"
        out.print(Text(", ".join(filter(None, (answers, "solved" if row.solved else ""))), style="dim"))
    out.print()
    body = marked(post.text, "text", evidence, terms, coloured=out.is_terminal)
    out.print(body if post.text else Text("(the text has been removed: its time was over)", style="dim"))
    out.print()
    state = row.state.value + (f" until {row.snoozed_until:%Y-%m-%d %H:%M} UTC" if row.snoozed_until else "")
    out.print(Text(f"{one_line(row.profile)}: score {row.score:.2f}, {state}"))
    for reason in row.reasons:
        out.print(Text(f"  {one_line(reason)}"))
    if not row.current:
        out.print(Text("  The latest matching no longer finds it.", style="dim"))
    if detail.revisions:
        out.print(Text(f"  The author edited it ({detail.revisions})."))
    out.print()
    out.print(Text(DISCLOSURE, style="dim"))


def marked(text: str, field: str, evidence: Sequence[Span], terms: Sequence[Span], *, coloured: bool) -> Text:
    """``text`` made harmless, with evidence and terms in colour, else between » and «."""
    from rich.text import Text

    made = Text()
    level: list[str] = [""] * len(text)
    for spans, style in ((evidence, "yellow"), (terms, "bold green")):
        for span in spans:
            if span.field == field:
                for place in range(max(0, span.start), min(span.end, len(text))):
                    level[place] = style
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and level[end] == level[start]:
            end += 1
        piece, style = harmless(text[start:end]), level[start]
        made.append(f"»{piece}«" if style and not coloured else piece, style=style or None)
        start = end
    return made


@click.command(short_help="Say what you did with leads, or what you think of them.")
@click.argument("words", metavar="ID... [STATE]", nargs=-1, required=True)
@click.option(
    "--until",
    type=Moment(ahead=True),
    show_envvar=True,
    help="When a snoozed lead comes back: 3d, 2026-12-01. Without it, in three days.",
)
@click.option(
    "--request/--not-request",
    default=None,
    show_envvar=True,
    help="Whether the author really asks for help; the classifier learns from it.",
)
@click.option(
    "--kind",
    "kinds",
    type=click.Choice([kind.value for kind in Kind]),
    multiple=True,
    show_envvar=True,
    help="What kind of request it really is; may be given several times.",
)
@pass_session
def mark(
    session: Session,
    words: tuple[str, ...],
    until: datetime | None,
    request: bool | None,
    kinds: tuple[str, ...],
) -> None:
    """Say what you did with leads: seen, answered, dismissed, snoozed (or new again).

    With --request, --not-request or --kind say what they really are; `radar learn` makes use of it.
    """
    ids, state = _ids_and_state(words)
    if state is None and request is None and not kinds:
        raise click.UsageError(
            "Say a state (seen, answered, dismissed, snoozed) or --request, --not-request, --kind."
        )
    if request is False and kinds:
        raise click.UsageError(
            "What is no request is of no kind: --not-request and --kind exclude each other."
        )
    if until is not None and state is not LeadState.SNOOZED:
        raise click.UsageError("--until goes with snoozed.")
    if state is LeadState.SNOOZED:
        until = until or session.now + SNOOZE
        if until <= session.now:
            raise click.UsageError("--until must be in the future.")
    if state is not None:
        there = session.store.mark(ids, state, until, session.now)
        if missing := [each for each in ids if each not in there]:
            raise RadarError(f"there is no lead {', '.join(map(str, missing))}; the others are marked")
    if request is not None or kinds:
        asked = True if kinds else request
        for each in ids:
            session.store.judge(each, asked, tuple(Kind(kind) for kind in kinds), session.now)
    told = ", ".join(map(str, ids))
    said = state.value if state else ("a request" if kinds or request else "no request")
    click.echo(f"Lead{'s' if len(ids) > 1 else ''} {told}: {said}.")


def _ids_and_state(words: Sequence[str]) -> tuple[list[int], LeadState | None]:
    ids: list[int] = []
    state: LeadState | None = None
    for word in words:
        if word.isdecimal() and word.isascii():
            ids.append(int(word))
        elif word in MARKS and state is None:
            state = LeadState(word)
        else:
            raise click.UsageError(
                f"“{harmless(word)}” is neither a lead's number nor a state ({', '.join(MARKS)})."
            )
    if not ids:
        raise click.UsageError("Name at least one lead by its number; `radar leads` lists them.")
    return list(dict.fromkeys(ids)), state
