"""The rooms keep to themselves what is theirs: environment, SQL, selectors."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

RADAR = Path(__file__).parents[2] / "radar"


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(RADAR.rglob("*.py")):
        yield str(path.relative_to(RADAR)), ast.parse(path.read_text("utf-8"))


def test_the_environment_is_read_in_config_only() -> None:
    readers = [
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        and node.attr in {"environ", "getenv", "environb"}
    ]
    assert set(readers) <= {"config/loading.py"}


def test_nothing_is_unpickled_or_evaluated() -> None:
    forbidden = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}
    for name, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                assert not forbidden & {alias.name.split(".")[0] for alias in node.names}, name
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").split(".")[0] not in forbidden, name
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"eval", "exec"}, name


def test_every_module_says_what_it_is_for() -> None:
    assert [name for name, tree in modules() if not ast.get_docstring(tree)] == []
