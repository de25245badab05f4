"""Every command reads and writes the whole ticket, so it must stay small however old it is."""

from datetime import timedelta
from uuid import uuid4

import bson

from tickets.adapters.document import to_document
from trackline_chassis.outbox import _command_row
from trackline_core.outbox import KEPT_COMMANDS, CommandRecord

from .world import ALICE, World

MOST_BYTES = 16 * 1024


def test_a_full_and_old_ticket_is_below_16_kb(world: World) -> None:
    ticket = world.create(
        ALICE,
        title="T" * 200,
        description="D" * 40_000,
        tags=[f"{number:02}" + "t" * 48 for number in range(20)],
        requester_id="r" * 36,
        team_id="it",
        assignee_id="a" * 36,
        source="s" * 50,
        external_ref="e" * 100,
        impact=3,
    )
    world.change(ticket, priority=1, priority_reason="p" * 500)
    for number in range(150):
        world.clock.forward(hours=1)
        last = world.change(ticket, state="on_hold" if number % 2 else "pending")
    world.change(last, state="resolved", resolution_code="workaround", resolution="r" * 4_000)
    stored = world.tickets.by_id(ticket.id)
    assert stored is not None
    command = CommandRecord(uuid4(), b"h" * 32)
    outbox = {"version": 200, "pending": [], "commands": [_command_row(command, 200)] * KEPT_COMMANDS}
    document = {**to_document(stored.ticket, b"h" * 32), **outbox}
    assert len(bson.encode(document)) < MOST_BYTES
    state, since = stored.ticket.timeline[-2]
    assert (state, since) == ("on_hold", ticket.created_at + timedelta(hours=150))
