"""Keeps facts in MongoDB, in one collection per generation. Questions about many facts are answered from memory."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from itertools import islice
from typing import Any

from bson.codec_options import CodecOptions
from pymongo import DESCENDING, InsertOne, ReplaceOne, UpdateOne
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from analytics.adapters import query
from analytics.adapters.change import MongoChanges
from analytics.adapters.columns import Columns, Mask, able, milliseconds
from analytics.adapters.document import Document, to_document, to_fact
from analytics.adapters.memory import AT_ONCE, Memory
from analytics.adapters.state_time import times
from analytics.adapters.tally import tallies
from analytics.domain.fact import Fact
from analytics.domain.period import Period
from analytics.usecases.group import Key, to_fields, to_key
from analytics.usecases.ports import Grouped, Place, Progress
from trackline_core.bulk_write import duplicate_indexes
from trackline_schemas.analytics import Counted
from trackline_schemas.filters import Filter, to_mongo

# Without this, converting each time into an aware one takes most of the time of reading many facts.
_NAIVE = CodecOptions[Document](tz_aware=False)
# At most this many facts of earlier versions are announced at once. An update begins with all facts.
OTHERS_AT_ONCE = 5000


class MongoFacts:
    def __init__(self, database: Database[Document]) -> None:
        self._database = database
        self._collection = cache(self._open)
        self._changes = MongoChanges(database)
        self._memory = Memory(self._open_naive, self._changes)

    def load(self, generation: int, ids: Iterable[str]) -> dict[str, Fact]:
        found = self._collection(generation).find({"_id": {"$in": list(ids)}})
        return {document["_id"]: to_fact(document) for document in found}

    def save(self, generation: int, facts: Sequence[Fact]) -> set[str]:
        if not facts:
            return set()
        try:
            self._collection(generation).bulk_write([_write(fact) for fact in facts], ordered=False)
        except BulkWriteError as error:
            lost = duplicate_indexes(error.details)
            if lost is None:
                raise
            return {facts[index].id for index in lost}
        return set()

    def announce(self, generation: int, ids: Iterable[str]) -> None:
        self._changes.announce(generation, ids)

    def follow(self, generation: int) -> None:
        self._announce_for_others(generation)
        self._memory.follow(generation)

    def _announce_for_others(self, generation: int) -> None:
        """Announces what a replica of an earlier version has written. It first announces and then marks, unless the
        fact has been written again meanwhile, so that nothing is lost if it dies in between."""
        unannounced = self._collection(generation).find(query.UNANNOUNCED, {"revision": 1})
        found = list(unannounced.sort("_id").limit(OTHERS_AT_ONCE).hint(query.OTHERS))
        self.announce(generation, (row["_id"] for row in found))
        marks = [UpdateOne(row, {"$set": {"announced": True}}) for row in found]
        if marks:
            self._collection(generation).bulk_write(marks, ordered=False)

    def due(self, generation: int, now: datetime, limit: int) -> list[Fact]:
        found = (
            self._collection(generation)
            .find({"$and": [query.GAPS, {"ask_at": {"$lte": now}}]})
            .sort("ask_at")
            .limit(limit)
        )
        return [to_fact(document) for document in found]

    def gaps(self, generation: int) -> int:
        return self._collection(generation).count_documents(query.GAPS)

    def progress(self, generation: int) -> Progress:
        total = {"_id": None, "subjects": {"$sum": 1}, "events": {"$sum": "$replayed"}}
        found = list(self._collection(generation).aggregate([{"$match": query.REPLAYED}, {"$group": total}]))
        counts = found[0] if found else {"subjects": 0, "events": 0}
        return Progress(counts["subjects"], counts["events"], self.gaps(generation))

    def tallies(self, generation: int, where: Filter, edges: Sequence[datetime], key: Sequence[str]) -> list[Grouped]:
        with self._memory.columns(generation) as columns:
            return list(tallies(columns, self._matching(generation, columns, where), edges, key))

    def state_time(
        self, generation: int, where: Filter, period: Period, key: Sequence[str]
    ) -> Iterator[tuple[Mapping[str, Any], str, float]]:
        total: Counter[tuple[Key, str]] = Counter()
        with self._memory.columns(generation) as columns:
            matching, spans = self._matching(generation, columns, where), partial(self._spans, generation)
            for fields, state, milliseconds in times(columns, matching, period, key, spans):
                total[to_key(fields), state] += milliseconds
        for (values, state), milliseconds in total.items():
            if milliseconds:
                yield to_fields(key, values), state, milliseconds / 1000

    def _matching(self, generation: int, columns: Columns, where: Filter) -> Mask:
        if able(where):
            return columns.matching(where)
        return columns.rows(row["_id"] for row in self._collection(generation).find(to_mongo(where), {"_id": 1}))

    def _spans(self, generation: int, ids: Sequence[str]) -> Iterator[tuple[str, str, int, int]]:
        rows = iter(ids)
        while batch := list(islice(rows, AT_ONCE)):
            for row in self._collection(generation).find({"_id": {"$in": batch}}, {"spans": 1}):
                for span in row["spans"]:
                    if span["end"]:
                        yield row["_id"], span["state"], milliseconds(span["start"]), milliseconds(span["end"])

    def find_counted(
        self, generation: int, where: Filter, period: Period, measure: Counted, size: int, after: Place | None
    ) -> list[Fact]:
        wanted = query.counted(where, period, measure, after)
        found = self._collection(generation).find(wanted).sort(query.NEWEST_FIRST).limit(size).hint(query.LIST)
        return [to_fact(document) for document in found]

    def newest_event(self, generation: int) -> datetime | None:
        newest = self._collection(generation).find_one({}, {"event_at": 1}, sort=[("event_at", DESCENDING)])
        return newest["event_at"] if newest else None

    def drop(self, generation: int) -> None:
        self._database.drop_collection(_name(generation))
        self._changes.drop(generation)

    def _open(self, generation: int) -> Collection[Document]:
        collection = self._database[_name(generation)]
        collection.create_indexes(query.INDEXES)
        return collection

    def _open_naive(self, generation: int) -> Collection[Document]:
        return self._collection(generation).with_options(codec_options=_NAIVE)


def _name(generation: int) -> str:
    return f"facts_{generation}"


def _write(fact: Fact) -> InsertOne[Document] | ReplaceOne[Document]:
    stored = {**to_document(fact), "revision": fact.revision + 1}
    if fact.revision == 0:
        return InsertOne(stored)
    # If another revision is stored, the filter finds nothing, and the upsert fails because of the duplicate _id. So
    # each lost race is noticed without another round trip.
    return ReplaceOne({"_id": fact.id, "revision": fact.revision}, stored, upsert=True)
