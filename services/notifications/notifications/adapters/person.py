from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database

from trackline_chassis.projection import keep_newer
from trackline_schemas.events import UserChanged


class MongoPeople:
    """The projection of user.changed events."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._people = database["people"]

    def prepare(self) -> None:
        self._people.create_index([("team_ids", ASCENDING)])

    def apply(self, person: UserChanged, sequence: int) -> None:
        # The team ids are stored once more as an array, because the keys of a map cannot be indexed.
        fields = person.model_dump() | {"team_ids": sorted(person.teams)}
        keep_newer(self._people, person.id, sequence, fields)

    def by_ids(self, ids: Collection[str]) -> Mapping[str, UserChanged]:
        found = self._people.find({"_id": {"$in": list(ids)}})
        return {document["_id"]: UserChanged.model_validate(document) for document in found}

    def sequences(self, ids: Collection[str]) -> Mapping[str, int]:
        found = self._people.find({"_id": {"$in": list(ids)}}, {"sequence": 1})
        return {document["_id"]: document["sequence"] for document in found}

    def members(self, team_ids: Collection[str]) -> Sequence[UserChanged]:
        found = self._people.find({"team_ids": {"$in": list(team_ids)}, "active": True})
        return [UserChanged.model_validate(document) for document in found]
