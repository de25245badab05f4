"""Which teams are confidential, from team.changed events."""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

Document = dict[str, Any]
CACHE_SECONDS = 1.0


class MongoTeams:
    def __init__(self, database: Database[Document], clock: Callable[[], float] = monotonic) -> None:
        self._teams = database["teams"]
        self._clock = clock
        self._known: Mapping[str, bool] = {}
        self._read_at = float("-inf")

    def save(self, team_id: str, confidential: bool, sequence: int) -> None:
        values = {"confidential": confidential, "sequence": sequence}
        older = {"_id": team_id, "sequence": {"$lt": sequence}}
        try:
            self._teams.update_one(older, {"$set": values}, upsert=True)
        except DuplicateKeyError:
            # The stored one is as new or newer: the filter missed it and the upsert met its _id.
            return

    def confidential(self) -> Mapping[str, bool]:
        if self._clock() - self._read_at > CACHE_SECONDS:
            self._known = {row["_id"]: row["confidential"] for row in self._teams.find()}
            self._read_at = self._clock()
        return self._known
