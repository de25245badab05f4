"""Interprets the result of an unordered bulk write to MongoDB."""

from collections.abc import Mapping
from typing import Any

DUPLICATE_KEY = 11000


def duplicate_indexes(details: Mapping[str, Any]) -> set[int] | None:
    """Returns the indexes of the writes that a unique index refused, or None if anything else went wrong: another
    error, or no confirmation by the majority. `details` are those of pymongo's BulkWriteError."""
    failed = details["writeErrors"]
    if details["writeConcernErrors"] or any(one["code"] != DUPLICATE_KEY for one in failed):
        return None
    return {one["index"] for one in failed}
