"""``learn`` and ``evaluate``: what the owner's verdicts teach, and how good a classifier is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from radar.cli.options import json_option
from radar.cli.session import Session, pass_session
from radar.cli.terminal import echo_json, harmless
from radar.errors import ModelError

if TYPE_CHECKING:
    from radar.classify import Classifier
    from radar.classify.labelled import Example
    from radar.classify.local import OwnerVerdict
    from radar.model import Verdict

BATCH = 256
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command(short_help="Learn from what you marked.")
@click.option("--undo", is_flag=True, show_envvar=True, help="Forget what was learned.")
@click.option(
    "--force",
    is_flag=True,
    show_envvar=True,
    help="Use what was learned even if the replay finds it no better.",
)
@json_option
@pass_session
def learn(session: Session, undo: bool, force: bool, as_json: bool) -> None:
    """Learn a small correction of the classifier from your verdicts (`radar mark ID --request`, --not-request, --kind).

    Twenty are enough to begin. Every verdict is replayed: what would have been said with what was learned before
    it? Only if that is better the correction is switched on. The model itself stays as it is.
    """
    from radar.classify.local import learn as learned_from
    from radar.judgement import correction_file, load_base

    file = correction_file(session.config)
    if undo:
        there = file.exists()
        file.unlink(missing_ok=True)
        click.echo("What was learned is forgotten." if there else "Nothing was learned yet.")
        return
    base = load_base(session.config)
    correction, replay = learned_from(base, _verdicts(session))
    on = replay.better or force
    if on:
        file.parent.mkdir(parents=True, exist_ok=True)
        correction.save(file)
    if as_json:
        echo_json(
            {"verdicts": correction.verdicts, "on": on, "better": replay.better, "replay": asdict(replay)}
        )
        return
    click.echo(str(replay))
    if on:
        click.echo(
            "It is used from now on; `radar reclassify` applies it to stored posts, `radar learn --undo` ends it."
        )
    elif file.exists():
        click.echo("What was learned before stays in use.")


def _verdicts(session: Session) -> list[OwnerVerdict]:
    """The owner's verdicts, oldest first. Naming kinds says that it is a request."""
    from radar.classify import Passage
    from radar.classify.local import OwnerVerdict

    said = sorted(session.store.owner_verdicts(), key=lambda each: each.judged_at)
    return [
        OwnerVerdict(
            passage=Passage(
                title=each.post.title, text=each.post.text, first=each.post.first, language=each.post.language
            ),
            request=each.request is not False,
            kinds=frozenset(each.kinds) or None,
        )
        for each in said
    ]


@click.command(short_help="Say how good a classifier is on labelled posts.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=FILE)
@click.option("--model", type=FILE, show_envvar=True, help="A model of your own instead of the one in use.")
@click.option(
    "--plot",
    type=click.Path(path_type=Path, dir_okay=False),
    show_envvar=True,
    help="Write the reliability diagram to this PNG (extra `train`).",
)
@click.option(
    "--mistakes",
    type=click.IntRange(0, 10_000),
    default=10,
    show_envvar=True,
    help="How many of the surest mistakes to show of each sort.",
)
@json_option
@pass_session
def evaluate(
    session: Session,
    files: Sequence[Path],
    model: Path | None,
    plot: Path | None,
    mistakes: int,
    as_json: bool,
) -> None:
    """Say how good the classifier is on labelled posts: precision, recall, calibration, kinds, mistakes.

    Each FILE (also .gz) has one JSON object a line, with `title`, `text`, `label` (request, question, none or
    undecidable), `kinds`, and if known `lang`, `set`, `id` and `first`.
    """
    from radar import classify
    from radar.classify import evaluation, labelled
    from radar.judgement import load_classifier

    classifier = classify.load(model) if model else load_classifier(session.config)
    examples = labelled.read(files)
    if not examples:
        raise ModelError("there is no labelled post in these files")
    report = evaluation.evaluate(
        examples,
        _judged(classifier, examples),
        classifier.threshold,
        classifier.kind_threshold,
        model=classifier.version,
        mistakes=mistakes,
    )
    if as_json:
        echo_json(report.as_dict())
    else:
        click.echo(harmless(evaluation.table(report)))
    if plot:
        try:
            evaluation.draw_reliability(report, plot)
        except ImportError as error:
            raise ModelError(
                "--plot needs the extra `train`: pip install 'my-business-radar[train]'"
            ) from error
        except OSError as error:
            raise ModelError(f"{plot} cannot be written: {error.strerror}") from error
        click.echo(f"Wrote {plot}.", err=True)


def _judged(classifier: Classifier, examples: Sequence[Example]) -> list[Verdict]:
    judged: list[Verdict] = []
    for start in range(0, len(examples), BATCH):
        judged += classifier.classify([example.passage for example in examples[start : start + BATCH]])
    return judged
