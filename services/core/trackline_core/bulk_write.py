"""What the result of an unordered bulk write to MongoDB means."""

from collections.abc import Mapping
from typing import Any

DUPLICATE_KEY = 11000


def duplicates(details: Mapping[str, Any]) -> set[int] | None:
    """Places of the writes that met a unique value which is there already. None when something else went wrong too:
    another error, or no confirmation by the majority. `details` are those of pymongo's BulkWriteError."""
    failed = details["writeErrors"]
    if details["writeConcernErrors"] or any(one["code"] != DUPLICATE_KEY for one in failed):
        return None
    return {one["index"] for one in failed}
