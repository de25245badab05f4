"""How much a test does: the rule is in docs/testing.md."""

import os

LONG = "TRACKLINE_TEST_LONG"


def amount(name: str, *, short: int, long: int) -> int:
    """The environment variable `name` where it is set, else `long` in `make test-long` and `short` in `make test`."""
    return int(os.environ.get(name) or (long if os.environ.get(LONG) else short))
