"""Recovers the deliveries of vanished senders, and updates the metrics of deliveries."""

from threading import Event as Stop

import structlog

from notifications.metrics import DELIVERIES, EXPIRED, OLDEST_QUEUED, SHOWN
from notifications.usecases.ports import Ports

log = structlog.get_logger()

LOOK_SECONDS = 5.0


def run(ports: Ports, stop: Stop) -> None:
    while not stop.is_set():
        look(ports)
        stop.wait(LOOK_SECONDS)


def look(ports: Ports) -> None:
    lost = ports.deliveries.recover(ports.clock())
    EXPIRED.inc(len(lost))
    for delivery_id in lost:
        log.warning("a sender vanished during a hand-over", delivery_id=delivery_id, outcome="unknown")
    counts = ports.deliveries.counts()
    for state in SHOWN:
        DELIVERIES.labels(state).set(counts.get(state, 0))
    oldest = ports.deliveries.oldest_queued()
    OLDEST_QUEUED.set((ports.clock() - oldest).total_seconds() if oldest else 0)
