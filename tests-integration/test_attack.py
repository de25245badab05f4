"""What surrounds the attacks of `make attack`. The attacks themselves take too long to be a test."""

from types import SimpleNamespace
from typing import Any

import pytest
from attack.target import Figure, Target, Times


@pytest.mark.parametrize("url", ["http://192.0.2.1:8000", "https://desk.example.org", "http://0.0.0.0:8000"])
def test_an_attack_goes_to_this_machine_only(url: str) -> None:
    system: Any = SimpleNamespace(url=url)
    admin: Any = None
    with pytest.raises(ValueError, match=r"this machine|IPv4"):
        Target(system, admin)


def test_a_figure_above_its_limit_fails() -> None:
    assert Figure("memory", "MB", 333, 49.9, 50).row == "| memory | 333 MB | 49.9 MB | 50 MB | holds |"
    assert Figure("connections", "", None, 1, 0).row == "| connections |  | 1 | 0 | FAILS |"


def test_percentiles() -> None:
    assert Times([0.1] * 99 + [4.5]).percentile(0.99) == 4.5
    assert Times([0.1] * 199 + [4.5]).percentile(0.99) == 0.1
