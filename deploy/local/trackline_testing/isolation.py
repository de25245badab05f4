"""A pytest plugin that keeps every test in folders of its own, whatever the caller's working folder and settings are.

It removes the settings of an installation from the environment, and lets the tests run in an empty folder, where the
gateway's default state folder `.trackline` does not exist. A test that leaves something there fails. Hypothesis keeps
its examples in the checkout, as pytest does, and not in the caller's folder. No example has a time limit of its own.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from trackline_local.process import Process
from trackline_testing import forks

# What `with-servers` and the person who runs the tests set for the tests themselves.
OF_TESTS = "TRACKLINE_TEST_"


def forget_settings() -> None:
    for name in [name for name in os.environ if name.startswith("TRACKLINE_") and not name.startswith(OF_TESTS)]:
        del os.environ[name]


# This happens when pytest loads the plugin, before any module of a test reads a setting.
forget_settings()
# eventlet's own resolver takes a third of a service's start. The tests name all servers by their IP address.
os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")

# Most of the time that a program needs to start goes into its imports.
Process.spawn = staticmethod(forks.spawn)


def pytest_configure(config: pytest.Config) -> None:
    if not os.environ.get("HYPOTHESIS_STORAGE_DIRECTORY"):
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(config.rootpath / ".hypothesis")
    # It reads the variable when it is imported.
    from hypothesis import settings  # noqa: PLC0415

    # Each example has 200 ms otherwise, which a loaded machine does not keep.
    settings.register_profile("trackline", deadline=None)
    settings.load_profile("trackline")


@pytest.fixture(scope="session", autouse=True)
def working_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder, before = tmp_path_factory.mktemp("working-folder"), Path.cwd()
    os.chdir(folder)
    yield folder
    os.chdir(before)


@pytest.fixture(autouse=True)
def leave_the_working_folder_empty(working_folder: Path) -> Iterator[None]:
    yield
    left = [path.name for path in working_folder.iterdir()]
    if left:
        # Only the test that left it fails.
        working_folder.rename(working_folder.with_name(f"left-behind-{uuid4().hex}"))
        working_folder.mkdir()
        os.chdir(working_folder)
    assert left == [], "a test must write into its own folder (tmp_path)"
