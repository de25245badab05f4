"""Pages of people and of teams, sorted by name."""

from collections.abc import Sequence

from gateway.kit.mongo import Collection, Document
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.paging import Page, decode_cursor, encode_cursor


async def page_by_name(
    documents: Collection, conditions: Sequence[Document], size: int, after: str | None
) -> Page[Document]:
    """Sorts by `name_key`, which is the name without regard to case. Raises ServiceError invalid_cursor."""
    wanted = [*conditions, *([_after_cursor(after)] if after is not None else [])]
    found = documents.find({"$and": wanted} if wanted else {}).sort([("name_key", 1), ("_id", 1)]).limit(size + 1)
    rows = await found.to_list(size + 1)
    if len(rows) <= size:
        return Page(items=rows)
    return Page(items=rows[:size], after=encode_cursor(rows[size - 1]["name_key"], rows[size - 1]["_id"]))


def _after_cursor(cursor: str) -> Document:
    name_key, key = decode_cursor(cursor, 2)
    if not (isinstance(name_key, str) and isinstance(key, str)):
        raise refuse(reasons.requests.CURSOR_NOT_OF_THIS_LIST)
    return {"$or": [{"name_key": {"$gt": name_key}}, {"name_key": name_key, "_id": {"$gt": key}}]}
