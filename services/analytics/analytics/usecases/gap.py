"""Missing events come back by replay: a lost message is asked for, never guessed."""

from collections.abc import Callable
from datetime import datetime, timedelta

from analytics import metrics
from analytics.usecases.ports import Facts, Generations, Replays

BATCH = 100


class AskForGaps:
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

    def __call__(self) -> list[str]:
        """The tickets that a replay was asked for. None during a rebuild: its replay brings them all."""
        now = self._clock()
        state = self._generations.read(now)
        metrics.PARKED_FACTS.set(self._facts.gaps(state.live))
        if state.building:
            return []
        due = self._facts.due(state.live, now, BATCH)
        for fact in due:
            fact.asked(now, self._patience)
        # Another replica that asks for the same, or an event that arrives now, makes the write fail.
        lost = self._facts.save(state.live, due)
        mine = [fact.id for fact in due if fact.id not in lost]
        if mine:
            self._replays.ask("tickets", mine)
        return mine
