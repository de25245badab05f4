"""The packages of this repository. Code that needs a list of them takes it from here. Some tools need the list written
out: deploy/tests/test_packages.py checks those.

It uses the standard library only, because it runs before anything is installed.
"""

import re
import tomllib
from pathlib import Path

from trackline_local.steps import ROOT

SERVICES = ("tickets", "notifications", "knowledge", "analytics")
# Name of an image → its folder.
IMAGES = {**{name: f"services/{name}" for name in SERVICES}, "gateway": "gateway"}
FOLDERS = (
    "shared-schemas",
    "shared-csv",
    "services/core",
    "services/chassis",
    *IMAGES.values(),
    "gateway/cli",
    "deploy/local",
)


def distribution(folder: str) -> str:
    return str(_project(folder)["name"])


def modules(folder: str) -> list[str]:
    """Returns the names of the Python packages in a folder."""
    return sorted(
        path.parent.name for path in (ROOT / folder).glob("*/__init__.py") if not path.parent.name.endswith("tests")
    )


def needed(folder: str) -> list[str]:
    """Returns the folders of our packages that this one needs, itself included, in the order of FOLDERS."""
    folders = {distribution(one): one for one in FOLDERS}
    found: set[str] = set()
    waiting = [folder]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += [folders[name] for name in map(_name, _project(one)["dependencies"]) if name in folders]
    return [one for one in FOLDERS if one in found]


def _project(folder: str) -> dict[str, list[str] | str]:
    return dict(tomllib.loads(Path(ROOT / folder / "pyproject.toml").read_text())["project"])


def _name(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]


if __name__ == "__main__":
    print(*FOLDERS)
