"""No list and no count scans the whole collection, or many more documents than it returns."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, cast

import pytest
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.monitoring import CommandListener, CommandStartedEvent

from tickets.adapters.document import to_document
from tickets.domain.create import create
from tickets.usecases import read
from trackline_chassis.mongo import Document
from trackline_chassis.settings import ChassisSettings
from trackline_schemas.filters import And, Condition, Filter
from trackline_schemas.paging import PageQuery
from trackline_schemas.viewer import Viewer

from .drafts import draft_of
from .stores import in_mongo
from .world import ALICE, BOB, DANA, World

MANY = 1000
EXPLAINED = ("find", "filter", "projection", "sort", "limit", "aggregate", "pipeline", "cursor")
STATISTICS: Any = {"verbosity": "executionStats"}


class Finds(CommandListener):
    def __init__(self) -> None:
        self.commands: list[Document] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in ("find", "aggregate") and event.command[event.command_name] == "tickets":
            self.commands.append({**event.command})

    def succeeded(self, event: Any) -> None: ...

    def failed(self, event: Any) -> None: ...


Explained = Callable[[], Document]


@pytest.fixture(scope="module")
def observed(request: pytest.FixtureRequest) -> Iterator[tuple[World, Explained]]:
    settings: ChassisSettings = request.getfixturevalue("settings")
    plain: Database[Document] = request.getfixturevalue("client_database")
    for name in plain.list_collection_names():
        plain[name].delete_many({})
    finds = Finds()
    client: MongoClient[Document] = MongoClient(settings.mongodb_url, tz_aware=True, event_listeners=[finds])
    world, _ = in_mongo(client[plain.name], settings)
    plain["tickets"].insert_many(documents(world))

    def explained() -> Document:
        asked = finds.commands[-1]
        found = plain.command("explain", {name: asked[name] for name in EXPLAINED if name in asked}, **STATISTICS)
        # The first stage of a pipeline reads the tickets.
        reading: Document = found["stages"][0]["$cursor"] if "stages" in found else found
        return reading

    yield world, explained
    client.close()


def documents(world: World) -> Iterator[Document]:
    """Yields tickets: Bob opened every hundredth, half are resolved, few are pending, and teams and assignees vary."""
    for number in range(MANY):
        draft = draft_of(
            title=f"Ticket {number}",
            impact=1 + number % 3,
            urgency=1 + number // 3 % 3,
            requester_id="bob" if number % 100 == 0 else f"person-{number}",
            team_id=("it", "network", "hr", None)[number % 4],
            assignee_id=f"agent-{number % 20}",
            source="old" if number % 50 == 0 else None,
            category_id="rare" if number % 50 == 1 else "usual",
            tags=("rare",) if number % 50 == 2 else (),
        )
        at = world.clock() + timedelta(seconds=number)
        ticket = create(draft, "alice", f"t{number:04d}", 1001 + number, at)
        state = {"state": "pending" if number % 50 == 3 else "resolved"} if number % 8 < 4 else {}
        yield {**to_document(ticket, b""), **state, "version": 1, "pending": [], "commands": []}


def one(field: str, *values: Any) -> Filter:
    return Condition(field=field, op="in", value=list(values))


ACTIVE = one("state", "new", "open", "pending", "on_hold")
LISTS: dict[str, tuple[Viewer, Filter, int]] = {
    "everything": (ALICE, And(all=[]), 100),
    "my own tickets": (BOB, And(all=[]), 60),
    "my own active tickets": (BOB, ACTIVE, 60),
    "the queue of a team": (ALICE, And(all=[one("team_id", "it"), ACTIVE]), 300),
    "assigned to me": (ALICE, And(all=[one("assignee_id", "agent-5"), ACTIVE]), 120),
    "a state that few have": (ALICE, one("state", "pending"), 60),
    "a category that few have": (ALICE, one("category_id", "rare"), 60),
    "a tag that few have": (ALICE, one("tags", "rare"), 60),
    "by a field without an index": (DANA, one("channel", "portal"), 200),
    "what came from one source": (ALICE, one("source", "old"), 60),
    "one number": (ALICE, one("number", "INC-1500"), 5),
}
SORTS = [sign + field for field in read.SORTS for sign in ("", "-")]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("name", LISTS)
def test_lists_use_indexes(observed: tuple[World, Explained], name: str, sort: str) -> None:
    world, explained = observed
    viewer, filter, most = LISTS[name]
    query = PageQuery(filter=filter, sort=sort, size=20)
    page = read.page(world.ports, query, viewer)
    check(explained(), most)
    if page.after is not None:
        read.page(world.ports, query.model_copy(update={"after": page.after}), viewer)
        check(explained(), most)


@pytest.mark.parametrize("name", LISTS)
def test_counts_use_indexes(observed: tuple[World, Explained], name: str) -> None:
    world, explained = observed
    viewer, filter, most = LISTS[name]
    (counted,) = read.count(world.ports, [filter], 20, viewer)
    assert 0 < counted <= 20
    check(explained(), most)


@pytest.mark.parametrize(("begins", "found"), [("RA", ["rare"]), ("zz", [])])
def test_tags_are_completed_by_an_index(observed: tuple[World, Explained], begins: str, found: list[str]) -> None:
    world, explained = observed
    assert read.tags(world.ports, begins, 8, ALICE) == found
    check(explained(), 20)


def test_tickets_to_remove_are_found_by_an_index(observed: tuple[World, Explained]) -> None:
    world, explained = observed
    assert len(world.tickets.find_by_source("old", 10)) == 10
    check(explained(), 10)
    world.tickets.remove_purged("old", 10)
    check(explained(), 20)


@pytest.mark.parametrize(
    ("asked", "most"), [({}, 550), ({"people": ["agent-5"]}, 60), ({"teams": ["it"]}, 150)], ids=["all", "one", "team"]
)
def test_holders_are_found_by_an_index(
    observed: tuple[World, Explained], asked: dict[str, list[str]], most: int
) -> None:
    """Half of the tickets are active."""
    world, explained = observed
    assert world.tickets.holders(**asked)
    check(explained(), most)


def check(explained: Document, most: int) -> None:
    plan = explained["queryPlanner"]["winningPlan"]
    assert "COLLSCAN" not in set(stages(plan)), plan
    assert explained["executionStats"]["totalDocsExamined"] <= most, plan


def stages(plan: Any) -> Iterator[str]:
    if isinstance(plan, dict):
        if "stage" in plan:
            yield cast(str, plan["stage"])
        for part in plan.values():
            yield from stages(part)
    elif isinstance(plan, list):
        for part in plan:
            yield from stages(part)
