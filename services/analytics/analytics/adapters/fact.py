"""Keeps facts in MongoDB, in one collection per generation."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from bson.codec_options import CodecOptions
from pymongo import DESCENDING, ReplaceOne
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import BulkWriteError, OperationFailure

from analytics.adapters import query
from analytics.adapters.document import Document, to_document, to_fact
from analytics.adapters.state_time import times
from analytics.domain.fact import Fact
from analytics.domain.measure import Lives
from analytics.domain.period import Period
from analytics.usecases.group import Key, to_fields, to_key
from analytics.usecases.ports import Place, Progress
from trackline_core.bulk_write import duplicate_indexes
from trackline_schemas.analytics import Counted
from trackline_schemas.filters import Filter

# IndexKeySpecsConflict: there is an index of the same name with other fields.
INDEX_KEYS_DIFFER = 86
# Without this, converting each time into an aware one takes most of the time of a summary of many tickets.
_NAIVE = CodecOptions[Document](tz_aware=False)


class MongoFacts:
    def __init__(self, database: Database[Document]) -> None:
        self._database = database
        self._collection = cache(self._open)
        self._outdated: set[int] = set()

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

    def lives(self, generation: int, where: Filter, period: Period, key: Sequence[str]) -> Iterator[Lives]:
        collection = self._collection(generation).with_options(codec_options=_NAIVE)
        for row in collection.aggregate(query.lives(where, period, key), hint=query.LIFE):
            of = row.pop("_id")
            yield Lives(_to_fields(of, key), of["excluded"], **row)
        for row in collection.aggregate(query.rests(where, period, key), hint=query.RESTS):
            rests = [(start, end) for one in row["rests"] for start, end in one["all"]]
            yield Lives(_to_fields(row["_id"], key), row["_id"]["excluded"], rests=rests)

    def state_time(
        self, generation: int, where: Filter, period: Period, key: Sequence[str]
    ) -> Iterator[tuple[Mapping[str, Any], str, float]]:
        total: Counter[tuple[Key, str]] = Counter()
        for of, state, milliseconds in times(self._collection(generation), where, period, key):
            total[to_key(_to_fields(of, key)), state] += milliseconds
        for (values, state), milliseconds in total.items():
            if milliseconds:
                yield to_fields(key, values), state, milliseconds / 1000

    def find_counted(
        self, generation: int, where: Filter, period: Period, measure: Counted, size: int, after: Place | None
    ) -> list[Fact]:
        wanted = query.counted(where, period, measure, after)
        found = self._collection(generation).find(wanted).sort(query.NEWEST_FIRST).limit(size).hint(query.LIST)
        return [to_fact(document) for document in found]

    def outdated(self, generation: int) -> bool:
        self._collection(generation)
        return generation in self._outdated

    def newest_event(self, generation: int) -> datetime | None:
        newest = self._collection(generation).find_one({}, {"event_at": 1}, sort=[("event_at", DESCENDING)])
        return newest["event_at"] if newest else None

    def drop(self, generation: int) -> None:
        self._database.drop_collection(_name(generation))

    def _open(self, generation: int) -> Collection[Document]:
        collection = self._database[_name(generation)]
        for index in query.INDEXES:
            try:
                collection.create_indexes([index])
            except OperationFailure as error:
                if error.code != INDEX_KEYS_DIFFER:
                    raise
                # Rebuilding the index here would make all queries wait.
                self._outdated.add(generation)
        return collection


def _to_fields(of: Document, key: Sequence[str]) -> Document:
    return {name: of.get(f"key_{name}") for name in key}


def _name(generation: int) -> str:
    return f"facts_{generation}"


def _write(fact: Fact) -> ReplaceOne[Document]:
    # If another revision is stored, the filter finds nothing, and the upsert fails because of the duplicate _id. So
    # each lost race is noticed without another round trip.
    stored = {**to_document(fact), "revision": fact.revision + 1}
    return ReplaceOne({"_id": fact.id, "revision": fact.revision}, stored, upsert=True)
