"""The plugin that keeps tests apart from an installation in the same checkout."""

import os
import subprocess
import sys
from pathlib import Path

from trackline_local.steps import ROOT

ASKS = """
import os
from pathlib import Path

def test_nothing_of_an_installation_is_seen():
    assert not Path(".trackline").exists()
    assert os.environ.get("TRACKLINE_STATE") is None
    assert os.environ["TRACKLINE_TEST_MONGODB_URL"] == "kept"

def test_that_leaves_something():
    Path(".trackline").mkdir()

def test_after_it():
    assert not Path(".trackline").exists()
"""


GENERATES = """
from hypothesis import given
from hypothesis.strategies import text

@given(text())
def test_of_many_texts(text):
    assert len(text) != 3
"""


def run_pytest(folder: Path, test: str, caller: Path, **environment: str) -> str:
    """Returns the output of pytest for a test in `folder`, called in another folder."""
    (folder / "test_it.py").write_text(test)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml")]
    done = subprocess.run(
        [*command, f"--rootdir={folder}", str(folder / "test_it.py")],
        cwd=caller,
        env={**os.environ, **environment},
        check=False,
        capture_output=True,
        text=True,
    )
    return done.stdout


def test_a_test_sees_no_settings_and_no_state_of_an_installation(tmp_path: Path) -> None:
    (tmp_path / ".trackline").mkdir()
    settings = {"TRACKLINE_STATE": str(tmp_path), "TRACKLINE_TEST_MONGODB_URL": "kept"}
    output = run_pytest(tmp_path, ASKS, tmp_path, **settings)
    assert "3 passed, 1 error" in output
    assert "a test must write into its own folder" in output


def test_hypothesis_writes_nothing_into_the_folder_of_the_caller(tmp_path: Path) -> None:
    caller, checkout = tmp_path / "caller", tmp_path / "checkout"
    caller.mkdir()
    checkout.mkdir()
    assert "1 failed" in run_pytest(checkout, GENERATES, caller, HYPOTHESIS_STORAGE_DIRECTORY="")
    assert list(caller.iterdir()) == []
    assert (checkout / ".hypothesis").is_dir()
