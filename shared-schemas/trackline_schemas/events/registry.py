"""Every event type that this release knows: its model, who emits it, whether a log keeps it, and who handles it.

A reader skips and counts the events of types that are not listed for it. A new version of a type is another type.
Skipping is safe, because only the types in `CHANGES_TICKET_FIELDS` change the fields of a ticket: a reader that skips
all other types misses no change of a team, and so no change of rights.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from trackline_schemas.base import View
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
from trackline_schemas.events.replay import REPLAY_FINISHED, REPLAY_REQUESTED, ReplayFinished, ReplayRequested
from trackline_schemas.events.ticket import TICKET_CREATED, TICKET_PURGED, TICKET_UPDATED, TicketEvent, TicketPurged
from trackline_schemas.records.kinds.category import CATEGORY_CHANGED, CategoryChanged
from trackline_schemas.records.registry import KINDS

# The readers: the durable queues of topology.CONSUMERS, and two readers without a durable queue.
TICKETS = "tickets.events"
NOTIFICATIONS = "notifications.events"
KNOWLEDGE = "knowledge.events"
ANALYTICS = "analytics.events"
GATEWAY = "gateway.events"
LIVE = "gateway.live"  # the live streams of each gateway
HISTORY = "tickets.history"  # the tickets service when it reads its own log

CHANGES_TICKET_FIELDS = frozenset({TICKET_CREATED, TICKET_UPDATED})


@dataclass(frozen=True)
class EventType:
    """`model` is the model of the event's `data`. `owners` are the processes that emit it. An event of a `logged` type
    has the next sequence of its subject, and can be replayed."""

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
    EventType(USER_CHANGED, UserChanged, ("gateway",), True, (TICKETS, NOTIFICATIONS, LIVE)),
    EventType(USER_ERASED, UserErased, ("gateway",), True),
    EventType(TEAM_CHANGED, TeamChanged, ("gateway",), True, (TICKETS, NOTIFICATIONS, KNOWLEDGE, ANALYTICS, LIVE)),
    EventType(ORGANISATION_CHANGED, OrganisationChanged, ("gateway",), True, (NOTIFICATIONS,)),
    EventType(API_KEY_CHANGED, ApiKeyChanged, ("gateway",), True),
    EventType(MAIL_REQUESTED, MailRequested, ("gateway",), False, (NOTIFICATIONS,)),
    EventType(INBOX_CHANGED, InboxChanged, ("notifications",), False, (LIVE,)),
    EventType(
        REPLAY_REQUESTED,
        ReplayRequested,
        ("tickets", "notifications", "knowledge", "analytics"),
        False,
        (TICKETS, GATEWAY),
    ),
    # This type needs no binding, because it is sent directly to the queue that asked for the replay.
    EventType(REPLAY_FINISHED, ReplayFinished, ("tickets", "gateway"), False, (NOTIFICATIONS, KNOWLEDGE, ANALYTICS)),
)
# The other kinds of records. Only their owner reads their events so far.
_OF_RECORDS: tuple[EventType, ...] = tuple(
    EventType(kind.event_type, kind.event, (kind.owner,), True)
    for kind in KINDS.values()
    if kind.event_type not in {one.name for one in _ALL}
)

EVENT_TYPES: Mapping[str, EventType] = {one.name: one for one in (*_ALL, *_OF_RECORDS)}


@cache
def handled_by(reader: str) -> frozenset[str]:
    """Returns the types that the reader handles. Raises LookupError for an unknown reader, which would skip
    everything."""
    found = frozenset(one.name for one in _ALL if reader in one.readers)
    if not found:
        raise LookupError(f"No event type of trackline_schemas.events.registry names the reader {reader}.")
    return found


def skipped_by(reader: str) -> frozenset[str]:
    """Returns the other types. An event of a type that this release does not know is skipped, too."""
    return frozenset(EVENT_TYPES) - handled_by(reader)
