"""A checked filter as a MongoDB query document. Field names are the paths in the collection."""

from typing import Any

from trackline_schemas.filters.tree import And, Condition, Filter, Not, Or

_NOTHING: dict[str, Any] = {"$nor": [{}]}


def to_mongo(node: Filter) -> dict[str, Any]:
    match node:
        case And():
            return {"$and": [to_mongo(child) for child in node.all]} if node.all else {}
        case Or():
            return {"$or": [to_mongo(child) for child in node.any]} if node.any else _NOTHING
        case Not():
            # $nor, not $ne: $ne would also match documents without the field, and nothing else here does.
            return {"$nor": [to_mongo(node.filter)]}
        case Condition():
            return _condition(node)


def _condition(node: Condition) -> dict[str, Any]:
    if node.op == "is_set":
        # $nin matches missing fields too, hence $exists.
        present: dict[str, Any] = {node.field: {"$exists": True, "$nin": [None, []]}}
        return present if node.value else {"$nor": [present]}
    return {node.field: {f"${node.op}": node.value}}
