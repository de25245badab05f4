"""Takes back what vanished senders left, and shows operators where mail stands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Event as Stop

from notifications.metrics import DELIVERIES, EXPIRED, OLDEST_QUEUED
from notifications.usecases.ports import Deliveries

SHOWN = ("queued", "claimed", "handing", "failed", "unknown")


@dataclass(frozen=True)
class Watch:
    deliveries: Deliveries
    now: Callable[[], datetime]
    seconds: float = 5.0

    def run(self, stop: Stop) -> None:
        while not stop.is_set():
            self.look()
            stop.wait(self.seconds)

    def look(self) -> None:
        EXPIRED.inc(self.deliveries.recover(self.now()))
        counts = self.deliveries.counts()
        for state in SHOWN:
            DELIVERIES.labels(state).set(counts.get(state, 0))
        oldest = self.deliveries.oldest_queued()
        OLDEST_QUEUED.set((self.now() - oldest).total_seconds() if oldest else 0)
