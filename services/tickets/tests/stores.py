"""The two stores that must behave alike, and the steps of the relay for each of them."""

from datetime import UTC, datetime
from typing import Protocol

from pymongo.database import Database

from tickets.adapters.team import MongoTeams
from tickets.adapters.ticket import MongoTickets
from trackline_chassis.bus import Bus
from trackline_chassis.mongo import Document
from trackline_chassis.outbox import Outbox
from trackline_chassis.records import MongoRecords
from trackline_chassis.settings import ChassisSettings
from trackline_schemas.records.registry import kept_by
from trackline_testing.tickets import FakeTeams

from .world import World


class RelaySteps(Protocol):
    def log_pending(self) -> None: ...
    def clear_pending(self) -> None: ...


class MongoSteps:
    def __init__(self, database: Database[Document]) -> None:
        self._tickets = database["tickets"]
        self._log = database["ticket_events"]

    def log_pending(self) -> None:
        now = datetime.now(UTC)
        for ticket in self._tickets.find():
            for row in ticket["pending"]:
                self._log.replace_one({"_id": row["_id"]}, {**row, "logged_at": now}, upsert=True)

    def clear_pending(self) -> None:
        self._tickets.update_many({}, {"$set": {"pending": []}, "$unset": {"pending_at": ""}})


def in_memory() -> tuple[World, RelaySteps]:
    world = World(teams=FakeTeams())
    return world, world.fake


def in_mongo(database: Database[Document], settings: ChassisSettings) -> tuple[World, RelaySteps]:
    # The relay does not run here, so nothing is ever sent to this address.
    bus = Bus("amqp://127.0.0.1:1")
    tickets = MongoTickets(database, Outbox(database["tickets"], database["ticket_events"], bus, settings))
    tickets.prepare()
    records = {name: MongoRecords(kind, database, bus, settings) for name, kind in kept_by("tickets").items()}
    for one in records.values():
        one.prepare()
    return World(tickets, records, MongoTeams(database)), MongoSteps(database)
