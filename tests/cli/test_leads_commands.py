"""From stored posts to lists, texts and marks: ``leads``, ``show``, ``mark``, ``sql``, ``status`` and upkeep."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from radar.model import JudgedPost, Kind, Lead, LeadState, Span, TermHit, Verdict
from radar.store import LeadFilter, Store

Radar = Callable[..., Result]
NOW = datetime.now(UTC)
TOML = """contact = "radar@example.org"
[[profile]]
name = "CRM"
any = ["crm*"]
min_score = 0.1
"""
HOSTILE = "\x1b]0;owned\x07=HYPERLINK(\u202eevil)"


def post(number: int, title: str, text: str, *, kind: Kind = Kind.RECOMMENDATION, **more: Any) -> JudgedPost:
    end = text.find("?") + 1
    return JudgedPost(
        source="forum",
        external_id=str(number),
        url=f"https://forum.example.org/t/{number}",
        title=title,
        text=text,
        board="Software",
        first=True,
        language="de",
        fetched_at=NOW,
        **{"author": "Anna", "created_at": NOW - timedelta(hours=number), **more},
        verdict=Verdict(
            request=0.9,
            kinds={each: 0.8 if each is kind else 0.1 for each in Kind},
            evidence=(Span("text", 0, end),) if end else (),
            language="de",
            model="test-1",
        ),
        leads=(
            Lead(
                profile="CRM",
                score=0.9 - number / 10,
                kinds=(kind,),
                hits=(TermHit("crm*", (Span("title", 6, 9),)),),
                reasons=("Asks for help (90%).", "crm* is in the title: “CRM”."),
            ),
        ),
    )


@pytest.fixture
def filled(here: Path, store: Store) -> Store:
    """Three leads; the second one is hostile."""
    (here / "radar.toml").write_text(TOML, "utf-8")
    report = store.write(
        [
            post(1, "Suche CRM für Vereine", "Wer kennt ein gutes CRM für 300 Mitglieder? Danke!"),
            post(2, HOSTILE, "Wer hilft? \x1b[31mrot" + HOSTILE, kind=Kind.SUPPORT),
            post(3, "Suche CRM-Dienstleister", "Wir suchen jemanden, der CRM einführt.", kind=Kind.PROVIDER),
        ],
        NOW,
    )
    assert report.new == 3
    return store


def rows(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert isinstance(found, list)
    return found


def number(store: Store, external_id: str) -> int:
    [found] = [row.id for row in store.leads(LeadFilter(state="all")) if row.url.endswith(f"/{external_id}")]
    return found


def test_without_leads_it_says_where_to_look(radar: Radar) -> None:
    assert "radar status" in radar("leads").stdout
    assert rows(radar("leads", "--json")) == []


def test_a_list_for_people(filled: Store, radar: Radar) -> None:
    shown = radar("leads").stdout
    assert "Suche CRM für Vereine" in shown
    assert "“Wer kennt ein gutes CRM für 300 Mitglieder?”" in shown
    assert "1 h ago" in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], ["1", "2", "3"]),
        (["--kind", "provider"], ["3"]),
        (["--profile", "CRM"], ["1", "2", "3"]),
        (["--profile", "ERP"], []),
        (["--source", "forum"], ["1", "2", "3"]),
        (["--since", "150m"], ["1", "2"]),
        (["--min-score", "0.75"], ["1"]),
        (["--search", "Vereine"], ["1"]),
        (["--limit", "2"], ["1", "2"]),
        (["--sort", "best"], ["1", "2", "3"]),
        (["--state", "answered"], []),
        (["--state", "all"], ["1", "2", "3"]),
    ],
)
def test_filters(filled: Store, radar: Radar, arguments: list[str], expected: list[str]) -> None:
    found = rows(radar("leads", "--json", *arguments))
    assert [row["url"].rpartition("/")[2] for row in found] == expected


def test_options_have_twins_in_the_environment(
    filled: Store, radar: Radar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RADAR_LEADS_KIND", "provider")
    monkeypatch.setenv("RADAR_LEADS_AS_JSON", "1")
    assert len(rows(radar("leads"))) == 1


def test_csv_for_spreadsheets(filled: Store, radar: Radar) -> None:
    result = radar("leads", "--csv")
    found = list(csv.DictReader(io.StringIO(result.stdout, newline="")))
    assert len(found) == 3
    assert found[0]["title"] == "Suche CRM für Vereine"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in found for cell in row.values())
    assert "\x1b" not in result.stdout


def test_a_lead_for_people(filled: Store, radar: Radar) -> None:
    shown = radar("show", str(number(filled, "1"))).stdout
    assert "Suche »CRM« für Vereine" in shown
    assert "»Wer kennt ein gutes CRM für 300 Mitglieder?« Danke!" in shown
    assert "https://forum.example.org/t/1" in shown
    assert "crm* is in the title" in shown
    assert "say openly" in shown
    hostile = radar("show", str(number(filled, "2"))).stdout
    assert "\x1b" not in hostile
    assert "\u202e" not in hostile
    detail = json.loads(radar("show", str(number(filled, "1")), "--json").stdout)
    assert detail["post"]["text"].startswith("Wer kennt")


def test_a_lead_that_is_not_there(radar: Radar) -> None:
    result = radar("show", "4711")
    assert result.exit_code != 0
    assert "there is no lead 4711" in result.stderr


def test_marking(filled: Store, radar: Radar) -> None:
    one, two, three = (number(filled, each) for each in "123")
    assert radar("mark", str(one), str(two), "answered").stdout == f"Leads {one}, {two}: answered.\n"
    assert [row["id"] for row in rows(radar("leads", "--json"))] == [three]
    assert radar("mark", str(three), "snoozed", "--until", "2h").exit_code == 0
    [snoozed] = filled.leads(LeadFilter(state=LeadState.SNOOZED))
    assert snoozed.snoozed_until is not None
    assert timedelta(hours=1) < snoozed.snoozed_until - datetime.now(UTC) <= timedelta(hours=2)
    assert radar("mark", str(one), "new").exit_code == 0
    result = radar("mark", str(one), "4711", "seen")
    assert result.exit_code == 1
    assert "there is no lead 4711" in result.stderr
    assert filled.lead(one).row.state is LeadState.SEEN


def test_judging(filled: Store, radar: Radar) -> None:
    one, two = number(filled, "1"), number(filled, "2")
    assert radar("mark", str(one), "--kind", "comparison", "--kind", "tips").exit_code == 0
    assert radar("mark", "--not-request", str(two), "dismissed").exit_code == 0
    said = {verdict.post.external_id: verdict for verdict in filled.owner_verdicts()}
    assert said["1"].request is True
    assert set(said["1"].kinds) == {Kind.COMPARISON, Kind.TIPS}
    assert said["2"].request is False
    assert filled.lead(two).row.state is LeadState.DISMISSED


def test_status(filled: Store, radar: Radar) -> None:
    assert "3 open of 3" in radar("status").stdout
    figures = json.loads(radar("status", "--json").stdout)
    assert figures["store"]["posts"] == 3
    assert figures["queue"]["dead"] == 0


def test_status_without_a_queue_says_so(filled: Store, radar: Radar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RADAR_REDIS_URL", "redis://127.0.0.1:1/0")
    result = radar("status")
    assert result.exit_code == 3
    assert "3 open of 3" in result.stdout


def test_sql(filled: Store, radar: Radar) -> None:
    question = "select external_id, title, 1.50 as amount from post order by external_id"
    shown = radar("sql", question).stdout
    assert "Suche CRM für Vereine" in shown
    assert "3 rows" in shown
    assert "\x1b" not in shown
    found = rows(radar("sql", question + ";", "--json", "--limit", "1"))
    assert found == [{"external_id": "1", "title": "Suche CRM für Vereine", "amount": 1.5}]
    assert "Only the first 1 rows" in radar("sql", question, "--limit", "1").stderr
    assert "external_id,title,amount" in radar("sql", "--csv", given=question).stdout


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("delete from post", "read|denied|permission"),
        ("selekt 1", "does not understand"),
        ("select pg_sleep(60)", "too long|timeout|cancel"),
        ("select 1; drop table post", "multiple|understand|one"),
    ],
)
def test_sql_that_is_refused(filled: Store, radar: Radar, question: str, message: str) -> None:
    result = radar("sql", question, "--timeout", "0.3")
    assert result.exit_code != 0
    assert result.stderr.count("\n") == 1
    assert filled.status(NOW).posts == 3


def test_sql_at_a_prompt(filled: Store) -> None:
    """On a terminal: several lines, a mistake that does not end the session, and the end of the input."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "radar", "sql"], stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    os.close(theirs)
    os.write(ours, b"selekt;\nselect count(*) as posts\nfrom post;\n\x04")
    out, err = process.communicate(timeout=60)
    os.close(ours)
    assert process.returncode == 0
    assert b"selekt" in err
    assert b"posts" in out
    assert b"1 row" in out


def test_no_question_is_wrong_usage(radar: Radar) -> None:
    assert radar("sql", given=" \n").exit_code == 2


def test_rematch_applies_changed_profiles(filled: Store, here: Path, radar: Radar) -> None:
    one = number(filled, "1")
    radar("mark", str(one), "answered")
    (here / "radar.toml").write_text(TOML.replace("crm*", "vereine").replace('"CRM"', '"Clubs"'), "utf-8")
    result = radar("rematch")
    assert result.exit_code == 0, result.output
    assert "3 posts matched: 1 leads of 1 profiles." in result.stdout
    assert [row["profile"] for row in rows(radar("leads", "--json"))] == ["Clubs"]
    assert filled.lead(one).row.state is LeadState.ANSWERED


def test_reclassify_uses_the_present_model(filled: Store, radar: Radar) -> None:
    result = radar("reclassify")
    assert result.exit_code == 0, result.output
    detail = filled.lead(number(filled, "1"))
    assert detail.verdict is not None
    assert detail.verdict.model != "test-1"


def test_forgetting(filled: Store, radar: Radar) -> None:
    one = number(filled, "1")
    assert radar("forget", "--lead", str(one), given="n\n").exit_code == 1
    assert "1 post deleted" in radar("forget", "--lead", str(one), "--reason", "asked", "--yes").stdout
    assert "2 posts deleted" in radar("forget", "--author", "Anna", given="y\n").stdout
    assert filled.leads(LeadFilter(state="all")) == []
    stones = rows(radar("forget", "--list", "--json"))
    assert {stone["kind"] for stone in stones} == {"post", "author"}
    assert "asked" in radar("forget", "--list").stdout
    assert radar("forget").exit_code == 2
    assert radar("forget", "--lead", "1", "--post", "1").exit_code == 2


def test_expiring(filled: Store, radar: Radar) -> None:
    assert "Text removed from 0 posts" in radar("expire").stdout
    assert json.loads(radar("expire", "--json").stdout) == {"unmatched": 0, "matched": 0, "dead_letters": 0}


def test_no_postgres_is_one_sentence(radar: Radar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RADAR_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/x")
    result = radar("leads")
    assert result.exit_code == 3
    assert result.stderr.startswith("radar: ")
    assert result.stderr.count("\n") == 1
