"""Services point into the command; the caller sent only a part of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from trackline_schemas.errors import ServiceError


@contextmanager
def relative_to(prefix: str) -> Iterator[None]:
    """Errors that point to prefix/x point to /x."""
    try:
        yield
    except ServiceError as error:
        for entry in error.detail.get("errors", []):
            entry["pointer"] = entry.get("pointer", "").removeprefix(prefix)
        raise
