"""`make poisoned`: what it poisons, and that it notices what a test leaves in another installation."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from trackline_local import poisoned
from trackline_local.settings import RunSettings
from trackline_local.suites import SUITES


def test_every_setting_is_poisoned_except_those_of_tests() -> None:
    names = poisoned.settings()
    assert {f"TRACKLINE_{field}".upper() for field in RunSettings.model_fields} <= names
    assert {"TRACKLINE_GAP_SECONDS", "TRACKLINE_TICKETS_MONGODB_URL", "TRACKLINE_PASSWORD"} <= names
    assert not [name for name in names if name.startswith("TRACKLINE_TEST")]


def test_the_suites_find_their_files_from_another_folder() -> None:
    for arguments in SUITES.values():
        for one in poisoned.absolute(arguments):
            path = one.partition("=")[2] if one.startswith("--") else one
            assert path == "-c" or (Path(path).is_absolute() and Path(path).exists())


def test_the_surroundings_are_wrong_in_the_block_and_as_before_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # `make poisoned` runs this test, too.
    monkeypatch.setenv("TZ", "UTC")
    before, umask = (dict(os.environ), Path.cwd()), os.umask(0o022)
    os.umask(umask)
    with poisoned.surroundings(tmp_path):
        assert os.environ["TRACKLINE_STATE"] == "nonsense"
        assert os.environ["TZ"] != "UTC"
        assert Path.cwd() == tmp_path
        (tmp_path / "made").touch()
    assert (dict(os.environ), Path.cwd()) == before
    assert (tmp_path / "made").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("action", "told"),
    [
        (lambda state: (state / "mailbox/new.eml").write_text("x"), "mailbox/new.eml: new"),
        (lambda state: (state / "cache/deep").mkdir(parents=True), "cache: new"),
        (lambda state: (state / "admin-password").unlink(), "admin-password: removed"),
        (lambda state: (state / "secret").write_text("x"), "secret: changed"),
        (lambda state: (state / "run.json").chmod(0o777), "run.json: changed"),
    ],
)
def test_what_a_test_does_to_another_installation_is_told(action: Callable[[Path], object], told: str) -> None:
    with poisoned.poisoned_folder() as folder:
        before = poisoned.snapshot(folder)
        assert poisoned.changes_in(folder, before) == []
        action(folder / ".trackline")
        assert poisoned.changes_in(folder, before) == [f"{folder}/.trackline/{told}"]
    assert not folder.exists()


def test_a_checkout_without_an_installation_gets_one_for_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poisoned, "ROOT", tmp_path)
    with poisoned.beside_the_code(tmp_path / "elsewhere") as folders:
        assert folders == [tmp_path / "elsewhere", tmp_path / ".trackline"]
        assert (tmp_path / ".trackline/run.json").exists()
    assert not (tmp_path / ".trackline").exists()
    (tmp_path / ".trackline").mkdir()
    with poisoned.beside_the_code(tmp_path / "elsewhere") as folders:
        assert folders == [tmp_path / "elsewhere"]
    assert list((tmp_path / ".trackline").iterdir()) == []
