"""The events, with one module for each subject, their common envelope, and the registry of their types."""

from trackline_schemas.events.envelope import Event, event_id, sequence_of
from trackline_schemas.events.inbox import INBOX_CHANGED, InboxChanged
from trackline_schemas.events.mail import MAIL_REQUESTED, MailRequested
from trackline_schemas.events.people import (
    API_KEY_CHANGED,
    ORGANISATION_CHANGED,
    TEAM_CHANGED,
    USER_CHANGED,
    USER_ERASED,
    ApiKeyChanged,
    OrganisationChanged,
    TeamChanged,
    UserChanged,
    UserErased,
)
from trackline_schemas.events.replay import (
    REPLAY_FINISHED,
    REPLAY_REQUESTED,
    ReplayFinished,
    ReplayJob,
    ReplayRequested,
)
from trackline_schemas.events.seen import EventsSince, Seen, Sight
from trackline_schemas.events.ticket import TICKET_CREATED, TICKET_PURGED, TICKET_UPDATED, TicketEvent, TicketPurged
from trackline_schemas.records.kinds.category import CATEGORY_CHANGED, CategoryChanged

__all__ = [
    "API_KEY_CHANGED",
    "CATEGORY_CHANGED",
    "INBOX_CHANGED",
    "MAIL_REQUESTED",
    "ORGANISATION_CHANGED",
    "REPLAY_FINISHED",
    "REPLAY_REQUESTED",
    "TEAM_CHANGED",
    "TICKET_CREATED",
    "TICKET_PURGED",
    "TICKET_UPDATED",
    "USER_CHANGED",
    "USER_ERASED",
    "ApiKeyChanged",
    "CategoryChanged",
    "Event",
    "EventsSince",
    "InboxChanged",
    "MailRequested",
    "OrganisationChanged",
    "ReplayFinished",
    "ReplayJob",
    "ReplayRequested",
    "Seen",
    "Sight",
    "TeamChanged",
    "TicketEvent",
    "TicketPurged",
    "UserChanged",
    "UserErased",
    "event_id",
    "sequence_of",
]
