"""Reads people, tickets and teams by one command: it is sent before each message, and three would cost far more."""

from collections.abc import Collection
from typing import Any

from pymongo.database import Database

from notifications.usecases.ports import Known
from trackline_schemas.access import DECIDING
from trackline_schemas.events import UserChanged

Document = dict[str, Any]


class MongoKnown:
    def __init__(self, database: Database[Document]) -> None:
        self._tickets = database["tickets"]

    def read(self, people: Collection[str], tickets: Collection[str]) -> Known:
        # Nothing of this must be cached: notify parks an event and then looks again for changes in between, and a right
        # that has just ended keeps a mail back.
        pipeline = [
            *_as("ticket", _named(tickets)),
            {"$unionWith": {"coll": "people", "pipeline": _as("person", _named(people))}},
            {"$unionWith": {"coll": "teams", "pipeline": _as("team", {})}},
        ]
        found: dict[str, list[Document]] = {"ticket": [], "person": [], "team": []}
        for row in self._tickets.aggregate(pipeline):
            for kind, document in row.items():
                found[kind].append(document)
        return Known(
            {person["_id"]: UserChanged.model_validate(person) for person in found["person"]},
            {ticket["_id"]: {name: ticket[name] for name in DECIDING} for ticket in found["ticket"]},
            {team["_id"]: team["confidential"] for team in found["team"]},
        )


def _named(ids: Collection[str]) -> Document:
    return {"_id": {"$in": list(ids)}}


def _as(kind: str, condition: Document) -> list[Document]:
    """Returns a pipeline whose documents tell what they are."""
    return [{"$match": condition}, {"$project": {"_id": 0, kind: "$$ROOT"}}]
