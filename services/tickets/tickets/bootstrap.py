"""The one place where the parts of the service meet."""

from dataclasses import dataclass
from datetime import timedelta
from threading import Event as Stop
from uuid import uuid4

from tickets.adapters.category import MongoCategories
from tickets.adapters.team import MongoTeams
from tickets.adapters.ticket import MongoTickets
from tickets.settings import Settings
from tickets.usecases.events import team_request
from tickets.usecases.ports import Ports
from trackline_chassis.bus import Bus
from trackline_chassis.mongo import database
from trackline_chassis.outbox import Outbox
from trackline_chassis.replay import Replays
from trackline_chassis.settings import ChassisSettings
from trackline_chassis.wiring import Loop, Wiring
from trackline_schemas.base import now


@dataclass(frozen=True)
class Tickets:
    ports: Ports
    replays: Replays


def build(chassis: ChassisSettings, bus: Bus) -> Wiring[Tickets]:
    settings = Settings(**chassis.model_dump())
    store = database(settings, "tickets")
    tickets_outbox = Outbox(store["tickets"], store["ticket_events"], bus, settings)
    categories_outbox = Outbox(store["categories"], store["category_events"], bus, settings)
    tickets, categories = MongoTickets(store, tickets_outbox), MongoCategories(store, categories_outbox)
    tickets.prepare()
    categories.prepare()
    teams = MongoTeams(store)
    replays = Replays(store["ticket_events"], store["replays"], bus, "tickets")
    replays.create_indexes()
    ports = Ports(tickets, categories, teams, now, lambda: str(uuid4()), timedelta(days=settings.reopen_days))
    return Wiring(
        Tickets(ports, replays),
        loops=[tickets_outbox.run, categories_outbox.run, replays.run, _ask_for_teams(teams, bus)],
        checks={"mongodb": lambda: store.command("ping")},
        close=store.client.close,
    )


def _ask_for_teams(teams: MongoTeams, bus: Bus) -> Loop:
    def loop(stop: Stop) -> None:
        """A service that starts after teams were made hears of them by replay."""
        while not teams.confidential() and not bus.publish(team_request(now())):
            stop.wait(1)
        stop.wait()

    return loop
