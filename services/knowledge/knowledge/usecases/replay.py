"""The ticket documents anew from the tickets' log, and the teams that were made before we were there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Literal
from uuid import uuid4

from knowledge.domain.document import ticket_key
from knowledge.domain.job import Job
from knowledge.usecases.ports import Jobs, Projection, Stop, Teams
from trackline_schemas.events import REPLAY_REQUESTED, Event, ReplayRequested

CONSUMER = "knowledge.events"
AT_ONCE = 500


def requested(of: Literal["tickets", "people"], now: datetime, job_id: str | None = None) -> Event:
    """Asks for all events. Under the same job's id it is one replay, however often it is said."""
    wanted = ReplayRequested(consumer=CONSUMER, of=of)
    return Event.unlogged(REPLAY_REQUESTED, "/trackline/knowledge", CONSUMER, wanted, now, id=job_id)


class Replay:
    """The index serves what it has until each document's successor arrives. `publish` tells whether the broker took the
    event."""

    def __init__(
        self, projection: Projection, jobs: Jobs, publish: Callable[[Event], bool], now: Callable[[], datetime]
    ) -> None:
        self._projection = projection
        self._jobs = jobs
        self._publish = publish
        self._now = now

    def begin(self) -> Job:
        """The one that is under way, where there is one."""
        now = self._now()
        return self._jobs.begin(Job(uuid4().hex, "replay", "forgetting", now, now, 0, position=ticket_key("")))

    def step(self, job: Job) -> Job:
        if job.phase == "forgetting":
            last, stubs = self._projection.forget_tickets(job.position, AT_ONCE)
            if last is not None:
                return replace(job, position=last, total=job.total + stubs)
            asked = self._publish(requested("tickets", self._now(), job.id))
            return job.entered("replaying", self._now()) if asked else job
        done = max(job.total - self._projection.awaited(), 0)
        return replace(job, done=done) if done < job.total else job.entered("done", self._now(), done=done)


def learn_teams(teams: Teams, publish: Callable[[Event], bool], now: Callable[[], datetime]) -> Callable[[Stop], None]:
    """A loop: a service that starts after teams were made hears of them by replay."""

    def run(stop: Stop) -> None:
        while not teams.confidential() and not publish(requested("people", now())):
            stop.wait(1)
        stop.wait()

    return run
