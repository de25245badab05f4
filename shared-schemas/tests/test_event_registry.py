"""The registry is complete, and follows the rule that allows readers to skip types."""

import re

import pytest

from trackline_schemas import events
from trackline_schemas.events import TicketEvent
from trackline_schemas.events.registry import CHANGES_TICKET_FIELDS, EVENT_TYPES, HISTORY, LIVE, EventType, handled_by
from trackline_schemas.records.registry import KINDS
from trackline_schemas.topology import CONSUMERS

READERS = {*CONSUMERS, LIVE, HISTORY}
NAME = re.compile(r"[a-z_]+\.[a-z]+\.v[1-9]\d*")


def test_every_type_with_a_constant_is_registered() -> None:
    named = {value for name, value in vars(events).items() if name.isupper() and isinstance(value, str)}
    assert EVENT_TYPES.keys() == named | {kind.event_type for kind in KINDS.values()}


@pytest.mark.parametrize("registered", EVENT_TYPES.values(), ids=lambda one: one.name)
def test_an_entry_names_owners_and_readers_that_exist(registered: EventType) -> None:
    assert NAME.fullmatch(registered.name)
    assert registered.owners
    assert set(registered.owners) <= {"tickets", "notifications", "knowledge", "analytics", "gateway"}
    assert set(registered.readers) <= READERS


@pytest.mark.parametrize("reader", sorted(READERS))
def test_every_reader_handles_something(reader: str) -> None:
    assert handled_by(reader)


def test_a_misspelt_reader_is_an_error() -> None:
    with pytest.raises(LookupError, match=r"knowlege\.events"):
        handled_by("knowlege.events")


def test_a_newer_version_is_another_type_and_handled_by_nobody() -> None:
    assert not any("ticket.updated.v2" in handled_by(reader) for reader in READERS)


def test_a_ticket_changes_by_two_types_only_and_every_reader_of_snapshots_handles_both() -> None:
    """Otherwise a reader that skips a type could miss that a ticket moved to a confidential team."""
    with_snapshot = {one.name for one in EVENT_TYPES.values() if issubclass(one.model, TicketEvent)}
    assert with_snapshot == CHANGES_TICKET_FIELDS
    for reader in READERS:
        assert handled_by(reader) & CHANGES_TICKET_FIELDS in (frozenset(), CHANGES_TICKET_FIELDS)


def test_live_streams_and_the_log_for_resuming_have_the_same_types() -> None:
    assert {name for name in handled_by(LIVE) if name.startswith("ticket.")} == handled_by(HISTORY)


def test_what_the_history_reads_has_the_snapshot_that_decides_who_may_see_it() -> None:
    assert handled_by(HISTORY) <= CHANGES_TICKET_FIELDS
