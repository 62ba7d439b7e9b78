"""The command line: ``radar ...``. Each command is thin: it asks one of the other rooms and shows the answer.

Rooms are imported when a command needs them, so that ``radar --help`` answers at once.
"""

from radar.cli.app import cli, main

__all__ = ["cli", "main"]
