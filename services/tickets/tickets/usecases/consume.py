from collections.abc import Sequence

from tickets.usecases.ports import TeamStore
from tickets.usecases.replay import Replays, requested
from trackline_schemas.events import REPLAY_REQUESTED, TEAM_CHANGED, Event, TeamChanged


def consume(teams: TeamStore, replays: Replays, events: Sequence[Event]) -> None:
    for event in events:
        if event.type == TEAM_CHANGED:
            teams.apply(TeamChanged.model_validate(event.data), event.sequence)
        elif event.type == REPLAY_REQUESTED:
            requested(replays, event)
