"""Tells the channels who is notified of a ticket event."""

from collections.abc import Sequence

from notifications.domain.audience import possible_recipients, wants_members
from notifications.usecases.audience import Audiences, to_happening
from notifications.usecases.channel import AddressedEvent
from notifications.usecases.ports import Ports
from notifications.usecases.purge import undo_late_events
from trackline_schemas.events import Event, TicketEvent

Happened = tuple[Event, TicketEvent]


def notify(ports: Ports, events: Sequence[Event]) -> None:
    """Ignores replayed and historical events, of which nobody is notified."""
    news = [event for event in events if not event.replay and not event.historical]
    if news:
        _notify(ports, [(event, TicketEvent.model_validate(event.data)) for event in news])
        undo_late_events(ports, {event.subject for event in news})


def _notify(ports: Ports, happened: Sequence[Happened]) -> None:
    batch = _decide(ports, happened)
    _write(ports, batch)
    waiting = [addressed for addressed in batch if addressed.audience.refused]
    for addressed in waiting:
        for person in addressed.audience.refused:
            ports.parked.park(addressed.event, person, addressed.data.ticket.team_id)
    if waiting:
        # The events are parked before this second look. So a change of people or teams in between is not missed.
        _write(ports, _decide(ports, [(addressed.event, addressed.data) for addressed in waiting]))


def _decide(ports: Ports, happened: Sequence[Happened]) -> list[AddressedEvent]:
    happenings = [to_happening(event, data) for event, data in happened]
    team_ids = {happening.team_id for happening in happenings if happening.team_id and wants_members(happening)}
    members = ports.people.members(team_ids) if team_ids else []
    named = {person for each in happenings for person in possible_recipients(each, ())}
    known = ports.known.read(named, ())
    audiences = Audiences({person.id: person for person in members} | dict(known.people), known.teams)
    return [
        AddressedEvent(event, data, audiences.decide(happening, data.ticket))
        for (event, data), happening in zip(happened, happenings, strict=True)
    ]


def _write(ports: Ports, batch: Sequence[AddressedEvent]) -> None:
    for channel in ports.channels:
        channel.write(batch)
