"""Pages of documents in the order (sort key, _id)."""

from typing import Any

from trackline_chassis.mongo import Document


def after_cursor(field: str, descending: bool, key: Any, row_id: str) -> Document:
    """Returns the query for the documents after a row, in the order (field, _id) with both in the same direction."""
    strict, loose = ("$lt", "$lte") if descending else ("$gt", "$gte")
    # The first condition limits the index scan, but would repeat documents with the same key. The second excludes them.
    return {field: {loose: key}, "$or": [{field: {strict: key}}, {"_id": {strict: row_id}}]}
