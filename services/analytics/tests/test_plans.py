from random import Random
from typing import Any

import pytest
from pymongo.database import Database

from analytics.domain.period import Period
from analytics.usecases.ports import FactStore
from trackline_schemas.viewer import Viewer

from .plans import QueryLog
from .stories import HOUR, START, random_story
from .world import World

AGENT = Viewer(id="anna", teams={"hr": "read"})
PERIOD = Period(START + 50 * HOUR, START + 300 * HOUR)


@pytest.fixture
def filled(mongo_world: World) -> World:
    random = Random(9)
    mongo_world.consume([event for n in range(120) for event in random_story(random, f"t{n}").events])
    mongo_world.clock.forward(10_000 * 3600)
    return mongo_world


@pytest.mark.parametrize(
    ("sort", "filter", "fault"), [(None, {"number": "x"}, "COLLSCAN"), ("number", {"created_at": START}, "SORT")]
)
def test_a_slow_query_is_noticed(
    mongo: Database[dict[str, Any]], filled: World, sort: str | None, filter: dict[str, Any], fault: str
) -> None:
    log = QueryLog()
    host, port = mongo.client.address or ("", 0)
    with mongo.client.__class__(host, port, event_listeners=[log]) as client:
        list(client[mongo.name]["facts_1"].find(filter, sort=[(sort, 1)] if sort else None))
    assert [name.startswith(f"['{fault}']") for name in log.faults(mongo)] == [True]


def test_every_method_of_the_fact_store_is_tested_with_mongodb() -> None:
    """The check of `mongo_world` only covers tested methods, so a new method needs a test, and its name here."""
    questions = {name for name in vars(FactStore) if not name.startswith("_")}
    assert questions == {
        *(
            "load",
            "save",
            "announce",
            "follow",
            "due",
            "gaps",
            "progress",
            "tallies",
            "state_time",
            "find_counted",
            "newest_event",
            "drop",
        )
    }
