from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from pymongo import ASCENDING, UpdateOne
from pymongo.database import Database

from trackline_schemas.topology import DEAD_LETTER_DAYS

# A dead letter with an event of a purged ticket may be sent back for this long.
KEPT_SECONDS = (DEAD_LETTER_DAYS + 1) * 24 * 3600


class MongoPurged:
    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._purged = database["purged_tickets"]

    def prepare(self) -> None:
        self._purged.create_index([("at", ASCENDING)], expireAfterSeconds=KEPT_SECONDS)

    def remember(self, ticket_ids: Collection[str]) -> None:
        now = datetime.now(UTC)
        writes = [UpdateOne({"_id": key}, {"$set": {"at": now}}, upsert=True) for key in ticket_ids]
        self._purged.bulk_write(writes, ordered=False)

    def among(self, ticket_ids: Collection[str]) -> set[str]:
        return {found["_id"] for found in self._purged.find({"_id": {"$in": list(ticket_ids)}}, {"_id": 1})}
