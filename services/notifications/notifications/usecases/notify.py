"""Tells the channels who hears of a ticket event."""

from collections.abc import Sequence

from notifications.domain.audience import wants_members
from notifications.usecases.audience import audience_of, happening_of
from notifications.usecases.channel import Told
from notifications.usecases.ports import Ports
from notifications.usecases.purge import undo_late_events
from trackline_schemas.events import Event, TicketEvent

Happened = tuple[Event, TicketEvent]


def notify(ports: Ports, events: Sequence[Event]) -> None:
    """Leaves replayed and historical events alone: nobody is told of these."""
    news = [event for event in events if not event.replay and not event.historical]
    if news:
        _notify(ports, [(event, TicketEvent.model_validate(event.data)) for event in news])
        undo_late_events(ports, {event.subject for event in news})


def _notify(ports: Ports, happened: Sequence[Happened]) -> None:
    batch = _decide(ports, happened)
    _write(ports, batch)
    waiting = [told for told in batch if told.audience.refused]
    for told in waiting:
        for person in told.audience.refused:
            ports.parked.park(told.event, person, told.data.ticket.team_id)
    if waiting:
        # Parking comes before the second look: a change of people or teams in between is seen by one of the two.
        _write(ports, _decide(ports, [(told.event, told.data) for told in waiting]))


def _decide(ports: Ports, happened: Sequence[Happened]) -> list[Told]:
    happenings = [happening_of(event, data) for event, data in happened]
    team_ids = {happening.team_id for happening in happenings if happening.team_id and wants_members(happening)}
    members = ports.people.members(team_ids) if team_ids else []
    named = {person for each in happenings for person in (each.requester_id, each.assignee_id) if person}
    people = {person.id: person for person in members} | dict(ports.people.by_ids(named))
    teams = ports.teams.confidential()
    return [
        Told(event, data, audience_of(happening, data.ticket, people, teams))
        for (event, data), happening in zip(happened, happenings, strict=True)
    ]


def _write(ports: Ports, batch: Sequence[Told]) -> None:
    for channel in ports.channels:
        channel.write(batch)
