"""CloudEvents 1.0 as they travel on the bus and rest in the log. Readers ignore what they do not know."""

from datetime import datetime
from typing import Any, Literal
from uuid import uuid4

from pydantic import Field

from trackline_schemas.base import Instant, View
from trackline_schemas.context import CallContext
from trackline_schemas.ticket.views import Comment, TicketView
from trackline_schemas.viewer import Role

TICKET_CREATED = "ticket.created.v1"
TICKET_UPDATED = "ticket.updated.v1"
TICKET_PURGED = "ticket.purged.v1"
USER_CHANGED = "user.changed.v1"
USER_ERASED = "user.erased.v1"
TEAM_CHANGED = "team.changed.v1"
ORGANISATION_CHANGED = "organisation.changed.v1"
CATEGORY_CHANGED = "category.changed.v1"
INBOX_CHANGED = "inbox.changed.v1"
MAIL_REQUESTED = "mail.requested.v1"
REPLAY_REQUESTED = "replay.requested.v1"
REPLAY_FINISHED = "replay.finished.v1"


class Event(View):
    """`id` is "<subject>:<sequence, 8 digits>" for what comes from a log, `sequence` counts from 1 without gaps per
    subject. `time` is when it happened, `recordedat` when it was written, `loggedat` when the log took it.
    `replay` and `historical` events have no side effects outside the consumer's own projection."""

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
        """What is said on the bus and kept in no log: sequence 0, a random id unless one is given."""
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


class TicketEvent(View):
    """`changes` is field → [before, after]; `ticket` the snapshot after the event, ids only."""

    changes: dict[str, tuple[Any, Any]] = Field(default_factory=dict)
    comment: Comment | None = None
    time_spent: int | None = None
    ticket: TicketView


class TicketPurged(View):
    """The last event of a ticket: it is gone, and so must be all that is kept of it. An event of the ticket that comes
    later than this one is an old one. Told by `historical` events only: nobody is notified."""

    number: str
    source: str | None = None
    external_ref: str | None = None


class UserChanged(View):
    """The whole state of one person. `teams` is team id → role."""

    id: str
    name: str
    emails: list[str]
    active: bool = True
    admin: bool = False
    language: str = "en"
    time_zone: str = "UTC"
    teams: dict[str, Role] = Field(default_factory=dict)


class TeamChanged(View):
    id: str
    name: str
    confidential: bool = False
    active: bool = True


class OrganisationChanged(View):
    """The one of this installation. Without a name it has not been set up."""

    name: str | None = None
    language: str = "en"
    time_zone: str = "UTC"


class CategoryChanged(View):
    id: str
    name: str
    team_id: str | None = None
    active: bool = True


class InboxChanged(View):
    """Sent without a log: whoever misses one refetches the inbox on reconnect."""

    recipient_id: str
    unread: int


class MailRequested(View):
    """Sent without a log: `url` lets in whoever has it, once and until `expires_at`."""

    recipient_id: str
    purpose: Literal["invited", "password_link"]
    url: str = Field(repr=False)
    expires_at: Instant


class ReplayRequested(View):
    """`consumer` is the name of the queue that the events go to; `only` limits the replay to these subjects."""

    consumer: str
    of: Literal["tickets", "people"]
    only: list[str] | None = None


class ReplayJob(View):
    """`events` and `subjects` count what was sent so far."""

    done: bool
    events: int
    subjects: int


class ReplayFinished(View):
    """`events` and `subjects` count what was sent, so that the consumer knows when it has all of it. `job_id` is the id
    of the event that asked for it, or what the RPC answered; `only` is what the replay was limited to. A rebuild must
    not take another's end for its own."""

    job_id: str
    consumer: str
    of: Literal["tickets", "people"]
    events: int
    subjects: int
    only: list[str] | None = None


# Hidden is a ticket that the viewer could read before the event and cannot now.
Sight = Literal["ticket", "ticket.hidden"]


class Seen(View):
    """A ticket event as live streams tell it: that it happened, no word of the ticket. `id` is the event's, `subject`
    the ticket's."""

    sight: Sight
    id: str
    type: str
    subject: str
    number: str
    sequence: int
    loggedat: Instant

    @classmethod
    def of(cls, event: Event, sight: Sight) -> "Seen":
        return cls(
            sight=sight,
            id=event.id,
            type=event.type,
            subject=event.subject,
            number=event.data["ticket"]["number"],
            sequence=event.sequence,
            loggedat=event.loggedat or event.recordedat,
        )


class EventsSince(View):
    """`complete` is false when there were more than the limit asked for."""

    events: list[Seen]
    complete: bool
