"""Builds the service from its parts."""

from datetime import timedelta
from functools import partial
from threading import Event as Stop
from uuid import uuid4

from tickets import metrics
from tickets.adapters.imported_steps import MongoImportedSteps
from tickets.adapters.person import MongoPeople
from tickets.adapters.team import MongoTeams
from tickets.adapters.ticket import MongoTickets
from tickets.settings import Settings
from tickets.usecases import person
from tickets.usecases.events import SOURCE, replay_request
from tickets.usecases.ports import Ports
from trackline_chassis.bus import Bus
from trackline_chassis.mongo import database
from trackline_chassis.outbox import Outbox
from trackline_chassis.projection import request_until_known
from trackline_chassis.records import MongoRecords
from trackline_chassis.replay import Replays
from trackline_chassis.settings import ChassisSettings
from trackline_chassis.wiring import Wiring
from trackline_core.records.sync import Records
from trackline_schemas.base import now
from trackline_schemas.records.registry import kept_by

CLEAN_SECONDS = 3600.0
SETTLE_SECONDS = 60


def build(chassis: ChassisSettings, bus: Bus) -> Wiring[Ports]:
    settings = Settings(**chassis.model_dump())
    store = database(settings, "tickets")
    tickets_outbox = Outbox(store["tickets"], store["ticket_events"], bus, settings)
    tickets = MongoTickets(store, tickets_outbox)
    kinds = kept_by("tickets")
    kept = {name: MongoRecords(kind, store, bus, settings) for name, kind in kinds.items()}
    replays = Replays(store["ticket_events"], store["removed_tickets"], store["replays"], bus, "tickets")
    steps, people = MongoImportedSteps(store), MongoPeople(store)
    tickets.prepare()
    steps.prepare()
    for one in kept.values():
        one.prepare()
    replays.create_indexes()
    ports = Ports(
        tickets,
        {name: Records(kinds[name], one, now, SOURCE, metrics.count) for name, one in kept.items()},
        MongoTeams(store),
        people,
        replays,
        steps,
        bus.publish,
        now,
        lambda: str(uuid4()),
        timedelta(days=settings.reopen_days),
    )
    outboxes = [tickets_outbox, *(one.outbox for one in kept.values())]
    return Wiring(
        ports,
        loops=[
            *(outbox.run for outbox in outboxes),
            replays.run,
            partial(learn_people, ports),
            partial(settle_people, ports),
            partial(clean_log, tickets),
        ],
        checks={"mongodb": lambda: store.command("ping")},
        close=store.client.close,
    )


def learn_people(ports: Ports, stop: Stop) -> None:
    """Loop: asks for a replay of all people and teams while there are no teams or no people known."""
    request_until_known(
        lambda: ports.teams.confidential() and ports.people.known(),
        lambda: ports.publish(replay_request("people", ports.clock())),
        stop,
    )


def settle_people(ports: Ports, stop: Stop) -> None:
    """Loop: looks each minute for active tickets of people who cannot answer them."""
    while not stop.wait(SETTLE_SECONDS):
        person.settle_all(ports)


def clean_log(tickets: MongoTickets, stop: Stop) -> None:
    """Loop: deletes what relays that were killed have left in the log of removed tickets."""
    while not stop.is_set():
        tickets.delete_removed_logs()
        stop.wait(CLEAN_SECONDS)
