"""Applies a checked filter to a document in memory: the `model_dump()` of a view, or its JSON form."""

import operator
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from trackline_schemas.filters.tree import And, Condition, Filter, Not, Or

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "in": lambda value, wanted: value in wanted,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}


def matches(node: Filter, document: Mapping[str, Any]) -> bool:
    match node:
        case And():
            return all(matches(child, document) for child in node.all)
        case Or():
            return any(matches(child, document) for child in node.any)
        case Not():
            return not matches(node.filter, document)
        case Condition():
            return _condition(node, document.get(node.field))


def _condition(node: Condition, stored: Any) -> bool:
    values = stored if isinstance(stored, list) else [stored]
    present = [value for value in values if value is not None]
    if node.op == "is_set":
        return bool(present) is bool(node.value)
    return any(_COMPARE[node.op](_like(value, node.value), node.value) for value in present)


def _like(value: Any, wanted: Any) -> Any:
    """Converts a date for the comparison: it is a string in a JSON document, and may be naive if MongoDB's driver read
    it."""
    sample = wanted[0] if isinstance(wanted, list) and wanted else wanted
    if not isinstance(sample, datetime):
        return value
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
