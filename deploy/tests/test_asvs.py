"""docs/asvs.md has each requirement of levels 1 and 2, and names tests that exist."""

import re

import pytest

from trackline_local.steps import ROOT

from .named_tests import names_in

# The numbers of OWASP ASVS 4.0.3, levels 1 and 2, without those that the standard has deleted.
REQUIREMENTS = """
    1.1.1-7 1.2.1-4 1.4.1,4-5 1.5.1-4 1.6.1-4 1.7.1-2 1.8.1-2 1.9.1-2 1.10.1 1.11.1-2 1.12.2 1.14.1-6 2.1.1-12
    2.2.1-3 2.3.1-3 2.4.1-5 2.5.1-7 2.6.1-3 2.7.1-6 2.8.1-7 2.9.1-3 2.10.1-4 3.1.1 3.2.1-4 3.3.1-4 3.4.1-5 3.5.1-3
    3.7.1 4.1.1-3,5 4.2.1-2 4.3.1-3 5.1.1-5 5.2.1-8 5.3.1-10 5.4.1-3 5.5.1-4 6.1.1-3 6.2.1-6 6.3.1-2 6.4.1-2 7.1.1-4
    7.2.1-2 7.3.1,3-4 7.4.1-3 8.1.1-4 8.2.1-3 8.3.1-8 9.1.1-3 9.2.1-4 10.2.1-2 10.3.1-3 11.1.1-8 12.1.1-3 12.2.1
    12.3.1-6 12.4.1-2 12.5.1-2 12.6.1 13.1.1,3-5 13.2.1-3,5-6 13.3.1-2 13.4.1-2 14.1.1-4 14.2.1-6 14.3.2-3 14.4.1-7
    14.5.1-4
"""
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (.+) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)
ROWS = {row[0]: row[1:] for row in ROW.findall((ROOT / "docs/asvs.md").read_text())}
# Only these may stand without a test, and with a reason instead.
REASON = re.compile(r"^(?:No test: |Reason: |Next: |Nothing of this kind exists)")


def numbers() -> list[str]:
    found: list[str] = []
    for word in REQUIREMENTS.split():
        section, _, items = word.rpartition(".")
        for item in items.split(","):
            first, _, last = item.partition("-")
            found += [f"{section}.{number}" for number in range(int(first), int(last or first) + 1)]
    return found


def test_each_requirement_has_one_row() -> None:
    assert list(ROWS) == numbers()
    assert len(ROW.findall((ROOT / "docs/asvs.md").read_text())) == len(ROWS)


@pytest.mark.parametrize("number", ROWS)
def test_a_row_names_tests_that_exist_or_the_reason(number: str) -> None:
    _, holds, _, why = ROWS[number]
    named = re.findall(r"`([\w./-]+\.py)::(\w+)`", why)
    assert holds in {"yes", "partly", "operators", "next", "no", "n/a"}
    assert named or REASON.match(why), why
    assert [f"{path}::{name}" for path, name in named if name not in names_in(path)] == []


def test_a_test_that_does_not_exist_is_noticed() -> None:
    assert "test_each_requirement_has_one_row" in names_in("deploy/tests/test_asvs.py")
    assert "test_nothing" not in names_in("deploy/tests/test_asvs.py")
    assert names_in("deploy/tests/test_nowhere.py") == set()
