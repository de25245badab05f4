"""Who may read what was written for them. Rights may have changed since then, so this is asked whenever somebody reads
and, for the deliveries of all channels, before each attempt to send."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from notifications.domain.delivery import Delivery, Outcome, try_again
from notifications.usecases.pace import Pace
from notifications.usecases.ports import Known, KnownStore, Ports, TicketRights
from trackline_schemas.access import readable, readable_as_staff
from trackline_schemas.events import UserChanged
from trackline_schemas.filters import Filter, matches
from trackline_schemas.viewer import Viewer

NOT_READABLE = Outcome("failed", "The recipient may no longer read this.", refused=True)


@dataclass(frozen=True)
class Readability:
    """What one viewer may read. `tickets` are those that were asked for, as far as they are known."""

    tickets: Mapping[str, TicketRights]
    all: Filter
    as_staff: Filter

    @classmethod
    def of(cls, store: KnownStore, viewer: Viewer, ticket_ids: Collection[str]) -> "Readability":
        return cls.by(viewer, store.read((), ticket_ids))

    @classmethod
    def by(cls, viewer: Viewer, known: Known) -> "Readability":
        return cls(known.tickets, readable(viewer, known.teams), readable_as_staff(viewer, known.teams))

    def reads(self, ticket_id: str, *, staff_only: bool = False) -> bool:
        """Returns False for an unknown ticket."""
        ticket = self.tickets.get(ticket_id)
        return ticket is not None and matches(self.as_staff if staff_only else self.all, ticket)


def to_viewer(person: UserChanged) -> Viewer:
    return Viewer(id=person.id, admin=person.admin, teams=person.teams)


def known_of(ports: Ports, rows: Sequence[Delivery]) -> Known:
    """Returns what is known now of those who may send or get these deliveries, and of their tickets."""
    people = {key for row in rows for key in (row.recipient_id, row.actor_id)}
    return ports.known.read(people, {row.ticket_id for row in rows if row.ticket_id})


def decide(known: Known, rows: Sequence[Delivery], pace: Pace, now: datetime) -> tuple[Sequence[Delivery], Outcome]:
    """Returns the deliveries that may be sent now, and the outcome of the others. All of them have the same ticket and
    recipient."""
    recipient = known.people.get(rows[0].recipient_id)
    ticket_id = rows[0].ticket_id
    if any(row.expires_at and row.expires_at <= now for row in rows):
        return (), Outcome("failed", "The time for this message was over before it could be sent.")
    if recipient is None:
        return (), _unknown_recipient(rows, now, pace)
    if not recipient.active:
        return (), Outcome("failed", "The recipient's account is not active.", refused=True)
    if ticket_id is None:
        return rows, NOT_READABLE
    readability = Readability.by(to_viewer(recipient), known)
    if ticket_id not in readability.tickets:
        return (), _later(rows, "Nothing is known of the ticket yet.", now, pace)
    return [row for row in rows if readability.reads(ticket_id, staff_only=row.staff_only)], NOT_READABLE


def _unknown_recipient(rows: Sequence[Delivery], now: datetime, pace: Pace) -> Outcome:
    # The event of a ticket may arrive before the event about its requester.
    if now - min(row.created_at for row in rows) > timedelta(seconds=pace.address_wait):
        return Outcome("failed", "Nothing is known of the recipient: no user.changed event has arrived.")
    return _later(rows, "Nothing is known of the recipient yet.", now, pace)


def _later(rows: Sequence[Delivery], reason: str, now: datetime, pace: Pace) -> Outcome:
    return try_again(rows, reason, now, timedelta(seconds=pace.first_retry))
