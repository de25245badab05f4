"""filter[…] and filter= of a request's query."""

from typing import Any

from fastapi import Request

from trackline_schemas.filters import Filter, from_query
from trackline_schemas.filters.fields import Fields


def filter_of(request: Request, fields: Fields, me: str) -> Filter | None:
    """None when the request names no filter."""
    pairs = [pair for pair in request.query_params.multi_items() if pair[0].startswith("filter")]
    return from_query(pairs, fields, me) if pairs else None


def described(fields: Fields) -> dict[str, Any]:
    """The filter parameters for the OpenAPI document: they are read from the query as a whole."""
    tree = {
        "name": "filter",
        "in": "query",
        "description": 'A tree such as {"or": [{"field": "priority", "op": "lte", "value": 2}, …]}. See docs/api.md.',
        "schema": {"type": "string"},
    }
    return {"parameters": [tree, *(_described(name, kind) for name, kind in fields.items())]}


def _described(name: str, kind: str) -> dict[str, Any]:
    return {
        "name": f"filter[{name}]",
        "in": "query",
        "description": f"One or more values ({kind}), separated by commas. Also filter[{name}][op].",
        "schema": {"type": "string"},
    }
