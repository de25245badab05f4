"""Parses the query parameters `filter[…]` and `filter`, and describes them in the OpenAPI document."""

from contextlib import suppress
from typing import Any

from fastapi import Request

from gateway.kit import characters
from gateway.kit.members import check_members
from trackline_schemas.filters import Filter, from_query
from trackline_schemas.filters.fields import Fields


def parse_filter(request: Request, fields: Fields, me: str) -> Filter | None:
    """Returns None if the request names no filter. `me` is the id that the value `me` stands for."""
    pairs = [pair for pair in request.query_params.multi_items() if pair[0].startswith("filter")]
    for name, value in pairs:
        characters.decode_json(value.encode())
        if name == "filter":
            _check_tree(value)
    return from_query(pairs, fields, me) if pairs else None


def _check_tree(value: str) -> None:
    # `from_query` refuses a tree that is nested too deep.
    with suppress(RecursionError):
        check_members(value)


def filter_parameters(fields: Fields) -> dict[str, Any]:
    """Returns the filter parameters for the OpenAPI document. FastAPI does not know them, because `parse_filter` reads
    the whole query."""
    tree = {
        "name": "filter",
        "in": "query",
        "description": 'A tree such as {"or": [{"field": "priority", "op": "lte", "value": 2}, …]}. See docs/api.md.',
        "schema": {"type": "string"},
    }
    return {"parameters": [tree, *(_parameter(name, kind) for name, kind in fields.items())]}


def _parameter(name: str, kind: str) -> dict[str, Any]:
    return {
        "name": f"filter[{name}]",
        "in": "query",
        "description": f"One or more values ({kind}), separated by commas. Also filter[{name}][op].",
        "schema": {"type": "string"},
    }
