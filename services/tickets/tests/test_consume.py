from typing import Any

import pytest

from tickets.usecases import replay
from tickets.usecases.consume import consume
from trackline_schemas.errors import ServiceError
from trackline_schemas.events import Event

from .world import ALICE, ROOT, World


class Jobs:
    def __init__(self) -> None:
        self.started: list[tuple[Any, ...]] = []

    def start(self, consumer: str, from_subject: str | None = None, only: Any = None, job_id: str | None = None) -> str:
        self.started.append((consumer, from_subject, only, job_id))
        return job_id or "job"

    def status(self, job_id: str) -> dict[str, Any]:
        return {"done": True, "events": 3, "subjects": 1, "id": job_id}


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


def test_teams_are_projected_and_older_news_ignored(world: World) -> None:
    jobs = Jobs()
    newer = event(world, "team.changed.v1", 3, id="it", name="IT", confidential=True)
    older = event(world, "team.changed.v1", 2, id="it", name="IT", confidential=False)
    consume(world.teams, jobs, [newer, older, event(world, "team.renamed.v9")])
    assert world.teams.confidential()["it"] is True
    assert jobs.started == []


def test_a_consumer_asks_for_a_replay_by_event(world: World) -> None:
    jobs = Jobs()
    asked: dict[str, Any] = {"consumer": "analytics.events", "of": "tickets", "only": ["t1"]}
    consume(world.teams, jobs, [event(world, "replay.requested.v1", **asked)])
    consume(world.teams, jobs, [event(world, "replay.requested.v1", **{**asked, "of": "people"})])
    assert jobs.started == [("analytics.events", None, ["t1"], "e")]


def test_replays_are_for_administrators(world: World) -> None:
    jobs = Jobs()
    assert replay.replay(jobs, "analytics.events", "t1", None, ROOT) == {"job_id": "job"}
    assert replay.status(jobs, "job", ROOT).events == 3
    assert jobs.started == [("analytics.events", "t1", None, None)]
    for attempt in (
        lambda: replay.replay(jobs, "analytics.events", None, None, ALICE),
        lambda: replay.status(jobs, "job", ALICE),
    ):
        with pytest.raises(ServiceError, match="Only administrators"):
            attempt()
