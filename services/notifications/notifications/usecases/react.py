"""Ticket events become inbox entries and mail deliveries: exactly one row per event, recipient and channel."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from notifications.domain.audience import Audience, Happening, Rights, Words, audience, wants_members
from notifications.usecases.ports import Deliveries, InboxStore, Parked, People, Publisher, Teams
from notifications.usecases.rows import delivery, inbox_changed, inbox_entry
from trackline_schemas.access import readable, readable_as_staff
from trackline_schemas.events import TICKET_CREATED, TICKET_UPDATED, Event, TicketEvent, UserChanged
from trackline_schemas.filters import matches
from trackline_schemas.tickets import TicketView
from trackline_schemas.viewer import Viewer

Told = tuple[Event, TicketEvent]
Decided = tuple[Event, TicketEvent, Audience]


@dataclass(frozen=True)
class React:
    """`collapse_seconds` is how long a change waits for company in one mail."""

    people: People
    teams: Teams
    parked: Parked
    inbox: InboxStore
    deliveries: Deliveries
    publisher: Publisher
    now: Callable[[], datetime]
    collapse_seconds: float

    def __call__(self, events: Sequence[Event]) -> None:
        told = [(event, TicketEvent.model_validate(event.data)) for event in events if _acted_upon(event)]
        if not told:
            return
        decided = self._decide(told)
        self._write(decided)
        waiting = [(event, told) for event, told, heard in decided if heard.refused]
        for event, ticket_event, heard in decided:
            for person in heard.refused:
                self.parked.park(event, person, ticket_event.ticket.team_id)
        if waiting:
            # Parked first, looked again second: a projection that came in between is seen by one of the two.
            self._write(self._decide(waiting))

    def _decide(self, told: Sequence[Told]) -> list[Decided]:
        happenings = [_happening(event, ticket_event) for event, ticket_event in told]
        team_ids = {happening.team_id for happening in happenings if happening.team_id and wants_members(happening)}
        members = self.people.members(team_ids) if team_ids else []
        named = {person for each in happenings for person in (each.requester_id, each.assignee_id) if person}
        people = {person.id: person for person in members} | dict(self.people.by_ids(named))
        teams = self.teams.confidential()
        return [
            (event, ticket_event, _audience(happening, ticket_event.ticket, people, teams))
            for (event, ticket_event), happening in zip(told, happenings, strict=True)
        ]

    def _write(self, decided: Sequence[Decided]) -> None:
        now = self.now()
        told = [(event, ticket.ticket, notice) for event, ticket, heard in decided for notice in heard.notices]
        mails = [delivery(*each, now, self.collapse_seconds) for each in told if each[2].mail]
        if mails:
            self.deliveries.add(mails)
        fresh = self.inbox.add([inbox_entry(*each) for each in told]) if told else ()
        for person, unread in self.inbox.unread(fresh).items() if fresh else ():
            self.publisher.publish(inbox_changed(person, unread, now))


def _acted_upon(event: Event) -> bool:
    return event.type in (TICKET_CREATED, TICKET_UPDATED) and not event.replay and not event.historical


def _audience(
    happening: Happening, ticket: TicketView, people: Mapping[str, UserChanged], teams: Mapping[str, bool]
) -> Audience:
    snapshot = ticket.model_dump()

    def rights(person_id: str) -> Rights:
        person = people.get(person_id)
        viewer = Viewer(id=person_id, admin=person.admin, teams=person.teams) if person else Viewer(id=person_id)
        return Rights(
            reads=matches(readable(viewer, teams), snapshot),
            reads_as_staff=matches(readable_as_staff(viewer, teams), snapshot),
            active=person.active if person else None,
        )

    members = [person.id for person in people.values() if happening.team_id in person.teams]
    return audience(happening, members, rights)


def _happening(event: Event, told: TicketEvent) -> Happening:
    comment, ticket = told.comment, told.ticket
    words = Words(comment.author_id, comment.text, comment.visibility == "public") if comment else None
    return Happening(
        actor_id=event.actor,
        created=event.type == TICKET_CREATED,
        changes=told.changes,
        words=words,
        state=ticket.state,
        requester_id=ticket.requester_id,
        assignee_id=ticket.assignee_id,
        team_id=ticket.team_id,
        resolution=ticket.resolution,
    )
