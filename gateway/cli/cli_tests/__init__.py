"""A name of its own: `gateway/tests` is the package `tests`."""
