from collections.abc import Mapping
from time import monotonic

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from trackline_chassis.mongo import Document
from trackline_schemas.events import TeamChanged

CACHED_SECONDS = 1.0


class MongoTeams:
    """What tickets knows of teams, from team.changed.v1."""

    def __init__(self, database: Database[Document]) -> None:
        self._teams = database["teams"]
        self._cached: Mapping[str, bool] = {}
        self._stale_at = 0.0

    def confidential(self) -> Mapping[str, bool]:
        if monotonic() >= self._stale_at:
            self._cached = {team["_id"]: team["confidential"] for team in self._teams.find()}
            self._stale_at = monotonic() + CACHED_SECONDS
        return self._cached

    def apply(self, team: TeamChanged, sequence: int) -> None:
        older = {"_id": team.id, "sequence": {"$lt": sequence}}
        values = {"confidential": team.confidential, "sequence": sequence}
        try:
            self._teams.update_one(older, {"$set": values}, upsert=True)
        except DuplicateKeyError:
            # The team is there with this sequence or a newer one, so that the filter missed it.
            return
        self._stale_at = 0.0
