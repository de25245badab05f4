"""The envelope of all events on the bus and in the log, by CloudEvents 1.0. Readers ignore members that they do not
know."""

from datetime import datetime
from typing import Any, Literal
from uuid import uuid4

from pydantic import Field

from trackline_schemas.base import Instant, View
from trackline_schemas.context import CallContext


class Event(View):
    """The `id` of a logged event is "<subject>:<sequence, 8 digits>", and its `sequence` counts from 1 without gaps per
    subject. `time` is when it happened, `recordedat` when it was written, and `loggedat` when it was added to the log.
    `replay` and `historical` events only change a consumer's projection: they must have no other effect."""

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: Instant
    datacontenttype: Literal["application/json"] = "application/json"
    sequence: int = Field(ge=0)
    recordedat: Instant
    loggedat: Instant | None = None
    actor: str
    requestid: str = ""
    traceparent: str | None = None
    replay: bool = False
    historical: bool = False
    data: dict[str, Any]

    @classmethod
    def unlogged(
        cls,
        kind: str,
        source: str,
        subject: str,
        data: View,
        at: datetime,
        *,
        id: str | None = None,
        context: CallContext | None = None,
    ) -> "Event":
        """Returns an event that no log keeps. It has sequence 0, and a random id unless one is given."""
        context = context or CallContext()
        return cls(
            id=id or uuid4().hex,
            source=source,
            type=kind,
            subject=subject,
            time=at,
            recordedat=at,
            sequence=0,
            actor=context.viewer.id,
            requestid=context.request_id,
            traceparent=context.traceparent,
            data=data.model_dump(mode="json"),
        )


def event_id(subject: str, sequence: int) -> str:
    return f"{subject}:{sequence:08d}"


def sequence_of(event_id: str) -> int:
    """Returns the sequence of an event, or of a comment, which has the id of its event."""
    return int(event_id.rpartition(":")[2])
