"""Every setting of the frontier is documented, and every documented one exists."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_settings_and_their_documentation_agree() -> None:
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "radar/frontier").glob("*.py"))
    read = set(re.findall(r'settings\.get\w*\(\s*"((?:FRONTIER|REDIS)_\w+)"', code))
    page = (ROOT / "docs/frontier.md").read_text("utf-8")
    told = set(re.findall(r"`(FRONTIER_[A-Z_]+)`", page))
    assert {name for name in read if name.startswith("FRONTIER_")} == told
    assert read <= set(re.findall(r"`((?:FRONTIER|REDIS)_[A-Z_]+)`", page)) | {"REDIS_ENCODING"}
