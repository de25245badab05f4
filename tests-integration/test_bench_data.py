"""Where the data sets of measurements are, and which of them a version uses."""

from pathlib import Path

import pytest
from bench import data, texts

from trackline_local.steps import Failure


@pytest.fixture
def sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(data, "SETS", tmp_path)
    return tmp_path


def make(sets: Path, tickets: int) -> Path:
    folder = sets / data.name(tickets)
    folder.mkdir()
    (folder / "secret").write_text("kept")
    return folder


def test_a_set_is_found_by_its_number_of_tickets(sets: Path) -> None:
    kept = make(sets, 300)

    assert data.find(300) == kept
    assert data.find(400) is None
    assert data.make(300) == kept


def test_a_set_that_is_not_finished_is_none(sets: Path) -> None:
    make(sets, 300).rename(sets / f"{data.name(300)}.part")

    assert data.find(300) is None


def test_a_set_with_other_tickets_is_refused(sets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = make(sets, 300)
    other = tmp_path / "texts.py"
    other.write_text(Path(str(texts.__file__)).read_text() + "# other words")
    monkeypatch.setattr(texts, "__file__", str(other))

    with pytest.raises(Failure, match=f"{kept} was made by .* remove the folder .* BENCH_TICKETS=300"):
        data.find(300)


def test_what_happens_to_a_copy_does_not_reach_the_set(sets: Path, tmp_path: Path) -> None:
    kept, state = make(sets, 300), tmp_path / "state"
    state.mkdir()
    data.copy(kept, state)
    (state / "secret").write_text("changed")
    (state / "more").touch()

    assert (kept / "secret").read_text() == "kept"
    assert [one.name for one in kept.iterdir()] == ["secret"]
