from collections.abc import Collection, Mapping
from typing import Any

from pymongo.database import Database

from notifications.usecases.ports import TicketRights
from trackline_chassis.projection import keep_all_newer


class MongoTickets:
    """The projection of ticket events: only the fields that decide who may read a ticket."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._tickets = database["tickets"]

    def apply(self, tickets: Mapping[str, tuple[int, TicketRights]]) -> None:
        keep_all_newer(self._tickets, tickets)

    def forget(self, ids: Collection[str]) -> None:
        self._tickets.delete_many({"_id": {"$in": list(ids)}})
