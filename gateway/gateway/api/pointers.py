"""Adjusts the pointers of errors: services point into the whole command, but the caller sent only a part of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from trackline_schemas.errors import ServiceError


@contextmanager
def relative_to(prefix: str) -> Iterator[None]:
    """Changes pointers to `prefix/x` into `/x` in errors that the block raises."""
    try:
        yield
    except ServiceError as error:
        for entry in error.detail.get("errors", []):
            entry["pointer"] = entry.get("pointer", "").removeprefix(prefix)
        raise
