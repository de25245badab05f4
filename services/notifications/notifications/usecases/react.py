"""Ticket events become inbox entries and mail deliveries: exactly one row per event, recipient and channel."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from notifications.domain.audience import Audience, wants_members
from notifications.usecases.judge import happening_of, judged
from notifications.usecases.ports import Deliveries, InboxStore, Parked, People, Publisher, Teams
from notifications.usecases.rows import delivery, inbox_changed, inbox_entry
from trackline_schemas.events import TICKET_CREATED, TICKET_UPDATED, Event, TicketEvent

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
        happenings = [happening_of(event, ticket_event) for event, ticket_event in told]
        team_ids = {happening.team_id for happening in happenings if happening.team_id and wants_members(happening)}
        members = self.people.members(team_ids) if team_ids else []
        named = {person for each in happenings for person in (each.requester_id, each.assignee_id) if person}
        people = {person.id: person for person in members} | dict(self.people.by_ids(named))
        teams = self.teams.confidential()
        return [
            (event, ticket_event, judged(happening, ticket_event.ticket, people, teams))
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
