"""Pages over (instant, id), newest first."""

from datetime import datetime
from typing import Any

from pymongo import DESCENDING
from pymongo.collection import Collection

from trackline_schemas.errors import ServiceError
from trackline_schemas.paging import decode_cursor, encode_cursor

Document = dict[str, Any]


def newest_first(
    documents: Collection[Document], query: Document, field: str, size: int, after: str | None
) -> tuple[list[Document], str | None]:
    """The page and the cursor of the next one. Raises ServiceError invalid_cursor."""
    wanted = {"$and": [query, _before(field, after)]} if after else query
    order = [(field, DESCENDING), ("_id", DESCENDING)]
    found = list(documents.find(wanted).sort(order).limit(size + 1))
    page = found[:size]
    more = len(found) > size
    return page, encode_cursor(page[-1][field].isoformat(), page[-1]["_id"]) if more else None


def _before(field: str, after: str) -> Document:
    try:
        time, key = decode_cursor(after, 2)
        instant = datetime.fromisoformat(time)
    except (TypeError, ValueError):
        raise ServiceError("invalid_cursor", "The cursor page[after] is of another list. Start without it.") from None
    return {"$or": [{field: {"$lt": instant}}, {field: instant, "_id": {"$lt": str(key)}}]}
