from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from radar.classify import evaluation, labelled
from radar.errors import ModelError
from radar.model import Kind, Verdict

ROWS: list[dict[str, object]] = [
    {
        "id": "a",
        "set": "s",
        "lang": "de",
        "title": "",
        "text": "Wer hilft?",
        "label": "request",
        "kinds": ["support"],
    },
    {"id": "b", "set": "s", "lang": "de", "title": "", "text": "Na und?", "label": "question", "kinds": []},
    {"id": "c", "set": "t", "lang": "en", "title": "Hi", "text": "", "label": "none", "kinds": []},
    {"id": "d", "set": "t", "lang": "en", "text": "?", "label": "undecidable", "kinds": []},
    {
        "id": "e",
        "set": "w",
        "lang": "en",
        "text": "Help?",
        "label": "request",
        "kinds": ["tips"],
        "written": True,
    },
]


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def verdict(request: float, **kinds: float) -> Verdict:
    return Verdict(request=request, kinds={kind: kinds.get(kind.value, 0.0) for kind in Kind}, model="test-1")


def test_reads_plain_and_packed_files_without_the_undecidable(tmp_path: Path) -> None:
    for name in ("rows.jsonl", "rows.jsonl.gz"):
        examples = labelled.read([write(tmp_path / name, ROWS)])
        assert [example.id for example in examples] == ["a", "b", "c", "e"]
        assert [example.measured for example in examples] == [True, True, True, False]
        assert examples[0].kinds == {Kind.SUPPORT}


def test_second_labels_find_their_posts_and_do_not_count(tmp_path: Path) -> None:
    posts = write(tmp_path / "posts.jsonl", [{"id": "x", "set": "s", "title": "", "text": "Wo gibt es das?"}])
    labels = write(tmp_path / "labels.jsonl", [{"id": "x", "label": "request", "kinds": ["sourcing"]}])
    (example,) = labelled.read([posts, labels])
    assert example.request
    assert example.kinds == {Kind.SOURCING}
    assert not example.measured
    assert labelled.read([posts]) == []


@pytest.mark.parametrize(
    "line",
    ["{", "[]", '{"text": "x", "label": "maybe"}', '{"text": "x", "label": "request", "kinds": ["fun"]}'],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"text": "fine", "label": "none"}\n' + line + "\n", "utf-8")
    with pytest.raises(ModelError, match="line 2"):
        labelled.read([path])


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        labelled.read([tmp_path / "none.jsonl"])


def test_figures_of_a_small_case(tmp_path: Path) -> None:
    examples = labelled.read([write(tmp_path / "rows.jsonl", ROWS)])
    verdicts = [verdict(0.9, support=0.8), verdict(0.6), verdict(0.1), verdict(0.0)]
    report = evaluation.evaluate(examples, verdicts, 0.5)
    assert report.posts == 3
    assert (report.gate.precision, report.gate.recall) == (0.5, 1.0)
    assert report.gate.f1 == pytest.approx(2 / 3)
    assert report.average_precision == 1.0
    assert report.best_f1 == 1.0
    assert report.kinds["support"].f1 == 1.0
    assert report.kinds_macro == 1.0
    assert report.calibration_error == pytest.approx((0.1 + 0.6 + 0.1) / 3)
    assert set(report.languages) == {"de", "en"}
    assert [one["id"] for one in report.mistaken] == ["b"]
    assert json.loads(json.dumps(report.as_dict()))["posts"] == 3
    assert "precision 0.500" in evaluation.table(report)


def test_calibration_error_is_none_where_probabilities_mean_what_they_say() -> None:
    truth = np.array([True] * 8 + [False] * 2)
    bins = evaluation.reliability(truth, np.full(10, 0.8))
    assert evaluation.calibration_error(bins) == pytest.approx(0)


def test_ties_are_one_threshold() -> None:
    truth = np.array([True, False, True, False])
    same = np.full(4, 0.5)
    assert evaluation.average_precision(truth, same) == 0.5
    assert evaluation.best(truth, same) == (0.5, pytest.approx(2 / 3))


def test_no_posts_no_failure() -> None:
    report = evaluation.evaluate([], [], 0.5)
    assert report.posts == 0
    assert report.gate.f1 == 0
    assert report.sets_mean is None
