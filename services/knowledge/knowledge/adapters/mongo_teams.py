"""Which teams are confidential, as heard from team.changed.v1."""

from collections.abc import Callable, Mapping

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from knowledge.domain.document import Document

CACHE_SECONDS = 1.0


class MongoTeams:
    def __init__(self, database: Database[Document], monotonic: Callable[[], float]) -> None:
        self._teams = database["teams"]
        self._monotonic = monotonic
        self._cached: dict[str, bool] = {}
        self._until = float("-inf")

    def confidential(self) -> Mapping[str, bool]:
        if self._monotonic() >= self._until:
            self._cached = {team["_id"]: team["confidential"] for team in self._teams.find()}
            self._until = self._monotonic() + CACHE_SECONDS
        return self._cached

    def changed(self, team_id: str, sequence: int, confidential: bool) -> None:
        older = {"_id": team_id, "sequence": {"$lt": sequence}}
        state = {"$set": {"sequence": sequence, "confidential": confidential}}
        try:
            self._teams.update_one(older, state, upsert=True)
        except DuplicateKeyError:
            # There is a newer one: the upsert found no older document to change, and could not add its own.
            return
        self._until = float("-inf")
