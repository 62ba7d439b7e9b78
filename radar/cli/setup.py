"""``init`` and ``check``: the owner's file."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import click

from radar.cli.session import Session, pass_session
from radar.cli.terminal import one_line
from radar.errors import ConfigError, ModelError

if TYPE_CHECKING:
    from radar.config import Config


@click.command(short_help="Write a radar.toml to begin with.")
@click.option("--force", is_flag=True, show_envvar=True, help="Replace a file that is there.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), default="radar.toml")
@pass_session
def init(session: Session, file: Path, force: bool) -> None:
    """Write a commented radar.toml to begin with: two example profiles, and how to name sources.

    FILE is where; an existing one is left as it is.
    """
    text = resources.files("radar.config").joinpath("template.toml").read_text("utf-8")
    try:
        with file.open("w" if force else "x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        raise ConfigError(f"{file} is there already; `radar init --force` replaces it") from None
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}") from error
    click.echo(
        f"Wrote {file}. Describe in it what you can help with; `radar check` says whether it is right."
    )


@click.command(short_help="Say what is wrong in radar.toml.")
@pass_session
def check(session: Session) -> None:
    """Say what is wrong in radar.toml and the environment, line by line; nothing is read from the web."""
    config = session.config
    if config.path is None:
        raise ConfigError("there is no radar.toml here or in the data folder; `radar init` writes one")
    enabled = sum(source.enabled for source in config.sources)
    click.echo(
        f"{config.path} is right: {_count(len(config.profiles), 'profile')}, {_count(enabled, 'source')} to read."
    )
    for profile in config.profiles:
        terms = len(profile.any) + len(profile.all) + len(profile.none)
        kinds = ", ".join(kind.value for kind in profile.kinds) or "all kinds"
        click.echo(f"  profile {one_line(profile.name)}: {_count(terms, 'term')}, {kinds}")
    for source in config.sources:
        off = "" if source.enabled else " (disabled)"
        click.echo(f"  source {one_line(source.name)}: {source.channel.value}, {one_line(source.url)}{off}")
    for hint in _hints(session):
        click.echo(f"Note: {hint}")


def _hints(session: Session) -> list[str]:
    config = session.config
    hints = []
    if not config.profiles:
        hints.append("without a profile no post becomes a lead; write a [[profile]]")
    if not config.sources:
        hints.append("without a source there is nothing to read; `radar add https://…` writes a [[source]]")
    if not config.contact:
        hints.append("without `contact` nothing outside of this machine is read")
    hints += _unused_learning(config)
    return hints


def _unused_learning(config: Config) -> list[str]:
    """Why what was learned is not used, if that is so."""
    from radar.classify.local import CorrectedClassifier, Correction
    from radar.judgement import correction_file, load_base

    file = correction_file(config)
    if not file.exists():
        return []
    try:
        CorrectedClassifier(load_base(config), Correction.load(file))
    except ModelError as error:
        return [f"what was learned is not used: {error}"]
    return []


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
