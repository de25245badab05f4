"""Builds the service from its parts."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from threading import Event as Stop

from analytics.adapters.fact import MongoFacts
from analytics.adapters.generation import MongoGenerations
from analytics.adapters.team import MongoTeams
from analytics.settings import Settings
from analytics.usecases import gap, rebuild
from analytics.usecases.ports import Ports
from trackline_chassis.bus import Bus
from trackline_chassis.mongo import database
from trackline_chassis.settings import ChassisSettings
from trackline_chassis.wiring import Wiring
from trackline_schemas.base import now

LOOP_SECONDS = 1.0


def build(chassis: ChassisSettings, bus: Bus) -> Wiring[Ports]:
    settings = Settings(**chassis.model_dump())
    store = database(settings, "analytics")
    patience = timedelta(seconds=settings.gap_seconds)
    ports = Ports(MongoFacts(store), MongoGenerations(store), MongoTeams(store), bus.publish, now, patience)
    pause = min(LOOP_SECONDS, settings.gap_seconds / 4)
    return Wiring(
        ports,
        loops=[partial(_repeat, work, ports, pause) for work in (rebuild.advance, rebuild.follow, gap.ask)],
        checks={"mongodb": lambda: store.command("ping")},
        close=store.client.close,
    )


def _repeat(work: Callable[[Ports], object], ports: Ports, pause: float, stop: Stop) -> None:
    while not stop.wait(pause):
        work(ports)
