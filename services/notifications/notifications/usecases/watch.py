"""Recovers the deliveries of vanished senders, and updates the metrics of deliveries."""

from threading import Event as Stop

from notifications.metrics import DELIVERIES, EXPIRED, OLDEST_QUEUED
from notifications.usecases.ports import Ports

SHOWN = ("queued", "claimed", "handing", "failed", "unknown")
LOOK_SECONDS = 5.0


def run(ports: Ports, stop: Stop) -> None:
    while not stop.is_set():
        look(ports)
        stop.wait(LOOK_SECONDS)


def look(ports: Ports) -> None:
    EXPIRED.inc(ports.deliveries.recover(ports.clock()))
    counts = ports.deliveries.counts()
    for state in SHOWN:
        DELIVERIES.labels(state).set(counts.get(state, 0))
    oldest = ports.deliveries.oldest_queued()
    OLDEST_QUEUED.set((ports.clock() - oldest).total_seconds() if oldest else 0)
