"""Sends the log again to one consumer, for an administrator or because the consumer asked for it by an event."""

from collections.abc import Sequence

from tickets.usecases.ports import Ports
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.events import Event, ReplayJob, ReplayRequested
from trackline_schemas.viewer import Viewer


def replay(
    ports: Ports, consumer: str, from_ticket: str | None, only: Sequence[str] | None, viewer: Viewer
) -> dict[str, str]:
    """`consumer` is the name of a queue, `from_ticket` and `only` are ids of tickets. Returns {job_id}."""
    _check_admin(viewer)
    return {"job_id": ports.replays.start(consumer, from_ticket, only)}


def status(ports: Ports, job_id: str, viewer: Viewer) -> ReplayJob:
    _check_admin(viewer)
    return ReplayJob.model_validate(ports.replays.status(job_id))


def start_requested(ports: Ports, events: Sequence[Event]) -> None:
    for event in events:
        wanted = ReplayRequested.model_validate(event.data)
        if wanted.of == "tickets":
            # The request may be delivered twice. The job has its id, by which the consumer recognises the end.
            ports.replays.start(wanted.consumer, only=wanted.only, job_id=event.id)


def _check_admin(viewer: Viewer) -> None:
    if not viewer.admin:
        raise refuse(reasons.operating.REPLAYS_FOR_ADMINISTRATORS_ONLY)
