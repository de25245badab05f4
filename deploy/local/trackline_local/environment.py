"""Creates .venv from requirements.lock and the packages of this checkout.

It uses the standard library only, because it runs before anything is installed (`python3 -m
trackline_local.environment`).
"""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

from trackline_local import apt
from trackline_local.packages import FOLDERS
from trackline_local.steps import ROOT, Failure, need_space, one_at_a_time, say

VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"


def fingerprint() -> str:
    files = [LOCK, *(ROOT / package / "pyproject.toml" for package in FOLDERS)]
    digest = hashlib.sha256(sys.version.encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def prepare() -> None:
    stamp = VENV / "fingerprint"
    if stamp.exists() and stamp.read_text() == fingerprint():
        return
    need_space(ROOT, 1500, "The Python environment")
    with one_at_a_time(ROOT / "deploy"):
        if stamp.exists() and stamp.read_text() == fingerprint():
            return
        _create()
        say("environment", "installing the pinned Python packages into .venv (about a minute)")
        # The lock is complete, and of a package that only brings data it leaves out what that needs to run.
        _pip("--no-deps", "--require-hashes", "-r", str(LOCK))
        editable = [part for package in FOLDERS for part in ("-e", str(ROOT / package))]
        _pip("--no-deps", "--no-build-isolation", *editable)
        stamp.write_text(fingerprint())


def _create() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - this runs with the python3 of the machine
        raise Failure(f"Python 3.11 or later is needed, and {sys.executable} is {sys.version.split()[0]}.")
    if importlib.util.find_spec("ensurepip") is None:
        apt.install("python3-venv", why="the Python environment")
    if _version_of(VENV / "bin/python") == sys.version:
        return
    say("environment", "creating .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(VENV)], "Creating .venv")


def _version_of(python: Path) -> str:
    if not python.exists():
        return ""
    command = [str(python), "-c", "import sys; print(sys.version, end='')"]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout


def _pip(*arguments: str) -> None:
    command = [str(VENV / "bin/python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    _run([*command, *arguments], "Installing the Python packages")


def _run(command: list[str], what: str) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        output = "\n".join((done.stderr or done.stdout).strip().splitlines()[-5:])
        raise Failure(f"{what} failed. Is the package registry reachable, and is there enough disk space?\n{output}")


if __name__ == "__main__":
    try:
        prepare()
    except Failure as failure:
        sys.exit(f"error: {failure}")
