from typing import Any

import pytest

from tickets.usecases import replay
from tickets.usecases.consume import HANDLERS, consume
from trackline_schemas.errors import ServiceError
from trackline_schemas.events import Event
from trackline_schemas.events.registry import TICKETS, handled_by

from .world import ALICE, ROOT, World


def event(world: World, type_: str, sequence: int = 1, **data: Any) -> Event:
    now = world.clock()
    return Event(
        id="e",
        source="/test",
        type=type_,
        subject="s",
        time=now,
        recordedat=now,
        sequence=sequence,
        actor="u",
        data=data,
    )


def test_the_registry_names_the_types_that_are_handled() -> None:
    assert HANDLERS.keys() == handled_by(TICKETS)


def test_teams_are_stored_and_older_events_ignored(world: World) -> None:
    newer = event(world, "team.changed.v1", 3, id="it", name="IT", confidential=True)
    older = event(world, "team.changed.v1", 2, id="it", name="IT", confidential=False)
    consume(world.ports, [newer, older, event(world, "team.renamed.v9")])
    assert world.teams.confidential()["it"] is True
    assert world.replays.started == []


def test_an_event_can_ask_for_a_replay(world: World) -> None:
    asked: dict[str, Any] = {"consumer": "analytics.events", "of": "tickets", "only": ["t1"]}
    consume(world.ports, [event(world, "replay.requested.v1", **asked)])
    consume(world.ports, [event(world, "replay.requested.v1", **{**asked, "of": "people"})])
    assert world.replays.started == [("analytics.events", None, ["t1"], "e")]


def test_only_administrators_start_replays(world: World) -> None:
    assert replay.replay(world.ports, "analytics.events", "t1", None, ROOT) == {"job_id": "job"}
    assert replay.status(world.ports, "job", ROOT).events == 3
    assert world.replays.started == [("analytics.events", "t1", None, None)]
    for attempt in (
        lambda: replay.replay(world.ports, "analytics.events", None, None, ALICE),
        lambda: replay.status(world.ports, "job", ALICE),
    ):
        with pytest.raises(ServiceError, match="Only administrators"):
            attempt()
