"""The MongoDB client of the process, and which of its errors mean that the store is down."""

import os
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from bson.codec_options import CodecOptions
from pymongo import MongoClient, UpdateOne
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    ServerSelectionTimeoutError,
    WriteConcernError,
    WriteError,
)

from trackline_chassis.settings import ChassisSettings
from trackline_core.bulk_write import DUPLICATE_KEY, duplicate_indexes
from trackline_schemas.errors import ServiceError, reasons, refuse

Document = dict[str, Any]

# The code of MongoDB's error for an update of _id.
IMMUTABLE_FIELD = 66
# A write concern error means that a majority did not confirm the write, for example while a server shuts down.
STORE_DOWN: tuple[type[Exception], ...] = (ConnectionFailure, WriteConcernError, ExecutionTimeout)


def is_store_down(error: Exception) -> bool:
    """Also true for a bulk write that only lacks confirmation: pymongo raises the same error type for bad data."""
    if isinstance(error, BulkWriteError):
        return bool(error.details["writeConcernErrors"]) and not error.details["writeErrors"]
    return isinstance(error, STORE_DOWN)


def to_refusal(error: Exception) -> ServiceError:
    """Returns what a caller is told when the store is down: `unavailable` if nothing was sent, else `outcome_unknown`,
    because a write that was cut off, or that a majority did not confirm, may have been done."""
    # When only the driver's second attempt finds no server, it raises the error of the first one.
    sent = not isinstance(error, ServerSelectionTimeoutError)
    return refuse(reasons.bus.CONNECTION_LOST if sent else reasons.bus.DATABASE_UNREACHABLE)


def insert_new(collection: Collection[Document], documents: Sequence[Document]) -> set[int]:
    """Inserts the documents whose _id is new, and returns their indexes. Existing documents are left unchanged."""
    try:
        collection.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        known = duplicate_indexes(error.details)
        if known is None:
            raise
        return set(range(len(documents))) - known
    return set(range(len(documents)))


def insert_each(collection: Collection[Document], documents: Sequence[Document]) -> list[Exception | None]:
    """Inserts what can be inserted. Returns the error of each document, or None for one that was inserted."""
    try:
        collection.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        return _to_outcomes(error, len(documents))
    return [None] * len(documents)


def update_each(
    collection: Collection[Document], updates: Sequence[tuple[Document, Document]]
) -> list[bool | Exception]:
    """Applies each update to the document that its filter finds, which names the _id. Answers for each whether there
    was such a document, or the error of the update."""
    # MongoDB counts the matches of all updates together, but tells the errors of each. So an update that finds nothing
    # is made to fail: as an upsert that must not insert, because it would change the _id that its filter names.
    writes = [UpdateOne(where, {**update, "$setOnInsert": {"_id": None}}, upsert=True) for where, update in updates]
    try:
        collection.bulk_write(writes, ordered=False)
    except BulkWriteError as error:
        return [_to_found(one) for one in _to_outcomes(error, len(updates))]
    return [True] * len(updates)


def _to_found(outcome: Exception | None) -> bool | Exception:
    if isinstance(outcome, WriteError) and outcome.code == IMMUTABLE_FIELD:
        return False
    return outcome or True


def _to_outcomes(error: BulkWriteError, documents: int) -> list[Exception | None]:
    unconfirmed = error.details["writeConcernErrors"]
    outcomes: list[Exception | None] = [WriteConcernError(str(unconfirmed)) if unconfirmed else None] * documents
    for one in error.details["writeErrors"]:
        kind = DuplicateKeyError if one["code"] == DUPLICATE_KEY else WriteError
        outcomes[one["index"]] = kind(one["errmsg"], one["code"], one)
    return outcomes


def database(settings: ChassisSettings, service: str) -> Database[Document]:
    """Returns the service's own database. TRACKLINE_<SERVICE>_MONGODB_URL takes precedence over the common address.
    Dates are read as aware datetimes.

    A resumed live stream rereads the last 10 s of the log. The timeouts are much shorter, so that every log row becomes
    readable within 10 s of its time stamp.
    """
    url = os.environ.get(f"TRACKLINE_{service.upper()}_MONGODB_URL", settings.mongodb_url)
    client: MongoClient[Document] = MongoClient(
        url,
        serverSelectionTimeoutMS=3000,
        connectTimeoutMS=2000,
        socketTimeoutMS=5000,
        appname=f"trackline-{service}",
    )
    options: CodecOptions[Document] = CodecOptions(tz_aware=True, tzinfo=UTC)
    return client.get_database(f"{settings.database_prefix}_{service}", codec_options=options)
