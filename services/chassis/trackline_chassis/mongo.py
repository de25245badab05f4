"""One MongoDB client per process, and which of its errors mean "down" rather than "wrong"."""

import os
from datetime import UTC
from typing import Any

from bson.codec_options import CodecOptions
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import ConnectionFailure, ExecutionTimeout, WTimeoutError

from trackline_chassis.settings import ChassisSettings

Document = dict[str, Any]

STORE_DOWN: tuple[type[Exception], ...] = (ConnectionFailure, WTimeoutError, ExecutionTimeout)


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
