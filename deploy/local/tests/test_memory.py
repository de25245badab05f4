"""The servers of `make test` keep their data in memory if there is room, and leave nothing behind."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from trackline_local import memory


def test_temporary_files_of_children_are_in_memory_and_removed_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "_has_room", lambda _: True)
    before, environment = tempfile.gettempdir(), dict(os.environ)
    make = [sys.executable, "-c", "import tempfile; print(tempfile.mkdtemp())"]

    with memory.temporary_files_in_memory(tmp_path):
        made = Path(subprocess.run(make, check=True, capture_output=True, text=True).stdout.strip())
        assert made.is_relative_to(tmp_path)
        assert Path(tempfile.mkdtemp()).is_relative_to(tmp_path)
        assert os.environ["PYTEST_DEBUG_TEMPROOT"] == before

    assert list(tmp_path.iterdir()) == []
    assert (tempfile.gettempdir(), dict(os.environ)) == (before, environment)


@pytest.mark.parametrize("limit", ["NEEDED_THERE", "NEEDED_FREE"])
def test_without_room_they_stay_on_the_disk(limit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, limit, 1 << 60)
    before = tempfile.gettempdir()
    with memory.temporary_files_in_memory(tmp_path):
        assert tempfile.gettempdir() == before
    with memory.temporary_files_in_memory(tmp_path / "nowhere"):
        assert tempfile.gettempdir() == before
