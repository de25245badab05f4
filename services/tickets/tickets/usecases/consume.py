"""Handles events one after the other: the types have no order among themselves."""

from collections.abc import Callable, Mapping, Sequence

from tickets.usecases.ports import TeamStore
from tickets.usecases.replay import Replays, requested
from trackline_schemas.events import REPLAY_REQUESTED, TEAM_CHANGED, Event, TeamChanged

Handler = Callable[[TeamStore, Replays, Event], None]


def _apply_team(teams: TeamStore, _replays: Replays, event: Event) -> None:
    teams.apply(TeamChanged.model_validate(event.data), event.sequence)


def _start_replay(_teams: TeamStore, replays: Replays, event: Event) -> None:
    requested(replays, event)


HANDLERS: Mapping[str, Handler] = {TEAM_CHANGED: _apply_team, REPLAY_REQUESTED: _start_replay}


def consume(teams: TeamStore, replays: Replays, events: Sequence[Event]) -> None:
    """Skips the types that it does not know."""
    for event in events:
        if handle := HANDLERS.get(event.type):
            handle(teams, replays, event)
