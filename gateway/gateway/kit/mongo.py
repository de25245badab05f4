"""The only module that knows Motor (docs/adr/0003-motor-behind-one-module.md)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from motor.motor_asyncio import (
    AsyncIOMotorClient,
    AsyncIOMotorCollection,
    AsyncIOMotorDatabase,
    AsyncIOMotorGridFSBucket,
)
from pymongo.errors import ConnectionFailure, PyMongoError, ServerSelectionTimeoutError

from trackline_schemas.errors import reasons, refuse

Document: TypeAlias = dict[str, Any]
Collection: TypeAlias = AsyncIOMotorCollection[Document]
Database: TypeAlias = AsyncIOMotorDatabase[Document]


def connect(url: str, name: str) -> Database:
    """Returns a database that connects at its first use. Every operation fails after 5 s at the latest, so that a
    document never becomes readable long after the time that it is stamped with."""
    client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
        url,
        tz_aware=True,
        w="majority",
        timeoutMS=5000,
        serverSelectionTimeoutMS=2000,
        uuidRepresentation="standard",
    )
    return client[name]


def bucket(database: Database, name: str) -> AsyncIOMotorGridFSBucket:
    return AsyncIOMotorGridFSBucket(database, bucket_name=name)


def disconnect(database: Database) -> None:
    database.client.close()


async def store_errors() -> AsyncIterator[None]:
    """A dependency of routes that turns an outage of MongoDB into a ServiceError: unavailable if no server was
    reachable, else outcome_unknown, because a write that was cut off may have happened."""
    try:
        yield
    except ServerSelectionTimeoutError as error:
        raise refuse(reasons.bus.DATABASE_UNREACHABLE) from error
    except PyMongoError as error:
        if not (isinstance(error, ConnectionFailure) or error.timeout):
            raise
        raise refuse(reasons.bus.CONNECTION_LOST) from error


translate_store_errors = asynccontextmanager(store_errors)
