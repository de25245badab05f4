"""Checks that a filter uses fields of its collection and values of their types."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from trackline_schemas.base import Instant
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.fields import FilterType
from trackline_schemas.filters.tree import And, Condition, Filter, Not, Or
from trackline_schemas.plain_values import INSTANT
from trackline_schemas.text.normal_form import compose, decompose

_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)
_SURROGATE = re.compile("[\ud800-\udfff]")
# Name of a field → its type: see filter_types in trackline_schemas.fields.
Fields = Mapping[str, FilterType]

MAX_DEPTH = 8
MAX_CONDITIONS = 100
MAX_VALUES = 1000
# The stores may round larger numbers in different ways.
MAX_NUMBER = 2**53


def check_filter(filter: Filter | None, fields: Fields) -> Filter:
    """Returns the filter with its values converted to the types of the fields (dates are aware and in UTC). None
    becomes a filter that matches everything.

    Raises ServiceError invalid_filter for an unknown field, a value of another type, or a filter beyond the limits.
    """
    if filter is None:
        return And(all=[])
    if _count(filter) > MAX_CONDITIONS:
        raise refuse(reasons.filters.FILTER_TOO_MANY_CONDITIONS, most=MAX_CONDITIONS)
    return _check_node(filter, fields, 1)


def _check_node(node: Filter, fields: Fields, depth: int) -> Filter:
    if depth > MAX_DEPTH:
        raise refuse(reasons.filters.FILTER_TOO_DEEP, most=MAX_DEPTH)
    match node:
        case And():
            return And(all=[_check_node(child, fields, depth + 1) for child in node.all])
        case Or():
            return Or(any=[_check_node(child, fields, depth + 1) for child in node.any])
        case Not():
            return Not(filter=_check_node(node.filter, fields, depth + 1))
        case Condition():
            return _check_condition(node, fields)


def _check_condition(node: Condition, fields: Fields) -> Condition:
    kind = fields.get(node.field)
    if kind is None:
        raise refuse(reasons.filters.FILTER_FIELD_UNKNOWN, name=repr(node.field), fields=sorted(fields))
    if node.op == "is_set":
        value: Any = _check_value(node.field, "bool", node.value)
    elif node.op == "in":
        value = _check_values(node, kind)
    elif node.op == "eq" and len(known := _spellings(node.value)) > 1:
        return _check_condition(Condition(field=node.field, op="in", value=known), fields)
    elif node.op != "eq" and kind in ("keyword", "bool"):
        raise refuse(reasons.filters.FILTER_FIELD_WITHOUT_ORDER, field=node.field, operator=node.op)
    else:
        value = _check_value(node.field, kind, node.value)
    return Condition(field=node.field, op=node.op, value=value)


def _check_values(node: Condition, kind: FilterType) -> list[Any]:
    if not isinstance(node.value, list) or _count_values(node.value) > MAX_VALUES:
        raise refuse(reasons.filters.FILTER_TOO_MANY_VALUES, field=node.field, most=MAX_VALUES)
    values = [_check_value(node.field, kind, value) for value in node.value]
    return list(dict.fromkeys(form for value in values for form in _spellings(value)))


def _count_values(values: list[Any]) -> int:
    """Counts both normal forms of a text as one, because the check in another process may have added the second."""
    texts = {value for value in values if isinstance(value, str) and not value.isascii()}
    return len(values) - sum(text != compose(text) and compose(text) in texts for text in texts)


def _spellings(value: Any) -> list[Any]:
    """Returns the normal forms of a text. What an earlier release stored may be decomposed."""
    return list(dict.fromkeys((compose(value), decompose(value)))) if isinstance(value, str) else [value]


def _check_value(name: str, kind: FilterType, value: Any) -> Any:
    if kind == "bool" and isinstance(value, bool):
        return value
    if kind == "keyword" and isinstance(value, str) and is_text(value):
        return value
    if kind == "number" and isinstance(value, int | float) and not isinstance(value, bool) and _is_storable(value):
        return value
    if kind == "date":
        return _date(name, value)
    raise refuse(reasons.filters.FILTER_VALUE_OF_ANOTHER_TYPE, field=name, type=kind, value=repr(value))


def _date(name: str, value: Any) -> datetime:
    if isinstance(value, datetime) or (isinstance(value, str) and INSTANT.matches(value)):
        with suppress(ValueError):
            return _INSTANT.validate_python(value)
    raise refuse(reasons.filters.FILTER_VALUE_NOT_A_DATE, field=name, value=repr(value))


def is_text(value: str) -> bool:
    """Returns whether the stores can encode the text. JSON can contain half of a surrogate pair, which they cannot."""
    return value.isascii() or _SURROGATE.search(value) is None


def _is_storable(value: float) -> bool:
    return abs(value) <= MAX_NUMBER  # also false for NaN


def _count(node: Filter) -> int:
    match node:
        case And():
            return sum(map(_count, node.all))
        case Or():
            return sum(map(_count, node.any))
        case Not():
            return _count(node.filter)
        case _:
            return 1
