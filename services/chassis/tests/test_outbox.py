"""Every saved event reaches the log and the bus, wherever a process dies, and nothing is saved twice."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from bson import Binary
from pymongo.database import Database
from pymongo.errors import AutoReconnect, DuplicateKeyError

from trackline_chassis.bus import Bus
from trackline_chassis.mongo import Document
from trackline_chassis.outbox import Outbox
from trackline_chassis.settings import ChassisSettings
from trackline_core.messages import Outgoing
from trackline_core.outbox import BATCH, KEPT_COMMANDS, CommandRecord, VersionConflict, to_batches, to_row
from trackline_schemas.base import now
from trackline_testing.queues import Queue
from trackline_testing.waiting import wait_for

from .conftest import make_event, running

ANALYTICS = "analytics.events"


class Killed(BaseException):
    """Simulates a SIGKILL at this line, so nothing in the relay may catch it."""


@pytest.fixture
def outbox(db: Database[Document], bus: Bus, settings: ChassisSettings) -> Outbox:
    made = Outbox(db.things, db.thing_events, bus, settings)
    made.create_indexes()
    return made


def in_another_process(db: Database[Document], bus: Bus, settings: ChassisSettings) -> Outbox:
    """The same outbox without the memory of the first one."""
    return Outbox(db.things, db.thing_events, bus, settings)


def test_save_appends_events_and_moves_the_version(outbox: Outbox, db: Database[Document]) -> None:
    outbox.insert({"_id": "t1", "state": "new"}, [make_event("t1", 1)])
    outbox.save("t1", 1, {"state": "open"}, [make_event("t1", 2), make_event("t1", 3)])
    stored = db.things.find_one({"_id": "t1"})
    assert stored is not None
    assert (stored["state"], stored["version"]) == ("open", 3)
    assert [row["_id"] for row in stored["pending"]] == ["t1:00000001", "t1:00000002", "t1:00000003"]


def test_save_without_events_leaves_nothing_to_sweep(outbox: Outbox, db: Database[Document]) -> None:
    """Without events nothing would ever clear `pending_at`, so every sweep would find the document first."""
    db.things.insert_one({"_id": "t1", "version": 1, "pending": [], "commands": []})
    outbox.save("t1", 1, {"state": "open"}, [])
    stored = db.things.find_one({"_id": "t1"})
    assert stored is not None
    assert (stored["state"], stored["version"], "pending_at" in stored) == ("open", 1, False)


def test_stale_save_is_refused_and_changes_nothing(outbox: Outbox, db: Database[Document]) -> None:
    outbox.insert({"_id": "t1", "state": "new"}, [make_event("t1", 1)])
    outbox.save("t1", 1, {"state": "open"}, [make_event("t1", 2)])
    with pytest.raises(VersionConflict):
        outbox.save("t1", 1, {"state": "closed"}, [make_event("t1", 2)])
    stored = db.things.find_one({"_id": "t1"})
    assert stored is not None
    assert (stored["state"], stored["version"], len(stored["pending"])) == ("open", 2, 2)


def test_save_keeps_fields_that_it_does_not_name(outbox: Outbox, db: Database[Document]) -> None:
    """Replacing the document would lose what the relay or another process wrote in the meantime."""
    outbox.insert({"_id": "t1", "state": "new", "title": "printer"}, [make_event("t1", 1)])
    outbox.save("t1", 1, {"state": "open"}, [make_event("t1", 2)])
    stored = db.things.find_one({"_id": "t1"})
    assert stored is not None
    assert stored["title"] == "printer"


def test_the_latest_commands_are_remembered(outbox: Outbox, db: Database[Document]) -> None:
    first = CommandRecord(uuid4(), b"hash")
    outbox.insert({"_id": "t1"}, [make_event("t1", 1)], first)
    stored = db.things.find_one({"_id": "t1"})
    assert stored is not None
    assert stored["commands"] == [{"id": Binary.from_uuid(first.id), "hash": b"hash", "version": 1}]
    for version in range(1, KEPT_COMMANDS + 1):
        outbox.save("t1", version, {}, [make_event("t1", version + 1)], CommandRecord(uuid4(), b""))
    stored = db.things.find_one({"_id": "t1"})
    assert stored is not None
    assert len(stored["commands"]) == KEPT_COMMANDS
    assert Binary.from_uuid(first.id) not in [known["id"] for known in stored["commands"]]


def test_an_id_that_is_taken_is_refused(outbox: Outbox) -> None:
    outbox.insert({"_id": "t1"}, [make_event("t1", 1)])
    with pytest.raises(DuplicateKeyError):
        outbox.insert({"_id": "t1"}, [make_event("t1", 1)])


def test_of_saves_at_the_same_version_one_counts(outbox: Outbox, db: Database[Document]) -> None:
    """Saves at the same moment share an update, and each of their callers must learn its own outcome."""
    for number in range(4):
        outbox.insert({"_id": f"t{number}"}, [make_event(f"t{number}", 1)])

    def save(place: int) -> str | None:
        key = f"t{place % 4}"
        try:
            outbox.save(key, 1, {"by": place}, [make_event(key, 2, by=place)])
        except VersionConflict:
            return None
        return key

    with ThreadPoolExecutor(16) as pool:
        saved = list(pool.map(save, range(16)))
    assert sorted(key for key in saved if key) == ["t0", "t1", "t2", "t3"]
    for stored in db.things.find():
        assert saved[stored["by"]] == stored["_id"]
        assert [row["data"] for row in stored["pending"]][1:] == [{"by": stored["by"]}]
        assert stored["version"] == 2


def test_a_document_that_is_gone_is_not_saved(outbox: Outbox, db: Database[Document]) -> None:
    with pytest.raises(VersionConflict):
        outbox.save("t1", 1, {"state": "open"}, [make_event("t1", 2)])
    assert db.things.count_documents({}) == 0


def test_a_relay_without_a_pause_sweeps_what_many_left(
    db: Database[Document], bus: Bus, settings: ChassisSettings, queue: Callable[[str], Queue]
) -> None:
    """What waits after an outage must not wait for a sweep for each hundred."""
    queue(ANALYTICS)
    left = 5 * BATCH
    rows = [
        {"_id": f"t{number}", "version": 1, "pending": [to_row(make_event(f"t{number}", 1))]} for number in range(left)
    ]
    db.things.insert_many([{**row, "pending_at": now() - timedelta(hours=1)} for row in rows])
    survivor = in_another_process(db, bus, settings.model_copy(update={"sweep_seconds": 60.0}))
    survivor.create_indexes()
    with running(survivor.run):
        wait_for(lambda: db.things.count_documents({"pending_at": {"$exists": True}}) == 0, seconds=10)


def test_relay_logs_publishes_and_clears(outbox: Outbox, db: Database[Document], queue: Callable[[str], Queue]) -> None:
    taken = queue(ANALYTICS)
    with running(outbox.run):
        outbox.insert({"_id": "t1"}, [make_event("t1", 1, title="printer")])
        wait_for(lambda: (db.things.find_one({"_id": "t1"}) or {}).get("pending") == [])
    stored = db.things.find_one({"_id": "t1"})
    assert stored is not None
    assert "pending_at" not in stored
    assert stored["version"] == 1
    row = db.thing_events.find_one({"_id": "t1:00000001"})
    assert row is not None
    (event,) = taken.take_events()
    assert event.data == {"title": "printer"}
    assert event.loggedat == row["logged_at"]


@pytest.mark.parametrize("step", ["_write_log", "_publish", "_clear"])
@pytest.mark.parametrize(
    "sweeps", [True, pytest.param(False, marks=pytest.mark.xfail(strict=True, reason="nothing else relays the event"))]
)
def test_relay_killed_before_a_step_loses_nothing(
    step: str,
    sweeps: bool,
    outbox: Outbox,
    db: Database[Document],
    bus: Bus,
    settings: ChassisSettings,
    queue: Callable[[str], Queue],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken = queue(ANALYTICS)

    def die(*_: Any) -> None:
        raise Killed

    outbox.insert({"_id": "t1"}, [make_event("t1", 1)])
    monkeypatch.setattr(outbox, step, die)
    with pytest.raises(Killed):
        outbox._relay_fresh()
    survivor = in_another_process(db, bus, settings)
    if not sweeps:
        monkeypatch.setattr(survivor, "sweep", lambda: 0)
    with running(survivor.run):
        wait_for(lambda: (db.things.find_one({"_id": "t1"}) or {}).get("pending") == [], seconds=3)
    assert db.thing_events.count_documents({}) == 1
    events = taken.take_events()
    assert {event.id for event in events} == {"t1:00000001"}
    assert len(events) == (2 if step == "_clear" else 1)


def test_two_relays_only_publish_duplicates(
    outbox: Outbox, db: Database[Document], bus: Bus, settings: ChassisSettings, queue: Callable[[str], Queue]
) -> None:
    taken = queue(ANALYTICS)
    others_bus = Bus(bus.url)
    other = in_another_process(db, others_bus, settings)
    for number in range(30):
        outbox.insert({"_id": f"t{number}"}, [make_event(f"t{number}", 1)])
    # Both relay the same rows: one from memory, the other from the sweep.
    with running(outbox.run, other.run):
        wait_for(lambda: db.things.count_documents({"pending_at": {"$exists": True}}) == 0)
    others_bus.close()
    assert db.thing_events.count_documents({}) == 30
    assert {event.subject for event in taken.take_events()} == {f"t{number}" for number in range(30)}


def test_event_saved_while_the_relay_clears_stays_pending(
    outbox: Outbox, db: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox.insert({"_id": "t1"}, [make_event("t1", 1)])
    clear = outbox._clear

    def save_then_clear(*given: Any) -> int:
        outbox.save("t1", 1, {}, [make_event("t1", 2)])
        return clear(*given)

    rows = [(key, row) for key, row in outbox._fresh]
    outbox._fresh.clear()
    monkeypatch.setattr(outbox, "_clear", save_then_clear)
    outbox.relay(rows)
    stored = db.things.find_one({"_id": "t1"})
    assert stored is not None
    assert [row["_id"] for row in stored["pending"]] == ["t1:00000002"]
    assert "pending_at" in stored


def test_unconfirmed_events_stay_pending(
    db: Database[Document], settings: ChassisSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = Bus("amqp://guest:guest@127.0.0.1:9/none")
    outbox = Outbox(db.things, db.thing_events, nowhere, settings)
    outbox.insert({"_id": "t1"}, [make_event("t1", 1)])
    outbox._relay_fresh()
    stored = db.things.find_one({"_id": "t1"})
    assert stored is not None
    assert len(stored["pending"]) == 1
    assert db.thing_events.count_documents({}) == 1


def test_a_short_outage_of_the_store_only_delays_the_relay(
    outbox: Outbox, db: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    write = outbox._write_log
    failures = iter([AutoReconnect("down"), AutoReconnect("down")])

    def flaky(rows: Any) -> Any:
        if error := next(failures, None):
            raise error
        return write(rows)

    monkeypatch.setattr(outbox, "_write_log", flaky)
    outbox.insert({"_id": "t1"}, [make_event("t1", 1)])
    with running(outbox.run):
        wait_for(lambda: (db.things.find_one({"_id": "t1"}) or {}).get("pending") == [])
    assert db.thing_events.count_documents({}) == 1


class Hung(Bus):
    """Confirms nothing."""

    def send(self, messages: Sequence[Outgoing]) -> list[bool]:
        return [False] * len(messages)


def remove(db: Database[Document], key: str) -> None:
    """Removes a document whose events are on the bus, as a purge does."""
    db.thing_events.delete_many({"subject": key})
    db.things.delete_one({"_id": key})


@pytest.mark.parametrize("confirms", [True, False])
@pytest.mark.parametrize("from_memory", [True, False])
def test_a_relay_that_was_stopped_leaves_no_rows_of_a_removed_document(
    from_memory: bool, confirms: bool, outbox: Outbox, db: Database[Document], bus: Bus, settings: ChassisSettings
) -> None:
    stopped = outbox if confirms else Outbox(db.things, db.thing_events, Hung(bus.url), settings)
    stopped.insert({"_id": "t1"}, [make_event("t1", 1)])
    stopped.save("t1", 1, {}, [make_event("t1", 2)])
    stopped.insert({"_id": "kept"}, [make_event("kept", 1)])
    held = list(stopped._fresh) if from_memory else list(*to_batches(db.things.find({}, {"pending": 1})))
    with running(in_another_process(db, bus, settings).run):
        wait_for(lambda: db.things.count_documents({"pending_at": {"$exists": True}}) == 0)
    remove(db, "t1")
    stopped.relay(held)
    assert [row["_id"] for row in db.thing_events.find()] == ["kept:00000001"]
