import json
from typing import Any

import pytest

from trackline_schemas.errors import ServiceError
from trackline_schemas.filters import TICKET_FIELDS, And, Condition, Filter, from_query


def read(*pairs: tuple[str, str]) -> list[Filter]:
    node = from_query(pairs, TICKET_FIELDS, "u7")
    assert isinstance(node, And)
    return node.all


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("filter[state]", "open,new", ("state", "in", ["open", "new"])),
        ("filter[state][eq]", "open,new", ("state", "eq", "open,new")),
        ("filter[priority]", "1,2", ("priority", "in", [1, 2])),
        ("filter[priority][lte]", "2.5", ("priority", "lte", 2.5)),
        ("filter[priority][gt]", "-1", ("priority", "gt", -1)),
        ("filter[team_id][is_set]", "false", ("team_id", "is_set", False)),
        ("filter[priority][is_set]", "true", ("priority", "is_set", True)),
        ("filter[assignee_id]", "me,u9", ("assignee_id", "in", ["u7", "u9"])),
        ("filter[requester_id][eq]", "me", ("requester_id", "eq", "u7")),
        ("filter[tags]", "me", ("tags", "in", ["me"])),
    ],
)
def test_a_parameter_is_a_condition(name: str, value: str, expected: tuple[str, Any, Any]) -> None:
    field, op, typed = expected
    assert read((name, value)) == [Condition(field=field, op=op, value=typed)]


def test_parameters_hold_together_and_others_are_left_alone() -> None:
    tree = {"not": {"field": "state", "op": "eq", "value": "closed"}}
    found = read(("sort", "-updated_at"), ("filter[priority]", "1"), ("filter", json.dumps(tree)), ("filters[x]", "y"))
    assert [type(node).__name__ for node in found] == ["Condition", "Not"]
    assert read() == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("filter[state", "open"),
        ("filter[]", "open"),
        ("filter[state][eq][x]", "open"),
        ("filter[state][$ne]", "open"),
        ("filter[state][like]", "open"),
        ("filter[nonsense]", "open"),
        ("filter[priority]", "high"),
        ("filter[priority]", "1,"),
        ("filter[priority][lt]", "1e999"),
        ("filter[priority][lte]", "9" * 4301),
        ("filter[priority][lte]", "-1." + "9" * 4301),
        ("filter[created_at][gt]", "soon"),
        ("filter[team_id][is_set]", "maybe"),
        ("filter", "state=open"),
        ("filter", "null"),
        ("filter", '{"field": "state", "op": "eq", "value": "open", "extra": 1}'),
        ("filter", '{"field": "state", "op": "eq", "value": "\\ud800"}'),
        ("filter", '{"not":' * 5000 + "{}" + "}" * 5000),
        ("filter", "[" * 100_000),
    ],
)
def test_garbage_is_an_invalid_filter(name: str, value: str) -> None:
    with pytest.raises(ServiceError) as refused:
        read((name, value))
    assert refused.value.code == "invalid_filter"
    assert refused.value.message.endswith(".")
