"""The contract of each driver of trackline_core.outbox: the chassis' over pymongo and the gateway's over Motor.

A suite subclasses OutboxContract and adds a fixture `driver`.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import pytest
from pymongo.errors import DuplicateKeyError

from trackline_core.outbox import VersionConflict, from_row
from trackline_schemas.base import now
from trackline_schemas.events import TEAM_CHANGED, Event, TeamChanged, event_id

Document = dict[str, Any]


class Driver(Protocol):
    """`published` are the events that the bus received, in order. The bus does not confirm the ids in `refused`.
    `sweep` runs as in another process, which does not know what this one has in memory. `late` is a save during the
    next batch: (key, version, changed, event)."""

    published: list[Event]
    refused: set[str]
    late: tuple[str, int, Document, Event] | None

    async def insert(self, document: Document, event: Event) -> None: ...
    async def save(self, key: str, version: int, changed: Document, event: Event) -> None: ...
    async def sweep(self) -> None: ...
    async def document(self, key: str) -> Document: ...
    async def log(self) -> Sequence[Document]: ...


def event(sequence: int, subject: str = "t1") -> Event:
    at = now()
    return Event(
        id=event_id(subject, sequence),
        source="/test",
        type=TEAM_CHANGED,
        subject=subject,
        time=at,
        recordedat=at,
        sequence=sequence,
        actor="u1",
        data=TeamChanged(id=subject, name=f"Team {sequence}").model_dump(),
    )


class OutboxContract:
    async def test_a_save_sets_what_it_names_and_moves_the_version(self, driver: Driver) -> None:
        await driver.insert({"_id": "t1", "name": "x", "name_key": "x"}, event(1))
        await driver.save("t1", 1, {"name": "y"}, event(2))
        document = await driver.document("t1")
        assert (document["name"], document["name_key"], document["version"]) == ("y", "x", 2)
        assert [row["_id"] for row in document["pending"]] == ["t1:00000001", "t1:00000002"]

    async def test_a_save_of_an_old_version_changes_nothing(self, driver: Driver) -> None:
        await driver.insert({"_id": "t1", "name": "x", "name_key": "x"}, event(1))
        await driver.save("t1", 1, {"name": "y"}, event(2))
        with pytest.raises(VersionConflict):
            await driver.save("t1", 1, {"name": "z"}, event(2))
        document = await driver.document("t1")
        assert (document["name"], document["version"], len(document["pending"])) == ("y", 2, 2)

    async def test_an_id_is_taken_once(self, driver: Driver) -> None:
        await driver.insert({"_id": "t1", "name": "x", "name_key": "x"}, event(1))
        with pytest.raises(DuplicateKeyError):
            await driver.insert({"_id": "t1", "name": "y", "name_key": "y"}, event(1))

    async def test_a_sweep_logs_publishes_in_order_and_clears(self, driver: Driver) -> None:
        await driver.insert({"_id": "t1", "name": "x", "name_key": "x"}, event(1))
        await driver.save("t1", 1, {"name": "y"}, event(2))
        await driver.sweep()
        document = await driver.document("t1")
        assert (document["pending"], "pending_at" in document, document["version"]) == ([], False, 2)
        assert [one.sequence for one in driver.published] == [1, 2]
        rows = await driver.log()
        assert [from_row(row) for row in rows] == driver.published
        assert all(row["logged_at"] for row in rows)

    async def test_what_the_broker_refuses_stays_and_its_neighbour_goes(self, driver: Driver) -> None:
        await driver.insert({"_id": "t1", "name": "x", "name_key": "x"}, event(1))
        await driver.save("t1", 1, {"name": "y"}, event(2))
        driver.refused = {"t1:00000001"}
        await driver.sweep()
        document = await driver.document("t1")
        assert [row["_id"] for row in document["pending"]] == ["t1:00000001"]
        assert "pending_at" in document
        driver.refused = set()
        await driver.sweep()
        assert [one.sequence for one in driver.published] == [1, 2, 1]
        assert (await driver.document("t1"))["pending"] == []
        assert len(await driver.log()) == 2

    async def test_an_event_that_is_saved_meanwhile_stays(self, driver: Driver) -> None:
        await driver.insert({"_id": "t1", "name": "x", "name_key": "x"}, event(1))
        driver.late = ("t1", 1, {"name": "late"}, event(2))
        await driver.sweep()
        document = await driver.document("t1")
        assert [row["_id"] for row in document["pending"]] == ["t1:00000002"]
        assert "pending_at" in document
        assert (document["name"], document["version"]) == ("late", 2)
