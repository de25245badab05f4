"""The write of a projection: the newer sequence stays, whatever the order of arrival."""

from typing import Any

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

Documents = Collection[dict[str, Any]]


def keep_newer(documents: Documents, key: str, sequence: int, fields: dict[str, Any]) -> None:
    older = {"_id": key, "sequence": {"$lt": sequence}}
    update = {"$set": {**fields, "sequence": sequence}}
    try:
        documents.update_one(older, update, upsert=True)
    except DuplicateKeyError:
        # It is there already: newer, or put there by a twin of this write a moment ago, which may be older.
        documents.update_one(older, update)
