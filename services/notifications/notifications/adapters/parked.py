from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database

from trackline_schemas.events import Event

PARKED_SECONDS = 600


class MongoParked:
    """Ticket events that wait for a change of people or teams. MongoDB removes them after PARKED_SECONDS."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._parked = database["parked"]

    def prepare(self) -> None:
        self._parked.create_index([("person_id", ASCENDING)])
        self._parked.create_index([("team_id", ASCENDING)])
        self._parked.create_index([("event.subject", ASCENDING)])
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

    def forget(self, ticket_ids: Collection[str]) -> None:
        self._parked.delete_many({"event.subject": {"$in": list(ticket_ids)}})
