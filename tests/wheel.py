"""Install the built wheel into an environment of its own and see that it works: run by ``make build``."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

NEEDED = (
    "radar/py.typed",
    "radar/settings.py",
    "radar/store/migrations/",
    "radar/frontier/lua/",
    "radar/demo/threads/",
)


def main(dist: Path) -> None:
    [wheel] = dist.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    missing = [each for each in NEEDED if not any(name.startswith(each) for name in names)]
    if missing:
        sys.exit(f"{wheel.name} lacks {', '.join(missing)}")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = Path(folder, "bin", "python")
        quiet = ["--quiet", "--disable-pip-version-check"]
        subprocess.run([python, "-m", "pip", "install", *quiet, wheel], check=True)
        # from elsewhere, so that nothing but the wheel can be imported
        for command in (["radar", "--version"], ["radar", "--help"]):
            subprocess.run(
                [Path(folder, "bin", command[0]), *command[1:]],
                check=True,
                cwd=folder,
                stdout=subprocess.DEVNULL,
            )
    print(f"{wheel.name}: {len(names)} files, installs and starts")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
