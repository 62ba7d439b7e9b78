"""Every question of docs/sql.md is answered by the real database, with something in it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from radar.model import LeadState, Outcome, Profile
from radar.store import PageRecord, Store
from tests.store.making import judged, lead, post, source

COOKBOOK = (Path(__file__).parents[2] / "docs" / "sql.md").read_text("utf-8")
QUESTIONS = dict(re.findall(r"^## (.+?)\n.*?^```sql\n(.+?)^```$", COOKBOOK, re.MULTILINE | re.DOTALL))


@pytest.fixture
def lived_in(store: Store) -> Store:
    """A store in which every question of the cookbook has an answer."""
    now = datetime.now(UTC)
    store.save_sources([source(), source("silent")], now)
    store.save_profiles([Profile(name="crm")], now)
    store.write(
        [
            judged(
                n, created_at=now - timedelta(hours=n), title="Lagerverwaltungssoftware für Warenwirtschaft"
            )
            for n in range(5)
        ]
        + [judged(9, leads=(), created_at=now), post(10)],
        now,
    )
    store.write([replace(judged(1, leads=(lead(),), created_at=now), text="edited", fetched_at=now)], now)
    (row, *_) = store.leads()
    store.mark([row.id], LeadState.ANSWERED, None, now)
    store.record_pages([PageRecord(source="board", visit="v", url="u", status=200)], now)
    store.finish_visit("v", "board", Outcome.OK, now, now)
    return store


def test_there_are_ten_questions_and_more() -> None:
    assert len(QUESTIONS) >= 10
    assert len(QUESTIONS) == COOKBOOK.count("```sql")


@pytest.mark.parametrize("title", QUESTIONS)
def test_a_question_of_the_cookbook(lived_in: Store, title: str) -> None:
    assert lived_in.query(QUESTIONS[title]).rows


def test_every_view_and_function_of_the_cookbook_exists(store: Store) -> None:
    named = re.findall(r"^\| `(\w+)", COOKBOOK, re.MULTILINE)
    assert len(named) >= 8
    known = store.query(
        "select relname from pg_class where relkind = 'v' and relnamespace = 'public'::regnamespace "
        "union select proname from pg_proc where proname like 'radar%' or proname like 'search%'"
    )
    assert set(named) <= {name for (name,) in known.rows}
    views = {
        name for (name,) in store.query("select viewname from pg_views where schemaname = 'public'").rows
    }
    assert views <= set(named)
