"""The short and the long forms of tests. docs/testing.md has the rule."""

import os

LONG = "TRACKLINE_TEST_LONG"


def amount(name: str, *, short: int, long: int) -> int:
    """Returns the environment variable `name` if it is set, else `long` in `make test-long`, else `short`."""
    return int(os.environ.get(name) or (long if os.environ.get(LONG) else short))
