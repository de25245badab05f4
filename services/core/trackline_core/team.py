"""The teams as a service knows them: the rules of who reads what need to know which teams are confidential."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from trackline_schemas.events import Event, TeamChanged


class TeamStore(Protocol):
    def confidential(self) -> Mapping[str, bool]:
        """Maps the id of each known team to whether it is confidential. The answer may be one second old."""
        ...

    def apply(self, team: TeamChanged, sequence: int) -> None:
        """Ignores a sequence that is not newer than the stored one."""
        ...


class HasTeams(Protocol):
    """The ports of a service that keeps teams."""

    @property
    def teams(self) -> TeamStore: ...


def apply(ports: HasTeams, events: Sequence[Event]) -> None:
    for event in events:
        ports.teams.apply(TeamChanged.model_validate(event.data), event.sequence)
