from collections.abc import Collection, Mapping
from typing import Any

from pymongo.database import Database

from notifications.usecases.ports import TicketRights
from trackline_chassis.projection import keep_all_newer
from trackline_schemas.access import DECIDING


class MongoTickets:
    """The projection of ticket events: only the fields that decide who may read a ticket."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._tickets = database["tickets"]

    def apply(self, tickets: Mapping[str, tuple[int, TicketRights]]) -> None:
        keep_all_newer(self._tickets, tickets)

    def by_ids(self, ids: Collection[str]) -> Mapping[str, TicketRights]:
        found = self._tickets.find({"_id": {"$in": list(ids)}})
        return {document["_id"]: {name: document[name] for name in DECIDING if name in document} for document in found}

    def forget(self, ids: Collection[str]) -> None:
        self._tickets.delete_many({"_id": {"$in": list(ids)}})
