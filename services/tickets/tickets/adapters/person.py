from collections.abc import Sequence

from pymongo.database import Database

from tickets.usecases.ports import Colleague, at_work
from trackline_chassis.mongo import Document
from trackline_chassis.projection import keep_newer
from trackline_schemas.events import UserChanged
from trackline_schemas.viewer import Viewer

_LEFT: Document = {"worked": True, "at_work": False}


class MongoPeople:
    """The projection of user.changed events."""

    def __init__(self, database: Database[Document]) -> None:
        self._people = database["people"]

    def prepare(self) -> None:
        self._people.create_index(["worked", "at_work"])

    def apply(self, person: UserChanged, sequence: int) -> None:
        fields = person.model_dump(include={"active", "admin", "teams", "successor_id"})
        keep_newer(self._people, person.id, sequence, fields | {"at_work": at_work(person)})
        if at_work(person):
            # An event that arrives late says so, too.
            self._people.update_one({"_id": person.id}, {"$set": {"worked": True}})

    def known(self) -> bool:
        return self._people.find_one({}, {"_id": 1}) is not None

    def find(self, person_id: str) -> Colleague | None:
        found = self._people.find_one({"_id": person_id})
        return None if found is None else _colleague(found)

    def is_away(self, person_id: str) -> bool:
        away = {"_id": person_id, "$or": [{"active": False}, _LEFT]}
        return self._people.find_one(away, {"_id": 1}) is not None

    def left(self) -> Sequence[Colleague]:
        return [_colleague(document) for document in self._people.find(_LEFT)]


def _colleague(document: Document) -> Colleague:
    viewer = Viewer(id=document["_id"], admin=document["admin"], teams=document["teams"])
    left = document.get("worked", False) and not document["at_work"]
    return Colleague(viewer, document["at_work"], left, document["successor_id"])
