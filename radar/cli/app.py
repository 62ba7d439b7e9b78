"""The command group: global options, one sentence for an error, exit codes.

0 done · 1 failed · 2 wrong usage or configuration · 3 Postgres or Redis cannot be used · 130 interrupted
"""

from __future__ import annotations

import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import IO, Any

import click

from radar.cli.terminal import harmless, prepare_streams
from radar.errors import ConfigError, RadarError

COMMANDS = {
    "add": "adding",
    "check": "setup",
    "demo": "demo",
    "evaluate": "learning",
    "expire": "keeping",
    "export-opml": "opml",
    "forget": "keeping",
    "import-opml": "opml",
    "init": "setup",
    "leads": "leads",
    "learn": "learning",
    "mark": "leads",
    "queue": "queue",
    "reclassify": "judging",
    "rematch": "judging",
    "run": "running",
    "show": "leads",
    "sources": "state",
    "sql": "sql",
    "status": "status",
    "stop": "running",
    "train": "training",
    "train-on": "training",
}
"""Command to the module below ``radar.cli`` that has it, in a function or object of that name."""


class Failed(click.ClickException):
    """An error that the owner can do something about."""

    def __init__(self, error: RadarError) -> None:
        super().__init__(str(error))
        self.exit_code = error.exit_code  # type: ignore[misc]  # click reads it here
        self.lines = error.problems if isinstance(error, ConfigError) else (str(error),)

    def show(self, file: IO[Any] | None = None) -> None:
        """One sentence a problem, on stderr."""
        for line in self.lines:
            click.echo(f"radar: {harmless(line)}", err=True)


class Radar(click.Group):
    """Finds commands by name and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        room = COMMANDS.get(cmd_name)
        if room is None:
            return None
        command = getattr(import_module(f"radar.cli.{room}"), cmd_name.replace("-", "_"))
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, and a hint where a name is nearly right."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, 1)
            hint = f" Did you mean “{near[0]}”?" if near else ""
            raise click.UsageError(f"There is no command “{args[0]}”.{hint}", ctx) from error

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what goes wrong is told in one sentence."""
        prepare_streams()
        try:
            return super().invoke(ctx)
        except RadarError as error:
            if ctx.params.get("verbose"):
                traceback.print_exc()
            raise Failed(error) from error
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if ctx.params.get("verbose"):
                traceback.print_exc()
            what = f"{type(error).__name__}: {error}".strip(": ")
            raise Failed(
                RadarError(f"this should not happen ({what}); `radar -v ...` shows where")
            ) from error


@click.group(
    cls=Radar,
    context_settings={
        "auto_envvar_prefix": "RADAR",
        "show_default": True,
        "help_option_names": ["-h", "--help"],
        "max_content_width": 110,
    },
    epilog="Postgres and Redis are started in the data folder unless RADAR_DATABASE_URL and RADAR_REDIS_URL name "
    "servers. All settings and their environment variables: docs/configuration.md.",
)
@click.version_option(package_name="my-business-radar", prog_name="radar", message="%(prog)s %(version)s")
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    show_envvar=True,
    help="radar.toml to use instead of the one in this folder or in the data folder.",
)
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    show_envvar=True,
    help="Data folder instead of the user's own.",
)
@click.option("-v", "--verbose", is_flag=True, show_envvar=True, help="Show where an error comes from.")
@click.pass_context
def cli(ctx: click.Context, config: Path | None, home: Path | None, verbose: bool) -> None:
    """Find public requests for help on forums, Q&A sites and feeds.

    Begin with `radar init`, then `radar add https://…`, `radar run --once` and `radar leads`.
    """
    from radar.cli.session import Session
    from radar.config import tell_children

    tell_children(config, home)
    ctx.obj = Session()
    ctx.call_on_close(ctx.obj.close)


def main() -> None:
    """``radar`` on the command line."""
    try:
        cli.main(prog_name="radar")
    except BrokenPipeError:  # `radar leads | head`: nobody reads on
        sys.stderr.close()
        sys.exit(0)
