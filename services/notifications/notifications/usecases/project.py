"""Keeps what the service must know of people, teams and the organisation, from their events, replays included."""

from collections.abc import Sequence
from dataclasses import dataclass

from notifications.usecases.ports import Organisation, Parked, People, Teams
from trackline_schemas.events import (
    ORGANISATION_CHANGED,
    TEAM_CHANGED,
    USER_CHANGED,
    Event,
    OrganisationChanged,
    TeamChanged,
    UserChanged,
)


@dataclass(frozen=True)
class Project:
    people: People
    teams: Teams
    organisation: Organisation
    parked: Parked

    def __call__(self, events: Sequence[Event]) -> Sequence[Event]:
        """Returns the ticket events that waited for what these changed."""
        people, teams = set(), set()
        for event in events:
            if event.type == USER_CHANGED:
                self.people.apply(UserChanged.model_validate(event.data), event.sequence)
                people.add(event.subject)
            elif event.type == TEAM_CHANGED:
                self.teams.apply(TeamChanged.model_validate(event.data), event.sequence)
                teams.add(event.subject)
            elif event.type == ORGANISATION_CHANGED:
                self.organisation.apply(OrganisationChanged.model_validate(event.data), event.sequence)
        return self.parked.waiting_for(people, teams) if people or teams else []
