"""The object graph, and the loops that keep it going."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Event as Stop

from analytics.adapters.fact import MongoFacts
from analytics.adapters.generation import MongoGenerations
from analytics.adapters.replay import BusReplays
from analytics.adapters.team import MongoTeams
from analytics.usecases.consume import Consume
from analytics.usecases.gap import AskForGaps
from analytics.usecases.rebuild import Rebuild
from analytics.usecases.scope import Slices
from analytics.usecases.series import TellSeries
from analytics.usecases.summary import Summarise
from analytics.usecases.ticket import ListCounted
from trackline_chassis.bus import Bus
from trackline_chassis.mongo import database
from trackline_chassis.settings import ChassisSettings
from trackline_chassis.wiring import Loop, Wiring
from trackline_schemas.base import now

LOOP_SECONDS = 1.0


@dataclass(frozen=True)
class Analytics:
    consume: Consume
    summary: Summarise
    series: TellSeries
    tickets: ListCounted
    rebuild: Rebuild
    gaps: AskForGaps


def build(settings: ChassisSettings, bus: Bus) -> Wiring[Analytics]:
    store = database(settings, "analytics")
    patience = timedelta(seconds=settings.gap_seconds)
    facts, generations, teams = MongoFacts(store), MongoGenerations(store), MongoTeams(store)
    slices = Slices(generations, teams, now)
    replays = BusReplays(bus.publish, now)
    app = Analytics(
        Consume(facts, generations, teams, now, patience),
        Summarise(facts, slices),
        TellSeries(facts, slices),
        ListCounted(facts, slices),
        Rebuild(facts, generations, replays, now, patience),
        AskForGaps(facts, generations, replays, now, patience),
    )
    pause = min(LOOP_SECONDS, settings.gap_seconds / 4)
    return Wiring(
        app,
        loops=[_every(pause, app.rebuild.advance), _every(pause, app.gaps)],
        checks={"mongodb": lambda: store.command("ping")},
        close=store.client.close,
    )


def _every(seconds: float, work: Callable[[], object]) -> Loop:
    def loop(stop: Stop) -> None:
        while not stop.wait(seconds):
            work()

    return loop
