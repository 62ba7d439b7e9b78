"""What it costs to read each software whole, and again: ``python benchmarks/software.py [name ...]``.

Installs and runs the real software on loopback (as ``make test-live`` does), so a first run takes minutes.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

TABLE = """\
| software | posts right | first visit: requests / pages with posts | ratio | visit of the unchanged forum |\
 after one reply |
|---|---|---|---|---|---|"""


def main(names: list[str]) -> int:
    """Run the live tests and print what they measured."""
    with tempfile.TemporaryDirectory(prefix="radar-live-") as folder:
        table = Path(folder) / "table"
        os.environ["RADAR_LIVE_TABLE"] = str(table)
        options = ["-m", "live", "-q", "--no-header", "-p", "no:cacheprovider"]
        chosen = ["-k", " or ".join(names)] if names else []
        code = pytest.main([*options, *chosen, str(Path(__file__).parents[1] / "tests" / "live")])
        print(TABLE)
        print(table.read_text("utf-8") if table.exists() else "")
    return int(code)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
