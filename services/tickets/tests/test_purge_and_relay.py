"""A purge leaves nothing in the log, although a relay that was stopped or killed writes rows again afterwards."""

from collections.abc import Sequence
from typing import Any

import pytest
from pymongo.database import Database

from tickets.adapters.ticket import MongoTickets
from tickets.domain.ticket import Ticket
from tickets.usecases.events import purged_event
from trackline_chassis.bus import Bus
from trackline_chassis.mongo import Document
from trackline_chassis.outbox import Outbox
from trackline_chassis.settings import ChassisSettings
from trackline_core.messages import Outgoing
from trackline_core.outbox import Row, to_batches

from .test_store_contract import insert, make_ticket
from .world import ROOT, World, call


class Confirming(Bus):
    def send(self, messages: Sequence[Outgoing]) -> list[bool]:
        return [True] * len(messages)


@pytest.fixture
def outbox(store: Database[Document], settings: ChassisSettings) -> Outbox:
    bus = Confirming("amqp://127.0.0.1:1")
    return Outbox(store["tickets"], store["ticket_events"], bus, settings.model_copy(update={"sweep_age_seconds": -1}))


@pytest.fixture
def tickets(store: Database[Document], outbox: Outbox) -> MongoTickets:
    return MongoTickets(store, outbox)


def make_purged(tickets: MongoTickets, *refs: str) -> list[Ticket]:
    """Imports tickets of the source "old" and marks them as purged."""
    world = World(tickets=tickets)
    made = [insert(world, make_ticket(world, source="old", external_ref=ref)) for ref in refs]
    for ticket in made:
        after = ticket.purge("root", world.clock())
        tickets.save(ticket, after, [purged_event(after, call(ROOT))], None)
    return made


def pending(store: Database[Document]) -> list[Row]:
    return [row for batch in to_batches(store["tickets"].find({}, {"pending": 1})) for row in batch]


def count_log(store: Database[Document]) -> int:
    return store["ticket_events"].count_documents({})


@pytest.mark.parametrize("refs", [("1",), ("1", "2", "3", "4")])
def test_a_relay_that_stood_during_the_purge_leaves_no_rows(
    refs: Sequence[str], tickets: MongoTickets, outbox: Outbox, store: Database[Document]
) -> None:
    make_purged(tickets, *refs)
    held = pending(store)
    outbox.sweep()
    assert count_log(store) == 2 * len(refs)
    assert tickets.remove_purged("old", 10) == len(refs)
    outbox.relay(held)
    assert count_log(store) == 0


def test_a_relay_that_goes_on_before_the_ticket_is_deleted_leaves_no_rows(
    tickets: MongoTickets, outbox: Outbox, store: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_purged(tickets, "1")
    held = pending(store)
    outbox.sweep()
    delete = tickets._delete_log
    written: list[bool] = []

    def delete_then_relay(ids: Sequence[str]) -> int:
        rows = delete(ids)
        if not written:
            outbox.relay(held)
            written.append(count_log(store) > 0)
        return rows

    monkeypatch.setattr(tickets, "_delete_log", delete_then_relay)
    assert tickets.remove_purged("old", 10) == 1
    assert (written, count_log(store)) == ([True], 0)


@pytest.mark.parametrize("step", ["_publish", "_clear", "_delete_orphans"])
def test_the_rows_of_a_relay_that_was_killed_are_deleted_later(
    step: str, tickets: MongoTickets, outbox: Outbox, store: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: Any) -> None:
        raise Killed

    make_purged(tickets, "1", "2")
    held = pending(store)
    outbox.sweep()
    tickets.remove_purged("old", 10)
    monkeypatch.setattr(outbox, step, die)
    with pytest.raises(Killed):
        outbox.relay(held)
    assert count_log(store) == 4
    assert tickets.delete_removed_logs() == 4
    assert (count_log(store), tickets.delete_removed_logs()) == (0, 0)


def test_the_log_of_other_tickets_stays(tickets: MongoTickets, outbox: Outbox, store: Database[Document]) -> None:
    world = World(tickets=tickets)
    kept = insert(world, make_ticket(world))
    make_purged(tickets, "1")
    outbox.sweep()
    tickets.remove_purged("old", 10)
    assert tickets.delete_removed_logs() == 0
    assert [row["subject"] for row in store["ticket_events"].find()] == [kept.id]
