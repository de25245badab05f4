"""Installs the command line from its wheel into an environment that holds only the requirements of the wheel."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path, PurePath

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from trackline_local.steps import ROOT

PACKAGES = (ROOT / "gateway/cli/trackline_cli", ROOT / "shared-csv/trackline_csv")
NAME = "trackline-cli"


@dataclass(frozen=True)
class CommandLine:
    wheel: Path
    environment: Path

    def run(self, *arguments: str, **variables: str) -> str:
        """Returns the output of `trackline`. Of this process's environment, the command sees only PATH."""
        return self._output("trackline", arguments, variables)

    def python(self, program: str) -> str:
        return self._output("python", ["-c", program], {})

    def _output(self, script: str, arguments: Iterable[str], variables: Mapping[str, str]) -> str:
        command, shell = [str(self.environment / "bin" / script), *arguments], {"PATH": os.environ["PATH"]}
        done = _run(command, cwd=self.environment, env={**shell, **variables})
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def install(folder: Path) -> CommandLine:
    wheel = _build(folder)
    environment = folder / "environment"
    _check([sys.executable, "-m", "venv", "--without-pip", str(environment)])
    _pip("--python", str(environment / "bin/python"), "install", "--no-index", "--no-deps", str(wheel))
    packages = next(environment.glob("lib/python*/site-packages"))
    (installed,) = Distribution.discover(name=NAME, path=[str(packages)])
    for needed in _closure(installed, {}).values():
        _link(needed, packages)
    return CommandLine(wheel, environment)


def _build(folder: Path) -> Path:
    # setuptools writes beside the sources, so it gets a copy.
    for part in ("gateway/cli", "shared-csv"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("build", "*.egg-info"))
    _pip(
        "wheel",
        "--no-index",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(folder),
        str(folder / "gateway/cli"),
    )
    (wheel,) = folder.glob("*.whl")
    return wheel


def _closure(package: Distribution, found: dict[str, Distribution]) -> dict[str, Distribution]:
    """Returns canonical name → package, for the requirements of the package and their own requirements."""
    for requirement in map(Requirement, package.requires or ()):
        name = canonicalize_name(requirement.name)
        if name not in found and (requirement.marker is None or requirement.marker.evaluate({"extra": ""})):
            found[name] = distribution(name)
            _closure(found[name], found)
    return found


def _link(package: Distribution, packages: Path) -> None:
    for file in _library_files(package):
        link = packages / file
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(Path(str(package.locate_file(file))))


def _library_files(package: Distribution) -> Iterator[PurePath]:
    """Leaves out scripts, which are outside of the library, and compiled files, which may not exist yet."""
    return (file for file in package.files or () if ".." not in file.parts and "__pycache__" not in file.parts)


def _pip(*arguments: str) -> None:
    _check([sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", *arguments])


def _check(command: list[str]) -> None:
    done = _run(command)
    assert done.returncode == 0, done.stdout + done.stderr


def _run(
    command: list[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=200)
