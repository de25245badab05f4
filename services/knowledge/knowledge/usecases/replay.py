"""Rebuilds the search documents of tickets from the log of the ticket service.

The index keeps the old version of each document until the new one arrives.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

from knowledge.domain.document import ticket_key
from knowledge.domain.job import Job
from knowledge.usecases.events import replay_request
from knowledge.usecases.job import check_operator, report_begin
from knowledge.usecases.ports import Ports
from trackline_schemas.context import CallContext
from trackline_schemas.events import Event, ReplayFinished
from trackline_schemas.search import SearchJob

AT_ONCE = 500


def replay(ports: Ports, context: CallContext) -> SearchJob:
    check_operator(context)
    return report_begin(begin(ports), context)


def begin(ports: Ports) -> Job:
    """Returns the running replay if there is one."""
    now = ports.clock()
    return ports.jobs.begin(Job(uuid4().hex, "replay", "forgetting", now, now, 0, position=ticket_key("")))


def step(ports: Ports, job: Job) -> Job:
    if job.phase == "forgetting":
        last, stubs = ports.documents.forget_tickets(job.position, AT_ONCE)
        if last is not None:
            return replace(job, position=last, total=job.total + stubs)
        asked = ports.publish(replay_request("tickets", ports.clock(), job_id=job.id))
        return job.enter("replaying", ports.clock()) if asked else job
    done = max(job.total - ports.documents.awaited(), 0)
    return replace(job, done=done) if done < job.total else job.enter("done", ports.clock(), done=done)


def finish(ports: Ports, events: Sequence[Event]) -> None:
    """After a replay of all tickets, removes the tickets that it did not contain from the index."""
    if any(_is_of_all_tickets(event) for event in events):
        ports.documents.dirty_stubs(ports.clock())


def _is_of_all_tickets(event: Event) -> bool:
    finished = ReplayFinished.model_validate(event.data)
    return finished.of == "tickets" and finished.only is None
