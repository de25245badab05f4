"""Sending the log once more to one consumer: for administrators, or because the consumer asks by event."""

from collections.abc import Sequence
from typing import Any, Protocol

from trackline_schemas.errors import reasons, refuse
from trackline_schemas.events import Event, ReplayJob, ReplayRequested
from trackline_schemas.viewer import Viewer


class Replays(Protocol):
    def start(
        self,
        consumer: str,
        from_subject: str | None = None,
        only: Sequence[str] | None = None,
        job_id: str | None = None,
    ) -> str: ...

    def status(self, job_id: str) -> dict[str, Any]: ...


def replay(
    replays: Replays, consumer: str, from_ticket: str | None, only: Sequence[str] | None, viewer: Viewer
) -> dict[str, str]:
    """`consumer` is a queue's name, `from_ticket` and `only` are ids of tickets. Answers {job_id}."""
    _check_admin(viewer)
    return {"job_id": replays.start(consumer, from_ticket, only)}


def status(replays: Replays, job_id: str, viewer: Viewer) -> ReplayJob:
    _check_admin(viewer)
    return ReplayJob.model_validate(replays.status(job_id))


def requested(replays: Replays, event: Event) -> None:
    asked = ReplayRequested.model_validate(event.data)
    if asked.of == "tickets":
        # The event may come twice, and whoever asked knows the end of the replay by it.
        replays.start(asked.consumer, only=asked.only, job_id=event.id)


def _check_admin(viewer: Viewer) -> None:
    if not viewer.admin:
        raise refuse(reasons.operating.REPLAYS_FOR_ADMINISTRATORS_ONLY)
