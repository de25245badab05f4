from typing import Any

from pymongo.database import Database

from analytics.adapters.team import MongoTeams
from analytics.usecases.events import replay_request
from trackline_schemas.events import ReplayRequested, TeamChanged
from trackline_schemas.topology import CONSUMERS

from .stories import START


def test_requests_for_replays_are_published() -> None:
    published = [
        replay_request("tickets", START, only=["t1"]),
        replay_request("people", START),
        replay_request("tickets", START, job_id="rebuild-1"),
    ]
    wanted = [ReplayRequested.model_validate(event.data) for event in published]
    assert [(one.of, one.only) for one in wanted] == [("tickets", ["t1"]), ("people", None), ("tickets", None)]
    assert all(one.consumer in CONSUMERS for one in wanted)
    assert {(event.type, event.time) for event in published} == {("replay.requested.v1", START)}
    assert len({event.id for event in published}) == 3
    assert published[2].id == "rebuild-1"


def test_teams_are_read_again_after_a_second(mongo: Database[dict[str, Any]]) -> None:
    mongo.drop_collection("teams")
    seconds = [10.0]
    teams, other = MongoTeams(mongo, lambda: seconds[0]), MongoTeams(mongo)
    assert teams.confidential() == {}
    other.apply(TeamChanged(id="hr", name="HR", confidential=True), 1)
    seconds[0] += 0.9
    assert teams.confidential() == {}
    seconds[0] += 0.2
    assert teams.confidential() == {"hr": True}
