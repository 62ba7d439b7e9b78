"""Small decisions of ``leads``, ``show`` and ``mark`` that need no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from radar.cli import cli
from radar.cli.leads import _link, marked
from radar.cli.options import Moment
from radar.model import Span


def test_words_are_marked_by_colour_or_by_signs() -> None:
    text = "Wer kennt ein CRM?"
    evidence, terms = [Span("text", 0, 9), Span("title", 3, 5)], [Span("text", 14, 17)]
    assert marked(text, "text", evidence, terms, coloured=False).plain == "»Wer kennt« ein »CRM«?"
    coloured = marked(text, "text", evidence, terms, coloured=True)
    assert coloured.plain == text
    assert [(span.start, span.end, span.style) for span in coloured.spans] == [
        (0, 9, "yellow"),
        (14, 17, "bold green"),
    ]


@given(
    st.text(),
    st.lists(st.builds(Span, st.just("text"), st.integers(-3, 40), st.integers(-3, 40)), max_size=4),
)
def test_no_span_breaks_the_text(text: str, spans: list[Span]) -> None:
    shown = marked(text, "text", spans, spans[:1], coloured=False).plain
    assert "\x1b" not in shown
    assert len(shown.replace("»", "").replace("«", "")) <= len(text)


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://forum.example.org/t/1", True),
        ("javascript:alert(1)", False),
        ("https://x/\x1b\\", False),
        ("https://x/ bold", False),
    ],
)
def test_only_harmless_addresses_become_links(url: str, safe: bool) -> None:
    assert bool(_link(url)) is safe


def test_points_in_time() -> None:
    now = datetime.now(UTC)
    back, ahead = Moment(), Moment(ahead=True)
    assert (
        timedelta(0)
        <= now - back.convert("2h", None, None) - timedelta(hours=2, minutes=-1)
        < timedelta(minutes=2)
    )
    assert ahead.convert("1d 12h", None, None) > now + timedelta(hours=35)
    assert back.convert("2026-11-24T12:00+01:00", None, None) == datetime(2026, 11, 24, 11, tzinfo=UTC)
    assert back.convert("2026-11-24", None, None).tzinfo is UTC
    for nonsense in ("soon", "2h later", "2026-13-01", ""):
        with pytest.raises(click.BadParameter, match="no point in time"):
            back.convert(nonsense, None, None)


def radar(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, prog_name="radar")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mark", "1"], "Say a state"),
        (["mark", "seen"], "Name at least one lead"),
        (["mark", "1", "saw"], "“saw” is neither a lead's number nor a state"),
        (["mark", "1", "seen", "answered"], "“answered” is neither"),
        (["mark", "1", "--not-request", "--kind", "tips"], "exclude each other"),
        (["mark", "1", "seen", "--until", "3d"], "--until goes with snoozed"),
        (["mark", "1", "snoozed", "--until", "2020-01-01"], "must be in the future"),
        (["mark", "1", "--kind", "tip"], "'tip' is not one of"),
        (["leads", "--json", "--csv"], "exclude each other"),
        (["leads", "--since", "soon"], "no point in time"),
        (["leads", "--kind", "tip"], "'tip' is not one of"),
        (["show", "x"], "'x' is not a valid integer"),
    ],
)
def test_wrong_usage_is_explained_and_exits_with_2(arguments: list[str], message: str) -> None:
    result = radar(*arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())
