"""The audit reads about as many documents as its page holds, however long the log is."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from gateway.kit.mongo import Database, Document
from gateway.people import KINDS
from gateway.people.adapters.history import MotorHistory
from gateway.people.adapters.store import Store
from gateway.people.usecases.changes import list_changes
from trackline_schemas.events import API_KEY_CHANGED, ORGANISATION_CHANGED, TEAM_CHANGED, USER_CHANGED, event_id
from trackline_schemas.records import ChangesQuery

MANY = 2000
SIZE = 25
START = datetime(2026, 1, 1, tzinfo=UTC)
TYPES = {0: TEAM_CHANGED, 1: API_KEY_CHANGED, 2: ORGANISATION_CHANGED}


def rows() -> list[Document]:
    """Returns the log: most changes are of users, each hundredth is by Rita, and every record has two changes."""
    return [
        {
            "_id": event_id(f"r{number // 2:06d}", 1 + number % 2), "subject": f"r{number // 2:06d}",
            "sequence": 1 + number % 2, "type": TYPES.get(number % 200, USER_CHANGED), "changes": {}, "data": {},
            "actor": "rita" if number % 100 == 0 else "anna", "recordedat": START + timedelta(seconds=number),
        }
        for number in range(MANY)
    ]  # fmt: skip


@pytest.fixture
async def ports(store: Store, database: Database) -> AsyncIterator[Any]:
    await store.log.insert_many(rows())
    await store.users.insert_many([{"_id": f"u{n}", "emails": [f"{n}"], "name_key": f"{n}"} for n in range(MANY)])
    documents = {kind.name: store.records(kind) for kind in KINDS}
    await database.command("profile", 2)
    yield SimpleNamespace(
        records={kind.name: SimpleNamespace(kind=kind) for kind in KINDS}, history=MotorHistory(store.log, documents)
    )
    await database.command("profile", 0)
    await database.drop_collection("system.profile")


LISTS: dict[str, tuple[dict[str, Any], int]] = {
    "everything": ({}, SIZE),
    "a kind that few rows have": ({"kinds": ["organisation"]}, 10),
    "two kinds": ({"kinds": ["team", "organisation"]}, 20),
    "an actor with few changes": ({"actor_id": "rita"}, 20),
    "the kind of an actor": ({"actor_id": "rita", "kinds": ["team"]}, 10),
    "one record": ({"record_id": "r000005"}, 2),
    "one change": ({"ids": [event_id("r000005", 2)]}, 1),
    "a day in the past": ({"since": START + timedelta(seconds=100), "until": START + timedelta(seconds=200)}, SIZE),
}


@pytest.mark.parametrize("name", LISTS)
async def test_the_list_examines_few_documents(ports: Any, database: Database, name: str) -> None:
    given, expected = LISTS[name]
    page = await list_changes(ports, ChangesQuery(size=SIZE, **given))
    assert len(page.items) == expected
    assert await examined(database) <= 4 * SIZE


async def test_a_late_page_examines_as_few_as_the_first(ports: Any, database: Database) -> None:
    until = START + timedelta(seconds=MANY // 2)
    middle = (await list_changes(ports, ChangesQuery(size=1, until=until))).after
    assert middle is not None
    before = await examined(database)
    page = await list_changes(ports, ChangesQuery(size=SIZE, after=middle))
    assert (len(page.items), page.items[0].at) == (SIZE, START + timedelta(seconds=MANY // 2 - 2))
    assert await examined(database) - before <= 4 * SIZE


async def test_one_query_reads_the_log_for_all_kinds(ports: Any, database: Database) -> None:
    await list_changes(ports, ChangesQuery(size=SIZE))
    assert len(await profiled(database, "people_events")) == 1


async def examined(database: Database) -> int:
    """Returns how many documents MongoDB has examined since the profiler began."""
    found = await profiled(database)
    assert found
    return sum(one["docsExamined"] for one in found)


async def profiled(database: Database, collection: str | None = None) -> list[Document]:
    """Returns the finds that MongoDB has carried out since the profiler began."""
    names = [collection] if collection else ["people_events", *(kind.collection for kind in KINDS)]
    wanted = {"op": "query", "ns": {"$in": [f"{database.name}.{name}" for name in names]}}
    return await database["system.profile"].find(wanted).to_list(None)
