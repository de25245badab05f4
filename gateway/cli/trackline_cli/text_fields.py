"""The text fields of a ticket, as the Trackline that a file goes to knows them: this package knows it by HTTP only."""

from collections.abc import Mapping
from typing import Any

from trackline_cli.access import Account, signed_in

# The import fills these in its own way.
_HANDLED = frozenset({"title", "description", "source", "external_ref"})

# Name → the longest value that the field takes, in characters.
TextFields = Mapping[str, int]


async def text_fields(url: str) -> TextFields:
    """The optional fields of a new ticket that take any short text. Raises Unreachable."""
    async with signed_in(Account(url, None, None, None)) as api:
        document = await api.get("/openapi.json")
    fields: Mapping[str, Any] = document["components"]["schemas"]["CreateTicket"]["properties"]
    named = {name: _longest(schema) for name, schema in fields.items() if not name.endswith("_id")}
    return {name: longest for name, longest in named.items() if longest and name not in _HANDLED}


def _longest(schema: Mapping[str, Any]) -> int:
    texts = [one for one in schema.get("anyOf", [schema]) if one.get("type") == "string" and "enum" not in one]
    return int(texts[0].get("maxLength", 0)) if texts else 0
