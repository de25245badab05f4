"""Pages of documents ordered by (time, id), newest first."""

from typing import Any

from pymongo import DESCENDING
from pymongo.collection import Collection

from trackline_chassis.pages import after_cursor
from trackline_schemas.paging import decode_cursor, decode_instant, encode_cursor

Document = dict[str, Any]


def newest_first(
    documents: Collection[Document], query: Document, field: str, size: int, after: str | None
) -> tuple[list[Document], str | None]:
    """Returns the page and the cursor of the next one. Raises ServiceError invalid_cursor."""
    wanted = {**query, **_after_cursor(field, after)} if after else query
    found = list(documents.find(wanted).sort([(field, DESCENDING), ("_id", DESCENDING)]).limit(size + 1))
    page = found[:size]
    return page, encode_cursor(page[-1][field], page[-1]["_id"]) if len(found) > size else None


def _after_cursor(field: str, after: str) -> Document:
    time, key = decode_cursor(after, 2)
    return after_cursor(field, True, decode_instant(time), str(key))
