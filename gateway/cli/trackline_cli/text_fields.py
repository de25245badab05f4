"""Reads from the OpenAPI document which text fields a ticket has in the Trackline that a file is imported into."""

from collections.abc import Mapping
from typing import Any

from trackline_cli.access import Account, open_api

# The import handles these fields itself, apart from the resolution, which would resolve the ticket at once.
_HANDLED = frozenset({"title", "description", "source", "external_ref", "resolution"})

# Name → the longest value that the field takes, in characters.
TextFields = Mapping[str, int]


async def fetch_text_fields(url: str) -> TextFields:
    """Returns the optional fields of a new ticket that take any short text. Raises Unreachable."""
    async with open_api(Account(url, None, None, None)) as api:
        document = await api.get("/openapi.json")
    fields: Mapping[str, Any] = document["components"]["schemas"]["CreateTicket"]["properties"]
    limits = {name: _max_length(schema) for name, schema in fields.items() if not name.endswith("_id")}
    return {name: limit for name, limit in limits.items() if limit and name not in _HANDLED}


def _max_length(schema: Mapping[str, Any]) -> int:
    """Returns 0 for a field that does not take any text."""
    texts = [one for one in schema.get("anyOf", [schema]) if one.get("type") == "string" and "enum" not in one]
    return int(texts[0].get("maxLength", 0)) if texts else 0
