"""`make poisoned`: runs the suites where everything around them is wrong. A suite that reads any of it fails, and what
it changes there is told afterwards.

The working folder has the state folder of an installation, with mails. Every setting is nonsense. Time zone, language
and umask are unusual; the product must stand these, so that the pytest plugin does not hide them.
"""

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from trackline_local.memory import temporary_files_in_memory
from trackline_local.packages import FOLDERS, SERVICES
from trackline_local.steps import ROOT, Failure
from trackline_local.suites import LANES, SUITES, install, pytest_command
from trackline_local.throwaway import run_with_servers

NONSENSE = "nonsense"
SURROUNDINGS = {"TZ": "Pacific/Kiritimati", "LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de"}
UMASK = 0o077
NAME = re.compile(r"TRACKLINE_[A-Z0-9_]*[A-Z0-9]")
# What the tests themselves are told.
OF_TESTS = re.compile(r"TRACKLINE_TEST(_|$)")
MAIL = "From: a@example.org\nTo: b@example.org\nSubject: A mail of another installation\n\nNobody should read this.\n"
STATE = {
    "run.json": '{"url": "http://127.0.0.1:1", "programs": []}',
    "admin-password": "of-another-installation",
    "secret": "of-another-installation-of-another-installation",
    "encryption-key": "of-another-installation-of-another-installation",
    "metrics-token": "of-another-installation",
    **{f"mailbox/{number:019d}-00000000.eml": MAIL for number in range(3)},
}

PACKAGES = (*FOLDERS, "tests-integration")

Snapshot = Mapping[str, tuple[int, int, str]]


def run(tests: Sequence[str]) -> int:
    """Runs each of these tests in a process of its own, or all suites. Returns 0 if they pass. Raises Failure if they
    have changed the other installation."""
    install()
    chosen = {one: [one] for one in tests} or SUITES
    commands = {name: pytest_command(absolute(arguments)) for name, arguments in chosen.items()}
    with temporary_files_in_memory(), poisoned_folder() as folder, beside_the_code(folder) as folders:
        before = [snapshot(one) for one in folders]
        with surroundings(folder):
            code = run_with_servers(commands, LANES)
        changes = [change for one, old in zip(folders, before, strict=True) for change in changes_in(one, old)]
    if changes:
        raise Failure("The tests changed another installation:\n" + "\n".join(changes))
    return code


def absolute(arguments: Sequence[str]) -> list[str]:
    """Returns pytest's arguments for another working folder."""
    paths = [re.sub(r"^(--ignore=)?(?=[\w.])", rf"\g<1>{ROOT}/", one) for one in arguments]
    return ["-c", str(ROOT / "pyproject.toml"), f"--rootdir={ROOT}", *paths]


def settings() -> set[str]:
    """Returns every name of a setting that the code or the documentation mentions."""
    sources = [path for folder in PACKAGES for path in (ROOT / folder).rglob("*.py")]
    texts = [path.read_text() for path in (ROOT / "Makefile", *(ROOT / "docs").rglob("*.md"), *sources)]
    names = {name for text in texts for name in NAME.findall(text)}
    return {name for name in names if not OF_TESTS.match(name)} | {
        f"TRACKLINE_{service}_MONGODB_URL".upper() for service in SERVICES
    }


@contextmanager
def poisoned_folder() -> Iterator[Path]:
    """Yields a folder that looks as if `make run` had run in it."""
    folder = Path(tempfile.mkdtemp(prefix="trackline-poisoned-"))
    try:
        write_state(folder / ".trackline")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def beside_the_code(folder: Path) -> Iterator[list[Path]]:
    """Yields the folders to watch. A checkout in which nothing has run gets such a state folder too, for the time."""
    ours = ROOT / ".trackline"
    if ours.exists():
        yield [folder]
        return
    write_state(ours)
    try:
        yield [folder, ours]
    finally:
        shutil.rmtree(ours, ignore_errors=True)


def write_state(state: Path) -> None:
    for name, text in STATE.items():
        (state / name).parent.mkdir(parents=True, exist_ok=True)
        (state / name).write_text(text)


@contextmanager
def surroundings(folder: Path) -> Iterator[None]:
    """Changes those of this process, from which its children inherit them."""
    before, place, umask = dict(os.environ), Path.cwd(), os.umask(UMASK)
    os.environ.update(SURROUNDINGS | dict.fromkeys(settings(), NONSENSE))
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(place)
        os.umask(umask)
        os.environ.clear()
        os.environ.update(before)


def snapshot(folder: Path) -> Snapshot:
    """Returns path → (mode, time of the last change, hash). For a folder only the mode counts."""
    return {str(path.relative_to(folder)): _seen(path) for path in sorted(folder.rglob("*"))}


def _seen(path: Path) -> tuple[int, int, str]:
    state = path.stat()
    if not path.is_file():
        return state.st_mode, 0, ""
    return state.st_mode, state.st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest()


def changes_in(folder: Path, before: Snapshot) -> list[str]:
    """Of a folder that is new or removed, the result does not list what is inside."""
    after = snapshot(folder)
    whole = [f"{name}/" for name in {*before} ^ {*after}]
    differing = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    words = {(True, True): "changed", (True, False): "removed", (False, True): "new"}
    return [
        f"{folder / name}: {words[name in before, name in after]}"
        for name in differing
        if not name.startswith(tuple(whole))
    ]
