"""Compiles a checked filter to an Elasticsearch query. Keyword fields must be mapped as keyword, and dates as date."""

from datetime import datetime
from typing import Any

from trackline_schemas.filters.tree import And, Condition, Filter, Not, Or


def to_elastic(node: Filter) -> dict[str, Any]:
    match node:
        case And():
            return {"bool": {"filter": [to_elastic(child) for child in node.all]}} if node.all else {"match_all": {}}
        case Or():
            if not node.any:
                return {"match_none": {}}
            return {"bool": {"should": [to_elastic(child) for child in node.any], "minimum_should_match": 1}}
        case Not():
            return {"bool": {"must_not": [to_elastic(node.filter)]}}
        case Condition():
            return _condition(node)


def _condition(node: Condition) -> dict[str, Any]:
    if node.op == "is_set":
        present = {"exists": {"field": node.field}}
        return present if node.value else {"bool": {"must_not": [present]}}
    if node.op == "in":
        return {"terms": {node.field: [_scalar(value) for value in node.value]}}
    if node.op == "eq":
        return {"term": {node.field: _scalar(node.value)}}
    return {"range": {node.field: {node.op: _scalar(node.value)}}}


def _scalar(value: Any) -> Any:
    # Elasticsearch takes a date without milliseconds for the whole second.
    return value.isoformat(timespec="milliseconds") if isinstance(value, datetime) else value
