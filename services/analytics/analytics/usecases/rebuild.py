"""New facts from the log while the old ones answer: both take every live event, and the switch comes when all is in."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

from analytics import metrics
from analytics.domain.fact import RULES
from analytics.usecases.ports import Building, Facts, Generations, Replays
from trackline_schemas.errors import ServiceError
from trackline_schemas.viewer import Viewer

# Longer than any summary or batch that began with the old generation.
RETIRED_FOR = timedelta(seconds=60)


class Rebuild:
    def __init__(
        self,
        facts: Facts,
        generations: Generations,
        replays: Replays,
        clock: Callable[[], datetime],
        patience: timedelta,
    ) -> None:
        self._facts = facts
        self._generations = generations
        self._replays = replays
        self._clock = clock
        self._patience = patience

    def begin(self, viewer: Viewer) -> str:
        """The id of the rebuild, also of one that is running already."""
        if not viewer.admin:
            raise ServiceError("forbidden", "Only administrators may rebuild the analytics.")
        return self._generations.begin(uuid4().hex, self._clock()).job_id

    def advance(self) -> bool:
        """Asks for the replay, and switches once everything is there. True when it switched."""
        now = self._clock()
        for generation in self._generations.take_retired(now - RETIRED_FOR):
            self._facts.drop(generation)
        state = self._generations.read(now)
        building = state.building
        metrics.REBUILDING.set(building is not None)
        if building is None:
            if state.rules != RULES or self._facts.outdated(state.live):
                self._generations.begin(uuid4().hex, now)
            return False
        if self._complete(building):
            return self._generations.switch(building, now)
        if self._generations.claim_ask(now, self._patience):
            self._replays.ask("people")
            self._replays.ask("tickets", job_id=building.new_ask())
        return False

    def _complete(self, building: Building) -> bool:
        if building.expected is None:
            return False
        subjects, events = building.expected
        progress = self._facts.progress(building.generation)
        return progress.subjects >= subjects and progress.events >= events and progress.gaps == 0
