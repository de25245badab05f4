"""The one place where the parts of the service meet."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

from tickets.adapters.category import MongoCategories
from tickets.adapters.team import MongoTeams
from tickets.adapters.ticket import MongoTickets
from tickets.settings import Settings
from tickets.usecases import team
from tickets.usecases.ports import Ports
from trackline_chassis.bus import Bus
from trackline_chassis.mongo import database
from trackline_chassis.outbox import Outbox
from trackline_chassis.replay import Replays
from trackline_chassis.settings import ChassisSettings
from trackline_chassis.wiring import Wiring
from trackline_schemas.base import now


def build(chassis: ChassisSettings, bus: Bus) -> Wiring[Ports]:
    settings = Settings(**chassis.model_dump())
    store = database(settings, "tickets")
    tickets_outbox = Outbox(store["tickets"], store["ticket_events"], bus, settings)
    categories_outbox = Outbox(store["categories"], store["category_events"], bus, settings)
    tickets, categories = MongoTickets(store, tickets_outbox), MongoCategories(store, categories_outbox)
    replays = Replays(store["ticket_events"], store["replays"], bus, "tickets")
    tickets.prepare()
    categories.prepare()
    replays.create_indexes()
    ports = Ports(
        tickets,
        categories,
        MongoTeams(store),
        replays,
        bus.publish,
        now,
        lambda: str(uuid4()),
        timedelta(days=settings.reopen_days),
    )
    return Wiring(
        ports,
        loops=[tickets_outbox.run, categories_outbox.run, replays.run, partial(team.learn, ports)],
        checks={"mongodb": lambda: store.command("ping")},
        close=store.client.close,
    )
