import re
from pathlib import Path

import pytest

from trackline_local.settings import RunSettings
from trackline_local.steps import ROOT, Failure, need_space


def test_the_table_for_operators_names_every_setting() -> None:
    table = (ROOT / "docs/operating.md").read_text()
    named = set(re.findall(r"^\| `(TRACKLINE_\w+)`", table, re.MULTILINE))
    assert {f"TRACKLINE_{field}".upper() for field in RunSettings.model_fields} <= named


def test_empty_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKLINE_AMQP_URL", "")
    assert RunSettings.read().amqp_url is None


@pytest.mark.parametrize(("name", "value"), [("TRACKLINE_PORT", "99999"), ("TRACKLINE_ADMIN_EMAIL", "nobody")])
def test_an_invalid_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Failure, match=f"^{name} is '{value}'"):
        RunSettings.read()


def test_a_full_disk_is_explained(tmp_path: Path) -> None:
    with pytest.raises(Failure, match=r"needs 1000000000000 MB .* free some space"):
        need_space(tmp_path, 10**12, "Trackline's data")
