"""The search documents in MongoDB, with the indexes of its own text search."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import InsertOne, ReplaceOne, UpdateMany, UpdateOne
from pymongo.collation import Collation, CollationStrength
from pymongo.collection import Collection
from pymongo.cursor import Cursor
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from knowledge.domain.document import Document, notes
from knowledge.usecases.ports import Counts, DocumentState
from trackline_core.bulk_write import duplicate_indexes

# The text index reads a document's language from this field and refuses some values. No document has the field.
NO_LANGUAGE = "text_language"
# Compares texts by this collation without their case.
ANY_CASE = Collation("en", strength=CollationStrength.SECONDARY)
_STATE = {"rev": 1, "dirty_at": 1, "type": 1, "awaited": 1}
WEIGHTS = {"title": 10, "keywords": 5, "body": 3, "resolution": 3, "public.text": 1}


class MongoDocuments:
    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["search_documents"]
        self._notes = database["search_notes"]

    def prepare(self) -> None:
        _text_index(self._documents, WEIGHTS)
        _text_index(self._notes, {"text": 1})
        waiting = {"dirty_at": {"$exists": True}}
        self._documents.create_index("dirty_at", partialFilterExpression=waiting)
        self._documents.create_index("awaited", partialFilterExpression={"awaited": True})
        for field in ("number", "digits", "external_ref", "title_words"):
            self._documents.create_index(field)
        self._documents.create_index("external_ref", name="external_ref_any_case", collation=ANY_CASE)
        self._documents.create_index([("type", 1), ("updated_at", -1)])
        self._documents.create_index([("requester_id", 1), ("updated_at", -1)])

    def load(self, keys: Iterable[str]) -> dict[str, Document]:
        return {row["_id"]: row for row in self._documents.find({"_id": {"$in": list(keys)}})}

    def save(self, documents: Sequence[Document]) -> bool:
        # The notes are written first. After a crash in between, the event is redelivered and the document is written
        # then.
        noted = [_note(document) for document in documents if document.get("internal") or document.get("purged")]
        if noted:
            _unordered(self._notes, noted)
        return _unordered(self._documents, [_successor(document) for document in documents]) == len(documents)

    def dirty(self, limit: int) -> Iterable[Document]:
        return self._documents.find({"dirty_at": {"$exists": True}}).sort("dirty_at").limit(limit)

    def clear(self, taken: Mapping[str, int]) -> None:
        clean: Document = {"$unset": {"dirty_at": "", "refused": ""}}
        # New documents have the same revision, and are cleared by one update.
        keys: dict[int, list[str]] = defaultdict(list)
        for key, rev in taken.items():
            keys[rev].append(key)
        if keys:
            self._documents.bulk_write(
                [UpdateMany({"_id": {"$in": own}, "rev": rev}, clean) for rev, own in keys.items()], ordered=False
            )

    def refused(self, reasons: Mapping[str, tuple[int, str]]) -> None:
        for key, (rev, reason) in reasons.items():
            marked: Document = {"$set": {"refused": reason}, "$unset": {"dirty_at": ""}}
            self._documents.update_one({"_id": key, "rev": rev}, marked)

    def after(self, key: str, limit: int) -> Sequence[Document]:
        return list(self._after_key(key, limit))

    def states(self, *, after: str, limit: int) -> Mapping[str, DocumentState]:
        return {row["_id"]: _state(row) for row in self._after_key(after, limit, _STATE)}

    def states_of(self, keys: Iterable[str]) -> Mapping[str, DocumentState]:
        return {row["_id"]: _state(row) for row in self._documents.find({"_id": {"$in": list(keys)}}, _STATE)}

    def _after_key(self, key: str, limit: int, fields: Mapping[str, int] | None = None) -> Cursor[Document]:
        return self._documents.find({"_id": {"$gt": key}}, fields).sort("_id").limit(limit)

    def mend(self, revs: Mapping[str, tuple[int, int]], now: datetime) -> None:
        if revs:
            self._documents.bulk_write(
                [
                    UpdateOne({"_id": key, "rev": rev}, {"$set": {"rev": new}, "$min": {"dirty_at": now}})
                    for key, (rev, new) in revs.items()
                ],
                ordered=False,
            )

    def forget_tickets(self, after: str, limit: int) -> tuple[str | None, int]:
        rows = list(self._after_key(after, limit, _STATE))
        keys = [row["_id"] for row in rows if row.get("type") == "ticket"]
        stub = {"_id": "$_id", "rev": {"$add": ["$rev", 1]}, "sequence": {"$literal": 0}, "awaited": {"$literal": True}}
        self._notes.delete_many({"_id": {"$in": keys}})
        self._documents.update_many({"_id": {"$in": keys}, "type": "ticket"}, [{"$replaceWith": stub}])
        return (rows[-1]["_id"] if rows else None), len(keys)

    def awaited(self) -> int:
        return self._documents.count_documents({"awaited": True})

    def dirty_stubs(self, now: datetime) -> None:
        self._documents.update_many({"awaited": True}, {"$min": {"dirty_at": now}, "$unset": {"awaited": ""}})

    def counts(self) -> Counts:
        waiting = {"dirty_at": {"$exists": True}}
        oldest = self._documents.find_one(waiting, {"dirty_at": 1}, sort=[("dirty_at", 1)])
        return Counts(
            self._documents.estimated_document_count(),
            self._documents.count_documents(waiting),
            oldest["dirty_at"] if oldest else None,
        )


def _state(row: Document) -> DocumentState:
    return DocumentState(row["rev"], "dirty_at" in row, "type" in row, "awaited" in row)


Write = InsertOne[Document] | ReplaceOne[Document]


def _text_index(collection: Collection[Document], weights: Mapping[str, int]) -> None:
    collection.create_index(
        [(field, "text") for field in weights],
        weights=dict(weights),
        default_language="english",
        language_override=NO_LANGUAGE,
        name="text",
    )


def _successor(document: Document) -> Write:
    if document["rev"] == 1:
        return InsertOne(document)
    return ReplaceOne({"_id": document["_id"], "rev": document["rev"] - 1}, document)


def _note(document: Document) -> Write:
    own = {"_id": document["_id"], "rev": document["rev"], "text": notes(document)}
    return ReplaceOne({"_id": document["_id"], "rev": {"$lte": document["rev"]}}, own, upsert=True)


def _unordered(collection: Collection[Document], writes: Sequence[Write]) -> int:
    """Returns the number of documents written. One that somebody else has inserted or replaced is not among them."""
    try:
        result: dict[str, Any] = collection.bulk_write(writes, ordered=False).bulk_api_result
    except BulkWriteError as error:
        result = dict(error.details or {})
        if duplicate_indexes(result) is None:
            raise
    return int(result["nInserted"] + result["nMatched"])
