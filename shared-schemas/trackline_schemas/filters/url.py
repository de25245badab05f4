"""Parses filters in a URL: filter[state]=open,new, filter[priority][lte]=2, filter[assignee_id]=me, or
filter=<JSON>."""

import re
from collections.abc import Iterable
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from trackline_schemas.errors import reasons, refuse
from trackline_schemas.fields import FilterType
from trackline_schemas.filters.fields import MAX_NUMBER, Fields, check_filter
from trackline_schemas.filters.tree import And, Condition, Filter, Op
from trackline_schemas.plain_values import BOOLEAN, NUMBER

_PARAMETER = re.compile(r"filter\[(\w+)\](?:\[(\w+)\])?")
_TREE: TypeAdapter[Filter] = TypeAdapter(Filter)
# Python refuses to read thousands of digits.
_LONGEST_NUMBER = len(str(-MAX_NUMBER))
_EXAMPLE = '{"field": "state", "op": "in", "value": ["open"]}'


def from_query(pairs: Iterable[tuple[str, str]], fields: Fields, me: str) -> Filter:
    """Returns a filter that requires all parameters together. `me` replaces the word me in fields with the id of a
    person.

    Ignores parameters whose name does not begin with "filter". Raises ServiceError invalid_filter.
    """
    return check_filter(
        And(all=[node for name, value in pairs for node in _parse_parameter(name, value, fields, me)]), fields
    )


def _parse_parameter(name: str, value: str, fields: Fields, me: str) -> list[Filter]:
    if name == "filter":
        return [_parse_tree(value)]
    if not name.startswith("filter["):
        return []
    parameter = _PARAMETER.fullmatch(name)
    if parameter is None:
        raise refuse(reasons.filters.FILTER_PARAMETER_NOT_VALID, name=name)
    field, op = parameter[1], parameter[2] or "in"
    return [_condition(field, op, value, fields.get(field, "keyword"), me)]


def _parse_tree(value: str) -> Filter:
    try:
        return _TREE.validate_json(value)
    except (ValidationError, RecursionError):
        raise refuse(reasons.filters.FILTER_NOT_A_TREE, example=_EXAMPLE) from None


def _condition(field: str, op: str, text: str, kind: FilterType, me: str) -> Filter:
    raw = text.split(",") if op == "in" else [text]
    kind = "bool" if op == "is_set" else kind
    values = [me if part == "me" and field.endswith("_id") else _parse_scalar(part, kind) for part in raw]
    try:
        return Condition.model_validate({"field": field, "op": op, "value": values if op == "in" else values[0]})
    except ValidationError:
        raise refuse(reasons.filters.FILTER_OPERATOR_UNKNOWN, operator=op, operators=get_args(Op)) from None


def _parse_scalar(part: str, kind: FilterType) -> Any:
    """Returns the text itself if it has another form, which the check of the value refuses."""
    if kind == "number" and len(part) <= _LONGEST_NUMBER and NUMBER.matches(part):
        return int(part)
    if kind == "bool" and BOOLEAN.matches(part):
        return part == "true"
    return part
