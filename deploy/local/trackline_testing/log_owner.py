from collections.abc import Sequence
from contextlib import closing
from threading import Event as Stop
from threading import Thread

from trackline_chassis.bus import Bus
from trackline_chassis.mongo import database
from trackline_chassis.replay import Replays
from trackline_chassis.settings import ChassisSettings
from trackline_core.outbox import to_row
from trackline_schemas.events import REPLAY_REQUESTED, Event, ReplayRequested
from trackline_testing.queues import Queue


class LogOwner:
    """Replaces the tickets service: it has a log and starts the replays that consumers ask for."""

    def __init__(self, settings: ChassisSettings, bus: Bus) -> None:
        log = database(settings, "tickets")
        self._client = log.client
        self._log = log["ticket_events"]
        self._replays = Replays(self._log, log["replays"], bus, "tickets")
        self._stop = Stop()
        self._threads = [
            Thread(target=self._replays.run, args=(self._stop,)),
            Thread(target=self._answer_requests, args=(settings.amqp_url,)),
        ]
        for thread in self._threads:
            thread.start()

    def write(self, events: Sequence[Event]) -> None:
        self._log.insert_many([to_row(event) for event in events])

    def close(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(10)
        self._client.close()

    def _answer_requests(self, url: str) -> None:
        with closing(Queue(url, "tickets.events")) as queue:
            while not self._stop.wait(0.05):
                for event in queue.take_events():
                    if event.type == REPLAY_REQUESTED:
                        self._start_replay(event)

    def _start_replay(self, event: Event) -> None:
        wanted = ReplayRequested.model_validate(event.data)
        if wanted.of == "tickets":
            self._replays.start(wanted.consumer, only=wanted.only, job_id=event.id)
