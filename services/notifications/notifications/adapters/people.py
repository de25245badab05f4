"""Projections of user.changed, team.changed and organisation.changed, and the events that wait for them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database

from trackline_chassis.projection import keep_newer
from trackline_schemas.events import Event, OrganisationChanged, TeamChanged, UserChanged

ORGANISATION = "organisation"
PARKED_SECONDS = 600


class MongoPeople:
    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._people = database["people"]

    def prepare(self) -> None:
        self._people.create_index([("team_ids", ASCENDING)])

    def apply(self, person: UserChanged, sequence: int) -> None:
        # The ids once more as an array: a map cannot be indexed by its keys.
        fields = person.model_dump() | {"team_ids": sorted(person.teams)}
        keep_newer(self._people, person.id, sequence, fields)

    def by_ids(self, ids: Collection[str]) -> Mapping[str, UserChanged]:
        found = self._people.find({"_id": {"$in": list(ids)}})
        return {document["_id"]: UserChanged.model_validate(document) for document in found}

    def members(self, team_ids: Collection[str]) -> Sequence[UserChanged]:
        found = self._people.find({"team_ids": {"$in": list(team_ids)}, "active": True})
        return [UserChanged.model_validate(document) for document in found]


class MongoTeams:
    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._teams = database["teams"]

    def apply(self, team: TeamChanged, sequence: int) -> None:
        keep_newer(self._teams, team.id, sequence, team.model_dump())

    def confidential(self) -> Mapping[str, bool]:
        # Not cached: who parks an event and looks again must see what came in between.
        return {document["_id"]: document["confidential"] for document in self._teams.find({}, {"confidential": 1})}


class MongoOrganisation:
    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._rows = database["organisation"]

    def apply(self, organisation: OrganisationChanged, sequence: int) -> None:
        keep_newer(self._rows, ORGANISATION, sequence, organisation.model_dump())

    def name(self) -> str | None:
        found = self._rows.find_one({"_id": ORGANISATION}, {"name": 1})
        return found["name"] if found else None


class MongoParked:
    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._parked = database["parked"]

    def prepare(self) -> None:
        self._parked.create_index([("person_id", ASCENDING)])
        self._parked.create_index([("team_id", ASCENDING)])
        self._parked.create_index([("parked_at", ASCENDING)], expireAfterSeconds=PARKED_SECONDS)

    def park(self, event: Event, person_id: str, team_id: str | None) -> None:
        fields = {
            "event": event.model_dump(),
            "person_id": person_id,
            "team_id": team_id,
            "parked_at": datetime.now(UTC),
        }
        self._parked.update_one({"_id": f"{event.id}:{person_id}"}, {"$setOnInsert": fields}, upsert=True)

    def waiting_for(self, people: Collection[str], teams: Collection[str]) -> Sequence[Event]:
        either = [{"person_id": {"$in": list(people)}}, {"team_id": {"$in": list(teams)}}]
        found = self._parked.find({"$or": either})
        return list({document["event"]["id"]: Event.model_validate(document["event"]) for document in found}.values())
