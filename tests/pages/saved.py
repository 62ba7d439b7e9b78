"""Saved pages: ``tests/pages/<software>/<case>/`` holds ``page.*``, ``meta.json`` and ``expected.json``.

``python -m tests.pages.saved phpbb/thread`` writes ``expected.json`` from what the extractor reads now, for a
person to compare with the page; without a name it writes the missing ones only.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

from radar.errors import ExtractionError
from radar.extract.page import Context, Extraction, Page
from radar.extract.registry import SOFTWARE

ROOT = Path(__file__).parent
_CONSTANT = {"source", "fetched_at"}
_FLAGS = {"login_wall", "missing"}


def cases(software: str = "*") -> list[str]:
    """Names of the saved pages, ``software/case``."""
    return sorted(
        f"{path.parent.parent.name}/{path.parent.name}" for path in ROOT.glob(f"{software}/*/meta.json")
    )


def load(case: str) -> tuple[str, Page, Context]:
    """Software, page and context of a case."""
    folder = ROOT / case
    meta = json.loads((folder / "meta.json").read_text("utf-8"))
    software = meta.get("software", case.split("/")[0])
    body = next(path for path in folder.iterdir() if path.name.startswith("page.")).read_bytes()
    page = Page(
        url=meta["url"],
        body=body,
        fetched_at=datetime.fromisoformat(meta["fetched_at"]),
        status=meta.get("status", 200),
        headers=meta.get("headers", {}),
    )
    known = meta.get("context", {})
    context = Context(
        source=known.get("source", "test"),
        base_url=known.get("base_url", ""),
        timezone=known.get("timezone", "UTC"),
        language=known.get("language", ""),
        boards=tuple(known.get("boards", ())),
        software=software,
        carried=known.get("carried", {}),
    )
    return software, page, context


def read(case: str) -> dict[str, Any]:
    """What the extractor reads, as ``expected.json`` holds it."""
    software, page, context = load(case)
    try:
        return as_json(SOFTWARE[software].extract(page, context))
    except ExtractionError as error:
        return {"error": str(error)}


def expected(case: str) -> dict[str, Any]:
    """What the extractor should read."""
    found: dict[str, Any] = json.loads((ROOT / case / "expected.json").read_text("utf-8"))
    return found


def as_json(extraction: Extraction) -> dict[str, Any]:
    """All that differs from its default."""
    return _differing(extraction)


def _differing(value: Any) -> Any:
    found = {}
    for field in fields(value):
        content = getattr(value, field.name)
        if (
            field.name in _CONSTANT
            or content in ((), "", None, {})
            or (content is False and field.name in _FLAGS)
        ):
            continue
        if isinstance(content, datetime):
            content = content.isoformat()
        elif isinstance(content, tuple):
            content = [_differing(entry) for entry in content]
        found[field.name] = dict(content) if isinstance(content, dict) else content
    return found


def flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf with its path; a list also tells its length."""
    if isinstance(value, dict):
        for name, content in value.items():
            yield from flat(content, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        yield f"{path}.#", len(value)
        for number, content in enumerate(value):
            yield from flat(content, f"{path}.{number}")
    else:
        yield path, value


def main(names: list[str]) -> None:
    """Write ``expected.json``."""
    for case in names or [case for case in cases() if not (ROOT / case / "expected.json").exists()]:
        text = json.dumps(read(case), ensure_ascii=False, indent=1)
        (ROOT / case / "expected.json").write_text(text + "\n", "utf-8")
        sys.stdout.write(f"{case}\n{text}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
