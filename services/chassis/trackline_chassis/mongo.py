"""One MongoDB client per process, and which of its errors mean "down" rather than "wrong"."""

import os
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from bson.codec_options import CodecOptions
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import BulkWriteError, ConnectionFailure, ExecutionTimeout, WriteConcernError

from trackline_chassis.settings import ChassisSettings
from trackline_core.bulk_write import duplicates

Document = dict[str, Any]

# A write concern error means: written, but not confirmed by the majority, as while a server shuts down.
STORE_DOWN: tuple[type[Exception], ...] = (ConnectionFailure, WriteConcernError, ExecutionTimeout)


def is_store_down(error: Exception) -> bool:
    """Also true of a bulk write that failed only in being confirmed: pymongo has one type for this and for bad data."""
    if isinstance(error, BulkWriteError):
        return bool(error.details["writeConcernErrors"]) and not error.details["writeErrors"]
    return isinstance(error, STORE_DOWN)


def insert_new(collection: Collection[Document], documents: Sequence[Document]) -> set[int]:
    """Places of the documents that were not there yet by their _id; those that were stay as they are."""
    try:
        collection.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        there = duplicates(error.details)
        if there is None:
            raise
        return set(range(len(documents))) - there
    return set(range(len(documents)))


def database(settings: ChassisSettings, service: str) -> Database[Document]:
    """The service's own database. TRACKLINE_<SERVICE>_MONGODB_URL wins over the common address. Dates come back aware.

    The timeouts are well under the 10 s by which a resumed live stream overlaps: a log row is never stamped earlier
    than that before it becomes readable.
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
