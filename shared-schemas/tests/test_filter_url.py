import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trackline_schemas.errors import ServiceError
from trackline_schemas.filters import ARTICLE_FIELDS, TICKET_FIELDS, And, Condition, Filter, check_filter, from_query
from trackline_schemas.filters.fields import MAX_NUMBER
from trackline_schemas.filters.tree import Op
from trackline_schemas.records.registry import KINDS
from trackline_testing.amounts import amount

EXAMPLES = settings(max_examples=amount("EXAMPLES", short=60, long=2_000))


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
        ("filter[priority][lte]", "25", ("priority", "lte", 25)),
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
        ("filter[state]\n", "open"),
        ("filter[priority][lte]\n", "2"),
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


ALL_FIELDS = {
    name: kind
    for fields in (TICKET_FIELDS, ARTICLE_FIELDS, *(one.filters for one in KINDS.values()))
    for name, kind in fields.items()
}
PLACES = [
    (field, op, kind)
    for field, kind in ALL_FIELDS.items()
    for op in get_args(Op)
    if kind in ("number", "date") or op == "is_set" or (kind == "bool" and op in ("eq", "in"))
]
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
# Every type → what other readers would take for the same value.
LAX: Mapping[str, list[Callable[[Any], str]]] = {
    "number": [
        "{}.0".format, "+{}".format, " {}".format, "{} ".format, "{}\n".format, "{}e0".format, "{}.".format, hex,
        lambda value: f"0{value}", lambda value: f"-0{abs(value)}", lambda value: f"{abs(value) + 1_000:_}",
        lambda value: str(value).translate(FULL_WIDTH), lambda value: str(value).translate(ARABIC), "#{}".format,
    ],
    "bool": [
        lambda value: str(value).upper(), str, lambda value: str(int(value)), lambda value: "yes" if value else "no",
        lambda value: f" {value}".lower(), lambda value: f"{value}\n".lower(), lambda value: str(value).lower()[0],
    ],
    "date": [
        lambda value: value.strftime("%Y%m%d"), lambda value: value.strftime("%G-W%V-%u"),
        lambda value: value.strftime("%Y-%m-%d_%H:%M:%SZ"), lambda value: value.strftime("%Y-%m-%dT%H%M%SZ"),
        lambda value: value.strftime("%d.%m.%Y"), lambda value: value.strftime("%Y-%m"),
        lambda value: str(value.timestamp()), lambda value: str(int(value.timestamp())),
        lambda value: value.isoformat().translate(FULL_WIDTH), lambda value: f" {value.isoformat()}",
        lambda value: f"{value.isoformat()}\n", lambda value: value.isoformat().replace("T", "😀"),
    ],
}  # fmt: skip
VALUES = {
    "number": st.integers(-MAX_NUMBER, MAX_NUMBER),
    "bool": st.booleans(),
    "date": st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC)).map(
        lambda value: value.replace(microsecond=0)
    ),
}
PLAIN: Mapping[str, Callable[[Any], str]] = {
    "number": str,
    "bool": lambda value: str(value).lower(),
    "date": lambda value: value.isoformat().replace("+00:00", "Z"),
}


@pytest.mark.parametrize(("field", "op", "kind"), PLACES)
@given(st.data())
@EXAMPLES
def test_a_value_has_one_form_and_each_other_is_refused(field: str, op: str, kind: str, data: st.DataObject) -> None:
    kind = "bool" if op == "is_set" else kind
    value = data.draw(VALUES[kind])
    name, text = f"filter[{field}][{op}]", PLAIN[kind](value)
    node = from_query([(name, text)], ALL_FIELDS, "u7")
    assert node == And(all=[Condition(field=field, op=op, value=[value] if op == "in" else value)])
    for write in LAX[kind]:
        with pytest.raises(ServiceError) as refused:
            from_query([(name, write(value))], ALL_FIELDS, "u7")
        assert refused.value.code == "invalid_filter", write(value)


@pytest.mark.parametrize("op", ["eq", "in", "lt", "gte"])
@given(value=VALUES["date"])
@EXAMPLES
def test_so_has_an_instant_in_a_tree(op: str, value: datetime) -> None:
    for given_value in (int(value.timestamp()), *(write(value) for write in LAX["date"])):
        condition = Condition(field="created_at", op=op, value=[given_value] if op == "in" else given_value)
        with pytest.raises(ServiceError) as refused:
            check_filter(condition, TICKET_FIELDS)
        assert refused.value.reason == "filter_value_not_a_date"
