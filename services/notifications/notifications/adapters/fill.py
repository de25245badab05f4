from datetime import datetime
from typing import Any

from pymongo.database import Database

TICKETS = "tickets"
REPLAYS = 2


class MongoFills:
    """One document with the ids of the finished replays and the time from which on the next one is due."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._fills = database["fills"]

    def claim(self, now: datetime, until: datetime) -> bool:
        self._fills.update_one({"_id": TICKETS}, {"$setOnInsert": {"finished": [], "next_at": now}}, upsert=True)
        due = {"_id": TICKETS, f"finished.{REPLAYS - 1}": {"$exists": False}, "next_at": {"$lte": now}}
        return self._fills.update_one(due, {"$set": {"next_at": until}}).modified_count == 1

    def finish(self, replay_id: str, next_at: datetime) -> None:
        change = {"$push": {"finished": replay_id}, "$set": {"next_at": next_at}}
        self._fills.update_one({"_id": TICKETS, "finished": {"$ne": replay_id}}, change)
