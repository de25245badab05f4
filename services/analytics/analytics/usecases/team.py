"""What this service knows of teams: whether each is confidential. A rebuild asks for those of before its time."""

from collections.abc import Sequence

from analytics.usecases.ports import Ports
from trackline_schemas.events import Event, TeamChanged


def apply(ports: Ports, events: Sequence[Event]) -> None:
    for event in events:
        ports.teams.apply(TeamChanged.model_validate(event.data), event.sequence)
