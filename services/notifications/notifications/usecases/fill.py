"""Fills the store of tickets by replays of all tickets and people, which notify nobody.

A service that begins with an empty store, also after an update from a release without one, has missed all earlier
events. During that update, processes of the earlier release still take some events and do not save the tickets. So a
second replay follows when they are gone.
"""

from collections.abc import Sequence
from datetime import timedelta
from threading import Event as Stop
from uuid import uuid4

from notifications.usecases.events import replay_request
from notifications.usecases.ports import Ports
from trackline_schemas.events import Event, ReplayFinished

LOOK_SECONDS = 5.0
# The ids of these replays begin so. An administrator may also start a replay of a part of the tickets.
OWN = "notifications-fill-"
# A request is repeated after this time if nothing says that its replay has ended.
PATIENCE = timedelta(hours=1)
# This is longer than a rolling update.
SECOND_AFTER = timedelta(minutes=15)


def run(ports: Ports, stop: Stop) -> None:
    while not stop.is_set():
        ask(ports)
        stop.wait(LOOK_SECONDS)


def ask(ports: Ports) -> None:
    now = ports.clock()
    if ports.fills.claim(now, now + PATIENCE):
        ports.publisher.publish(replay_request("people", now))
        ports.publisher.publish(replay_request("tickets", now, job_id=f"{OWN}{uuid4().hex}"))


def finish(ports: Ports, events: Sequence[Event]) -> None:
    for event in events:
        replay = ReplayFinished.model_validate(event.data)
        if replay.job_id.startswith(OWN):
            ports.fills.finish(replay.job_id, ports.clock() + SECOND_AFTER)
