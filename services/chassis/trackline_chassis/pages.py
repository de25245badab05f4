"""Pages over (sort key, _id)."""

from typing import Any

from trackline_chassis.mongo import Document


def beyond(field: str, descending: bool, key: Any, row_id: str) -> Document:
    """What comes behind a row in the order (field, _id), both in one direction."""
    strict, loose = ("$lt", "$lte") if descending else ("$gt", "$gte")
    # The first condition bounds the index scan; alone it would repeat rows of the same key.
    return {field: {loose: key}, "$or": [{field: {strict: key}}, {"_id": {strict: row_id}}]}
