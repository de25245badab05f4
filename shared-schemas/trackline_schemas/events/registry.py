"""Every event type that this release knows: its model, who emits it, whether a log keeps it, and who handles it.

A reader that meets a type which is not listed for it skips the event and counts it, and a newer version of a type is
another type. That is safe because a ticket's fields change only by the types in `CHANGES_TICKET_FIELDS`: whoever skips
everything else misses no change of a team, and so no change of rights.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from trackline_schemas.base import View
from trackline_schemas.events.category import CATEGORY_CHANGED, CategoryChanged
from trackline_schemas.events.inbox import INBOX_CHANGED, InboxChanged
from trackline_schemas.events.mail import MAIL_REQUESTED, MailRequested
from trackline_schemas.events.people import (
    ORGANISATION_CHANGED,
    TEAM_CHANGED,
    USER_CHANGED,
    USER_ERASED,
    OrganisationChanged,
    TeamChanged,
    UserChanged,
    UserErased,
)
from trackline_schemas.events.replay import REPLAY_FINISHED, REPLAY_REQUESTED, ReplayFinished, ReplayRequested
from trackline_schemas.events.ticket import TICKET_CREATED, TICKET_PURGED, TICKET_UPDATED, TicketEvent, TicketPurged
from trackline_schemas.records.registry import KINDS

# The readers: the durable queues of topology.CONSUMERS, and two that have no durable queue.
TICKETS = "tickets.events"
NOTIFICATIONS = "notifications.events"
KNOWLEDGE = "knowledge.events"
ANALYTICS = "analytics.events"
GATEWAY = "gateway.events"
LIVE = "gateway.live"  # the live streams of each gateway
HISTORY = "tickets.history"  # the tickets service, where it reads its own log

CHANGES_TICKET_FIELDS = frozenset({TICKET_CREATED, TICKET_UPDATED})


@dataclass(frozen=True)
class EventType:
    """`model` is the shape of the event's `data`. `owners` are the processes that emit it. A `logged` type takes the
    next sequence of its subject and comes again by replay."""

    name: str
    model: type[View]
    owners: tuple[str, ...]
    logged: bool
    readers: tuple[str, ...] = ()


_ALL = (
    EventType(TICKET_CREATED, TicketEvent, ("tickets",), True, (NOTIFICATIONS, KNOWLEDGE, ANALYTICS, LIVE, HISTORY)),
    EventType(TICKET_UPDATED, TicketEvent, ("tickets",), True, (NOTIFICATIONS, KNOWLEDGE, ANALYTICS, LIVE, HISTORY)),
    EventType(TICKET_PURGED, TicketPurged, ("tickets",), True, (NOTIFICATIONS, KNOWLEDGE, ANALYTICS)),
    EventType(CATEGORY_CHANGED, CategoryChanged, ("tickets",), True, (LIVE,)),
    EventType(USER_CHANGED, UserChanged, ("gateway",), True, (NOTIFICATIONS, LIVE)),
    EventType(USER_ERASED, UserErased, ("gateway",), True),
    EventType(TEAM_CHANGED, TeamChanged, ("gateway",), True, (TICKETS, NOTIFICATIONS, KNOWLEDGE, ANALYTICS, LIVE)),
    EventType(ORGANISATION_CHANGED, OrganisationChanged, ("gateway",), True, (NOTIFICATIONS,)),
    EventType(MAIL_REQUESTED, MailRequested, ("gateway",), False, (NOTIFICATIONS,)),
    EventType(INBOX_CHANGED, InboxChanged, ("notifications",), False, (LIVE,)),
    EventType(REPLAY_REQUESTED, ReplayRequested, ("tickets", "knowledge", "analytics"), False, (TICKETS, GATEWAY)),
    # Sent straight to the queue that asked for the replay, past the bindings.
    EventType(REPLAY_FINISHED, ReplayFinished, ("tickets", "gateway"), False, (KNOWLEDGE, ANALYTICS)),
)
# The other kinds of records: so far nobody outside their owner reads their events.
_OF_RECORDS: tuple[EventType, ...] = tuple(
    EventType(kind.event_type, kind.event, (kind.owner,), True)
    for kind in KINDS.values()
    if kind.event_type not in {one.name for one in _ALL}
)

EVENT_TYPES: Mapping[str, EventType] = {one.name: one for one in (*_ALL, *_OF_RECORDS)}


@cache
def handled_by(reader: str) -> frozenset[str]:
    """The types that the reader handles. Raises LookupError for an unknown reader, which would skip everything."""
    found = frozenset(one.name for one in _ALL if reader in one.readers)
    if not found:
        raise LookupError(f"No event type of trackline_schemas.events.registry names the reader {reader}.")
    return found
