"""Compiles a checked filter to a MongoDB query. `paths` maps fields that the collection stores at another path."""

from collections.abc import Mapping
from typing import Any

from trackline_schemas.filters.tree import And, Condition, Filter, Not, Or

_NOTHING: dict[str, Any] = {"$nor": [{}]}
_SAME: Mapping[str, str] = {}


def to_mongo(node: Filter, paths: Mapping[str, str] = _SAME) -> dict[str, Any]:
    match node:
        case And():
            return {"$and": [to_mongo(child, paths) for child in node.all]} if node.all else {}
        case Or():
            return _either([to_mongo(child, paths) for child in node.any])
        case Not():
            # Unlike $nor, $ne would match every document without the field.
            return {"$nor": [to_mongo(node.filter, paths)]}
        case Condition():
            return _condition(node, paths.get(node.field, node.field))


def _either(branches: list[dict[str, Any]]) -> dict[str, Any]:
    # A branch that matches nothing would prevent the use of indexes for the others.
    possible = [branch for branch in branches if branch != _NOTHING]
    return {"$or": possible} if len(possible) > 1 else next(iter(possible), _NOTHING)


def _condition(node: Condition, path: str) -> dict[str, Any]:
    if node.op == "is_set":
        # $exists is needed because $nin also matches missing fields.
        present: dict[str, Any] = {path: {"$exists": True, "$nin": [None, []]}}
        return present if node.value else {"$nor": [present]}
    return {path: {f"${node.op}": node.value}}
