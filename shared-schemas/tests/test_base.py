from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import TypeAdapter, ValidationError

from trackline_schemas.base import Command, Instant
from trackline_schemas.ticket.commands import CreateTicket, TicketChanges, UpdateTicket
from trackline_schemas.ticket.views import TicketView

INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


@pytest.mark.parametrize(
    "given",
    [
        "2026-03-01T12:00:00.123456Z",
        "2026-03-01T13:00:00.123999+01:00",
        "2026-03-01T12:00:00.123",
        datetime(2026, 3, 1, 7, 0, 0, 123999, tzinfo=timezone(timedelta(hours=-5))),
    ],
)
def test_instants_are_utc_in_whole_milliseconds(given: object) -> None:
    instant = INSTANT.validate_python(given)
    assert instant == datetime(2026, 3, 1, 12, 0, 0, 123000, tzinfo=UTC)
    assert instant.tzinfo is UTC
    assert INSTANT.validate_json(INSTANT.dump_json(instant)) == instant


def test_a_time_outside_the_calendar_is_refused() -> None:
    with pytest.raises(ValidationError):
        INSTANT.validate_python("9999-12-31T23:59:59-10:00")


def test_commands_refuse_unknown_members_at_every_depth() -> None:
    with pytest.raises(ValidationError, match="prioritty"):
        UpdateTicket.model_validate({"changes": {"prioritty": 1}})
    with pytest.raises(ValidationError, match="urgencey"):
        CreateTicket.model_validate({"title": "t", "description": "d", "urgencey": 1})


def test_a_title_of_blanks_counts_as_empty() -> None:
    with pytest.raises(ValidationError, match="title"):
        CreateTicket(title="   ", description="d")


def test_null_and_absent_are_different_changes() -> None:
    assert TicketChanges.model_validate({"team_id": None}).given() == {"team_id": None}
    assert TicketChanges.model_validate({}).given() == {}


def test_views_ignore_unknown_members() -> None:
    names = {"id", "number", "version", "kind", "title", "state", "state_since", "impact", "urgency", "priority"}
    names |= {"requester_id", "opened_by_id", "channel", "created_at", "updated_at"}
    required = {name for name, field in TicketView.model_fields.items() if field.is_required()}
    # A new required member would make every stored event unreadable.
    assert required == names


def test_of_many_unknown_members_the_first_are_reported_and_the_known_ones_are_read() -> None:
    class Rename(Command):
        name: str

    with pytest.raises(ValidationError) as raised:
        Rename.model_validate({**{f"x{number}": 1 for number in range(500)}, "name": 7})
    assert [error["loc"][0] for error in raised.value.errors()] == ["name", *(f"x{number}" for number in range(50))]
