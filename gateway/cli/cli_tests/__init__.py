"""This package cannot be named `tests`, because `gateway/tests` has that name."""
