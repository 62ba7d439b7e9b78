"""The documentation is held to what the program can: commands, options, keys, environment variables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from radar.cli import cli
from radar.config import reading
from radar.model import Channel, Kind

DOCS = Path(__file__).parents[2] / "docs"


def commands(group: click.Group, name: str = "radar") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something itself, by its full name."""
    context = click.Context(group)
    for each in group.list_commands(context):
        command = group.get_command(context, each)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} {each}")
        else:
            yield f"{name} {each}", command


COMMANDS: dict[str, click.Command] = {"radar": cli, **dict(commands(cli))}


def sections() -> dict[str, str]:
    """Sections of docs/commands.md by command; a heading is the command and its arguments."""
    text = (DOCS / "commands.md").read_text("utf-8")
    found = {}
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        heading, _, body = part.partition("\n")
        words = heading.strip().strip("`").split()
        found[" ".join(word for word in words if re.fullmatch(r"[a-z][a-z-]*", word))] = heading + body
    return found


def flags(command: click.Command) -> set[str]:
    return {
        flag
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.hidden
        for flag in (*parameter.opts, *parameter.secondary_opts)
    }


def test_every_command_is_documented_and_every_documented_one_exists() -> None:
    assert sections().keys() == COMMANDS.keys()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_documented_and_every_documented_one_exists(name: str) -> None:
    told = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", sections()[name]))
    extra = {"-h", "--help"} if name == "radar" else set()
    assert told - extra == flags(COMMANDS[name])


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "radar"])
def test_every_option_shows_its_environment_variable_and_every_command_what_it_does(name: str) -> None:
    command = COMMANDS[name]
    context = click.Context(
        command,
        info_name=name.split()[-1],
        auto_envvar_prefix="_".join(name.upper().replace("-", "_").split()),
    )
    words = " ".join(command.get_help(context).split())
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
            twin = f"{context.auto_envvar_prefix}_{(parameter.name or '').upper()}"
            assert f"env var: {twin}" in words


def rows(heading: str) -> set[str]:
    """The first cells of a section's table in docs/configuration.md."""
    text = (DOCS / "configuration.md").read_text("utf-8")
    section = re.search(rf"^## {re.escape(heading)}.*?\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section, heading
    return set(re.findall(r"^\| `(\w+)`", section[1], re.MULTILINE))


@pytest.mark.parametrize(
    ("heading", "keys"),
    [
        ("Top of the file", set(reading.TOP)),
        ("`[[profile]]`", set(reading.PROFILE)),
        ("`[[source]]`", set(reading.SOURCE)),
        ("`[privacy]`", set(reading.PRIVACY)),
        ("Where things are", {*reading.ENVIRONMENT_ONLY.values(), "RADAR_CONFIG"}),
    ],
)
def test_every_key_is_documented_and_every_documented_one_exists(heading: str, keys: set[str]) -> None:
    assert rows(heading) == keys


def test_every_environment_twin_is_named() -> None:
    text = (DOCS / "configuration.md").read_text("utf-8")
    for key in reading.TOP:
        assert f"RADAR_{key.upper()}" in text
    for key in reading.PRIVACY:
        assert f"RADAR_PRIVACY_{key.upper()}" in text


@pytest.mark.parametrize("word", [*Kind, *Channel])
def test_kinds_and_channels_are_named(word: str) -> None:
    assert f"`{word}`" in (DOCS / "configuration.md").read_text("utf-8")


def test_fields_and_operators_of_the_query_language_are_named() -> None:
    from radar.match.query import FIELDS

    text = (DOCS / "query-language.md").read_text("utf-8")
    for field in FIELDS:
        assert f"`{field}:`" in text
    for operators in ("`AND UND`", "`OR ODER`", "`NOT NICHT`", "`NEAR NAHE`"):
        assert operators in text


def test_the_examples_of_the_query_language_can_be_read() -> None:
    from radar.match import check

    text = (DOCS / "query-language.md").read_text("utf-8")
    table = text.split("|---|---|---|")[1].split("\n\n")[0]
    examples = [
        example
        for row in table.strip().splitlines()
        for example in re.findall(r"`([^`]+)`", row.split("|")[1])
    ]
    assert len(examples) > 10
    for example in examples:
        check(example)
