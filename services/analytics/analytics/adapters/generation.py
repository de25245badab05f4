"""Keeps the state of the generations of facts in one document, which only conditional updates change."""

from datetime import datetime, timedelta
from uuid import uuid4

from pymongo import ReturnDocument
from pymongo.database import Database

from analytics.adapters.document import Document
from analytics.domain.fact import MAX_DOUBLINGS, RULES
from analytics.usecases.ports import Building, State

_ID = {"_id": "facts"}


class MongoGenerations:
    def __init__(self, database: Database[Document]) -> None:
        self._states = database["generations"]

    def read(self, now: datetime) -> State:
        return _state(self._states.find_one(_ID) or self._first(now))

    def begin(self, job_id: str, now: datetime) -> Building:
        state = self.read(now)
        building = _new(state.live + 1, job_id, now)
        self._states.update_one({**_ID, "live": state.live, "building": None}, {"$set": {"building": building}})
        # Another caller may have been first and may even be done. Its rebuild then answers this request too.
        return self.read(now).building or Building(state.live + 1, job_id)

    def claim_ask(self, now: datetime, patience: timedelta) -> bool:
        wait = {"$multiply": [patience / timedelta(milliseconds=1), {"$pow": [2, "$building.waits"]}]}
        waits = {"$min": [{"$add": ["$building.waits", 1]}, MAX_DOUBLINGS]}
        later = {"building.ask_at": {"$add": [now, wait]}, "building.waits": waits}
        due = {**_ID, "building.ask_at": {"$lte": now}}
        return self._states.update_one(due, [{"$set": later}]).modified_count == 1

    def record_arrival(self, generation: int, now: datetime, patience: timedelta) -> None:
        self._set(generation, {"building.ask_at": now + patience, "building.waits": 1})

    def expect(self, generation: int, subjects: int, events: int) -> None:
        self._set(generation, {"building.expected": [subjects, events]})

    def switch(self, building: Building, now: datetime) -> bool:
        mine = {**_ID, "building.generation": building.generation}
        pipeline = [
            {
                "$set": {
                    "retired": {"$concatArrays": ["$retired", [{"generation": "$live", "at": now}]]},
                    "live": building.generation,
                    "building": None,
                    "rules": RULES,
                }
            }
        ]
        return self._states.update_one(mine, pipeline).modified_count == 1

    def take_retired(self, before: datetime) -> list[int]:
        old = {"at": {"$lte": before}}
        document = self._states.find_one_and_update(
            {**_ID, "retired": {"$elemMatch": old}},
            {"$pull": {"retired": old}},
            return_document=ReturnDocument.BEFORE,
        )
        retired = document["retired"] if document else []
        return [row["generation"] for row in retired if row["at"] <= before]

    def _first(self, now: datetime) -> Document:
        first = {"live": 1, "building": _new(2, uuid4().hex, now), "retired": [], "rules": RULES}
        stored = self._states.find_one_and_update(
            _ID, {"$setOnInsert": first}, upsert=True, return_document=ReturnDocument.AFTER
        )
        return stored or {}

    def _set(self, generation: int, values: Document) -> None:
        self._states.update_one({**_ID, "building.generation": generation}, {"$set": values})


def _new(generation: int, job_id: str, now: datetime) -> Document:
    return {"generation": generation, "job_id": job_id, "expected": None, "ask_at": now, "waits": 0}


def _state(document: Document) -> State:
    # Documents from before the second version of the rules have no number.
    live, row, rules = document["live"], document["building"], document.get("rules", 1)
    if row is None:
        return State(live, None, rules)
    expected = row["expected"] and tuple(row["expected"])
    return State(live, Building(row["generation"], row["job_id"], expected), rules)
