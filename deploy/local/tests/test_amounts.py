"""`make test` takes the short form of a test, `make test-long` the long one. A variable overrides both."""

import pytest

from trackline_testing.amounts import LONG, amount


@pytest.mark.parametrize(
    ("environment", "expected"),
    [({}, 3), ({LONG: "1"}, 100), ({"THINGS": "7"}, 7), ({LONG: "1", "THINGS": "7"}, 7), ({"THINGS": ""}, 3)],
)
def test_the_amount(environment: dict[str, str], expected: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (LONG, "THINGS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert amount("THINGS", short=3, long=100) == expected
