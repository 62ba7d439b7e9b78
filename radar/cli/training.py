"""``train`` and ``train-on``: make a classifier from labelled posts, and its second look learn from more."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from radar.errors import ModelError

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
OUT = click.Path(path_type=Path, dir_okay=False)


@click.command(short_help="Train a classifier from labelled posts.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=FILE)
@click.option(
    "--out", type=OUT, required=True, show_envvar=True, help="Where the model goes, for example model.npz."
)
@click.option(
    "--second-look",
    type=OUT,
    show_envvar=True,
    help="Also train the encoder that reads again what may be a request, into this file (more than four hours on two cores; extra `tune`). For the package itself: a model of your own judges alone.",
)
@click.option("--card", type=OUT, show_envvar=True, help="Write a model card (Markdown) to this file.")
@click.option("--figures", type=OUT, show_envvar=True, help="Write all figures to this file, as JSON.")
@click.option(
    "--seed", type=int, default=0, show_default=True, show_envvar=True, help="Same seed, same model."
)
def train(
    files: Sequence[Path],
    out: Path,
    second_look: Path | None,
    card: Path | None,
    figures: Path | None,
    seed: int,
) -> None:
    """Train a classifier from labelled posts (needs the extra `train`).

    Each FILE (also .gz) has one JSON object a line, with `title`, `text`, `label` (request, question, none or
    undecidable), `kinds`, `lang`, `set`, and `written` (true of posts that were written for training: learned from,
    never counted). A FILE whose lines have only `id`, `label` and `kinds` labels the posts of the other files that have
    no label yet. The figures shown are of posts whose set was left out.
    """
    _begin(out, second_look, card, figures)
    try:
        from radar.classify import card as model_card
        from radar.classify import evaluation, training

        fast = partial(training.train, files, out, seed)
        tuned = None
        if second_look:
            from radar.classify import tuning

            trained, tuned = tuning.tune(files, fast, second_look, seed)
        else:
            trained = fast()
    except ImportError as error:
        extra = "tune" if second_look else "train"
        raise ModelError(
            f"Training needs the extra `{extra}`: pip install 'my-business-radar[{extra}]'"
        ) from error
    outcome = tuned or trained.outcome
    click.echo(evaluation.table(outcome.report))
    try:
        if card:
            card.write_text(model_card.write(trained, files, seed, tuned), "utf-8")
        if figures:
            told = {"fast": trained.outcome.report.as_dict()}
            if tuned:
                told["with_second_look"] = tuned.report.as_dict()
            figures.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")
    except OSError as error:
        raise ModelError(f"{error.filename} cannot be written: {error.strerror}") from error


@click.command(short_help="Train the second look on with newly labelled posts.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=FILE)
@click.option(
    "--fresh",
    type=FILE,
    multiple=True,
    required=True,
    show_envvar=True,
    help="A file with posts or labels that it has not learned from; several times if need be.",
)
@click.option(
    "--out", type=OUT, required=True, show_envvar=True, help="Where it goes, for example encoder.npz."
)
@click.option(
    "--second-look",
    type=FILE,
    show_envvar=True,
    help="The encoder to begin with, instead of the package's.",
)
@click.option(
    "--seed", type=int, default=0, show_default=True, show_envvar=True, help="Same seed, same encoder."
)
def train_on(
    files: Sequence[Path], fresh: Sequence[Path], out: Path, second_look: Path | None, seed: int
) -> None:
    """Train the package's second look on with newly labelled posts (needs the extra `tune`).

    FILEs are those that it was made from, in the form that `radar train` reads; the fresh ones have what is new. The
    table compares it with what it was, on fresh posts that it had not learned from when it judged them.
    """
    _begin(out)
    try:
        from radar.classify import card, further

        comparison = further.train_on(files, fresh, out, second_look, seed)
    except ImportError as error:
        raise ModelError("Training needs the extra `tune`: pip install 'my-business-radar[tune]'") from error
    click.echo("\n".join(card.summary({"before": comparison.before, "after": comparison.after})))


def _begin(*paths: Path | None) -> None:
    for path in paths:
        if path and not path.parent.is_dir():
            raise ModelError(f"There is no folder {path.parent} to write {path.name} to.")
    # it takes minutes, with the second look hours: say how far it is
    logging.basicConfig(level=logging.INFO, format="%(message)s")
