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


def test_a_test_sees_no_settings_and_no_state_of_an_installation(tmp_path: Path) -> None:
    (tmp_path / ".trackline").mkdir()
    (tmp_path / "test_asks.py").write_text(ASKS)
    environment = {**os.environ, "TRACKLINE_STATE": str(tmp_path), "TRACKLINE_TEST_MONGODB_URL": "kept"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml")]
    done = subprocess.run(
        [*command, f"--rootdir={tmp_path}", "test_asks.py"],
        cwd=tmp_path,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert "3 passed, 1 error" in done.stdout
    assert "a test must write into its own folder" in done.stdout
