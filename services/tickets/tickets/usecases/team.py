"""What this service knows of teams: whether each is confidential."""

from collections.abc import Sequence
from threading import Event as Stop

from tickets.usecases.events import team_request
from tickets.usecases.ports import Ports
from trackline_schemas.events import Event, TeamChanged


def apply(ports: Ports, events: Sequence[Event]) -> None:
    for event in events:
        ports.teams.apply(TeamChanged.model_validate(event.data), event.sequence)


def learn(ports: Ports, stop: Stop) -> None:
    """Asks for a replay of all teams while none is known: a new service has missed the events about older teams."""
    while not ports.teams.confidential() and not ports.publish(team_request(ports.clock())):
        stop.wait(1)
    stop.wait()
