"""Compiles a checked filter to an aggregation expression, which MongoDB can answer from an index alone."""

from typing import Any

from trackline_schemas.filters import And, Condition, Filter, Not, Or
from trackline_schemas.ticket.fields import LISTS

_COMPARED = ("lt", "lte", "gt", "gte")


def to_expression(node: Filter) -> dict[str, Any]:
    match node:
        case And():
            return {"$and": [to_expression(child) for child in node.all]}
        case Or():
            return {"$or": [to_expression(child) for child in node.any]}
        case Not():
            return {"$not": [to_expression(node.filter)]}
        case Condition():
            return _of_list(node) if node.field in LISTS else _of_scalar(node)


def _of_scalar(node: Condition) -> dict[str, Any]:
    path, wanted = f"${node.field}", {"$literal": node.value}
    if node.op == "is_set":
        return {"$gt" if node.value else "$lte": [path, None]}
    if node.op in _COMPARED:
        # In the order of BSON a missing value is less than any other.
        return {"$and": [{"$gt": [path, None]}, {f"${node.op}": [path, wanted]}]}
    return {f"${node.op}": [path, wanted]}


def _of_list(node: Condition) -> dict[str, Any]:
    values = {"$ifNull": [f"${node.field}", []]}
    if node.op == "is_set":
        return {"$ne" if node.value else "$eq": [values, []]}
    wanted = node.value if node.op == "in" else [node.value]
    return {"$ne": [{"$setIntersection": [values, {"$literal": wanted}]}, []]}
