"""The tables of fields, states and kinds agree with the types and models that repeat them."""

from typing import Annotated, Any, get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from trackline_schemas import articles
from trackline_schemas.article_fields import ARTICLE, VISIBILITIES
from trackline_schemas.article_fields import STATES as ARTICLE_STATES
from trackline_schemas.base import View
from trackline_schemas.errors import ServiceError
from trackline_schemas.fields import Field, filter_types, labels, searchable_keywords
from trackline_schemas.filters import Condition, check_filter
from trackline_schemas.ticket import types
from trackline_schemas.ticket.commands import CreateTicket, TicketChanges
from trackline_schemas.ticket.fields import (
    CHANNELS,
    CREATABLE,
    EDITABLE,
    GROUPS,
    RESOLUTIONS,
    STAFF_FIELDS,
    TICKET,
    TICKET_FIELDS,
    TRACKED,
    WITH_STATE,
)
from trackline_schemas.ticket.kinds import KINDS, PREFIXES, Kind, OpenKind
from trackline_schemas.ticket.states import ACTIVE, DONE, FINAL, STATES, TRANSITIONS, State
from trackline_schemas.ticket.types import limits
from trackline_schemas.ticket.views import TicketView

# Of each type a value, and one of another type.
SAMPLES: dict[str, tuple[object, object]] = {
    "keyword": ("word", 7),
    "keywords": (["word"], "word"),
    "text": ("some words", 7),
    "number": (1, "one"),
    "date": ("2026-03-02T09:00:00Z", "yesterday"),
}
PYTHON = {"keyword": str, "number": int}


def members(model: Any) -> set[str]:
    return set(model.model_fields)


def accepts(model: Any, name: str, value: object) -> bool:
    try:
        model.__pydantic_validator__.validate_assignment(model.model_construct(), name, value)
    except ValidationError:
        return False
    return True


def test_a_view_has_exactly_the_fields() -> None:
    assert members(TicketView) == TICKET.keys()


def test_the_commands_name_what_their_callers_may_set() -> None:
    assert members(CreateTicket) == {*CREATABLE, "description", "description_format", "attachments"}
    assert members(TicketChanges) == set(EDITABLE)


@pytest.mark.parametrize("name", TICKET)
def test_a_view_has_the_type_of_the_field(name: str) -> None:
    field = TICKET[name]
    good, bad = SAMPLES[field.type]
    assert accepts(TicketView, name, next(iter(field.vocabulary), good))
    assert not accepts(TicketView, name, bad)


@pytest.mark.parametrize("name", [name for name, field in TICKET.items() if field.may_be_empty])
def test_what_may_be_empty_is_empty_unless_it_is_given(name: str) -> None:
    assert TicketView.model_fields[name].default is None


@pytest.mark.parametrize("name", [name for name in EDITABLE if TICKET[name].max_length])
def test_the_commands_keep_to_the_longest(name: str) -> None:
    longest = "x" * (TICKET[name].max_length or 0)
    as_given = (lambda text: [text]) if TICKET[name].type == "keywords" else str
    for model in (CreateTicket, TicketChanges):
        if name in model.model_fields:
            assert accepts(model, name, as_given(longest))
            assert not accepts(model, name, as_given(f"{longest}x"))
            assert not accepts(model, name, as_given(""))


@pytest.mark.parametrize("name", [name for name in EDITABLE if TICKET[name].vocabulary and name != "kind"])
def test_the_commands_keep_to_the_vocabulary(name: str) -> None:
    for value in TICKET[name].vocabulary:
        assert accepts(TicketChanges, name, value)
    for value in ("no such word", 0, 99):
        assert not accepts(TicketChanges, name, value)


def test_written_out_types_are_those_of_the_tables() -> None:
    assert get_args(State) == tuple(STATES)
    assert get_args(Kind) == tuple(KINDS)
    assert get_args(OpenKind) == tuple(PREFIXES)
    assert get_args(types.Channel) == tuple(CHANNELS)
    assert get_args(types.ResolutionCode) == tuple(RESOLUTIONS)
    assert get_args(articles.ArticleState) == tuple(ARTICLE_STATES)
    assert get_args(articles.ArticleVisibility) == tuple(VISIBILITIES)
    assert members(articles.ArticleView) >= ARTICLE.keys()


def test_states_that_follow_are_states_and_a_state_does_not_follow_itself() -> None:
    assert {after for following in TRANSITIONS.values() for after in following} <= STATES.keys()
    assert not [name for name, following in TRANSITIONS.items() if name in following]
    assert {"new", "open", "pending", "on_hold"} == ACTIVE
    assert {"resolved", "closed"} == DONE
    assert {"closed", "cancelled"} == FINAL


def test_what_follows_from_the_table() -> None:
    """What used to be lists of their own. A new field changes some of these: then this is where it is seen."""
    assert {"priority_reason", "tags"} == STAFF_FIELDS
    assert {
        *("team_id", "assignee_id", "category_id", "resolution_code", "resolution", "priority_reason"),
        "location",
    } == {name for name, field in TICKET.items() if field.may_be_empty}
    assert set(TRACKED) - set(EDITABLE) == {"close_reason"}
    assert {"state", "resolution_code", "resolution"} == WITH_STATE
    assert TICKET.keys() - TICKET_FIELDS.keys() == {"title", "priority_reason", "resolution", "excerpt"}
    assert set(GROUPS) == {"priority", "category_id", "team_id", "assignee_id", "channel", "kind", "state", "location"}
    assert set(EDITABLE) <= labels(TICKET).keys()


def of_an_installation() -> dict[str, Field]:
    """As a field that somebody has defined in the settings will be."""
    building = Field(type="keyword", label="Building", searchable=True, max_length=10, may_be_empty=True)
    floor = Field(type="number", vocabulary={1: "Ground", 2: "First"})
    return {**TICKET, "building": building, "floor": floor}


def test_a_field_made_at_run_time_can_be_filtered_by() -> None:
    fields = filter_types(of_an_installation())
    assert fields["building"] == "keyword"
    check_filter(Condition(field="building", op="in", value=["B7"]), fields)
    check_filter(Condition(field="floor", op="gte", value=2), fields)
    with pytest.raises(ServiceError, match="floor takes a number"):
        check_filter(Condition(field="floor", op="eq", value="two"), fields)
    with pytest.raises(ServiceError, match="no field 'building'"):
        check_filter(Condition(field="building", op="eq", value="B7"), TICKET_FIELDS)


def test_a_field_made_at_run_time_is_searched_for() -> None:
    assert set(searchable_keywords(of_an_installation())) - set(searchable_keywords(TICKET)) == {"building"}


@pytest.mark.parametrize(
    ("name", "good", "bad"), [("building", ["B7", "x" * 10], ["", "x" * 11, 7]), ("floor", [1, 2], [0, 3, "one"])]
)
def test_a_value_of_a_field_made_at_run_time_is_checked(name: str, good: list[Any], bad: list[Any]) -> None:
    field = of_an_installation()[name]
    annotation: Any = Annotated[PYTHON[field.type], limits(field)]
    values: TypeAdapter[Any] = TypeAdapter(annotation)
    assert [values.validate_python(value) for value in good] == good
    for value in bad:
        with pytest.raises(ValidationError):
            values.validate_python(value)


@pytest.mark.parametrize(
    "attributes", [{"type": "text", "groupable": True}, {"type": "keyword", "searchable": True, "staff_only": True}]
)
def test_a_field_that_no_store_can_serve_is_refused(attributes: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        Field(**attributes)


def test_a_view_of_an_earlier_version_still_reads() -> None:
    """Whatever is not there was not known when it was written."""
    optional = {name for name, field in TicketView.model_fields.items() if not field.is_required()}
    required = {name: TicketView.model_fields[name] for name in TicketView.model_fields.keys() - optional}
    assert required.keys() <= {
        *("id number version kind title state state_since impact urgency priority requester_id opened_by_id".split()),
        *("channel created_at updated_at".split()),
    }
    assert issubclass(TicketView, View)
