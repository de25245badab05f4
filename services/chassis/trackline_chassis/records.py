"""Stores the records of trackline_core.records in MongoDB, with one collection and one log for each kind."""

from collections.abc import Sequence
from contextlib import suppress

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from trackline_chassis.bus import Bus
from trackline_chassis.mongo import Document
from trackline_chassis.outbox import Outbox
from trackline_chassis.settings import ChassisSettings
from trackline_core.records import history
from trackline_core.records.decide import Write
from trackline_core.records.store import Taken
from trackline_schemas.filters import Filter, matches, to_mongo
from trackline_schemas.records import AnyKind, ChangesQuery
from trackline_schemas.text.keys import name_key


class MongoRecords:
    def __init__(self, kind: AnyKind, database: Database[Document], bus: Bus, settings: ChassisSettings) -> None:
        self._kind = kind
        self._documents = database[kind.collection]
        self._log = database[kind.log]
        self.outbox = Outbox(self._documents, self._log, bus, settings)

    def prepare(self) -> None:
        self.outbox.create_indexes()
        for index in history.INDEXES:
            self._log.create_index(index)
        if self._kind.unique == "name":
            # Another record may take the name of an inactive one.
            self._documents.create_index("name_key", unique=True, partialFilterExpression={"active": True})
            self._renew_keys()

    def _renew_keys(self) -> None:
        """Replaces keys that an earlier release computed in another way."""
        for stored in self._documents.find({}, {"name": 1, "name_key": 1}):
            key = name_key(stored["name"])
            if stored.get("name_key") == key:
                continue
            # Both records were there before, so both stay, until somebody renames one.
            with suppress(DuplicateKeyError):
                self._documents.update_one({"_id": stored["_id"], "name": stored["name"]}, {"$set": {"name_key": key}})

    def find(self, key: str) -> Document | None:
        return self._documents.find_one({"_id": key})

    def select(self, filter: Filter) -> list[Document]:
        found = self._documents.find(to_mongo(filter), {"pending": 0, "commands": 0})
        return sorted(found, key=lambda document: (document.get("name", "").casefold(), document["_id"]))

    def save(self, write: Write) -> Document:
        try:
            if write.version is None:
                self.outbox.insert({"_id": write.key, **write.members}, [write.event])
            else:
                self.outbox.save(write.key, write.version, write.members, [write.event], write.command)
        except DuplicateKeyError:
            raise Taken from None
        return write.after

    def history(self, query: ChangesQuery) -> list[Document]:
        wanted = history.to_filter(query, [self._kind.event_type])
        # This order matters: a row that the relay moves between the two reads is found twice instead of not at all.
        pending = [
            row for document in self._documents.find(history.PENDING, {"pending": 1}) for row in document["pending"]
        ]
        found = self._log.find(to_mongo(wanted)).sort(history.NEWEST_FIRST).limit(query.size + 1)
        return history.merge_rows(query, [*found, *(row for row in pending if matches(wanted, row))])

    def rows(self, ids: Sequence[str]) -> list[Document]:
        return [*self._log.find({"_id": {"$in": [*ids]}})] if ids else []
