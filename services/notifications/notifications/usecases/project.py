"""Keeps what the service must know of people, teams and the organisation, from their events, replays included."""

from collections.abc import Sequence

from notifications.usecases.ports import Ports
from trackline_schemas.events import (
    TEAM_CHANGED,
    USER_CHANGED,
    Event,
    OrganisationChanged,
    TeamChanged,
    UserChanged,
)


def project(ports: Ports, events: Sequence[Event]) -> Sequence[Event]:
    """Returns the ticket events that waited for these people and teams."""
    people, teams = set(), set()
    for event in events:
        if event.type == USER_CHANGED:
            ports.people.apply(UserChanged.model_validate(event.data), event.sequence)
            people.add(event.subject)
        elif event.type == TEAM_CHANGED:
            ports.teams.apply(TeamChanged.model_validate(event.data), event.sequence)
            teams.add(event.subject)
        else:
            ports.organisation.apply(OrganisationChanged.model_validate(event.data), event.sequence)
    return ports.parked.waiting_for(people, teams) if people or teams else []
