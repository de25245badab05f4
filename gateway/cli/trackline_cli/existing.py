"""Finds the tickets that were imported before, and compares a row with how its ticket was opened."""

import json
from collections.abc import Collection
from typing import Any

from trackline_cli.api import Api, Json
from trackline_cli.texts import visible

# A ticket keeps these from its import, so they cannot differ.
_IDENTITY = frozenset({"source", "external_ref", "channel"})


async def list_numbers(api: Api, source: str) -> dict[str, str]:
    """Returns external_ref, as `visible` shows it, → number of every ticket that was imported from the source
    before."""
    query = {"filter": json.dumps(_equals("source", source)), "sort": "created_at", "page[size]": 100}
    return {
        visible(ticket["external_ref"]): ticket["number"] async for ticket in api.list_all("/api/v1/tickets", query)
    }


async def find_number(api: Api, source: str, reference: str) -> str | None:
    """Returns None if there is no such ticket that the account may read."""
    both = {"and": [_equals("source", source), _equals("external_ref", reference)]}
    found = await api.get("/api/v1/tickets", {"filter": json.dumps(both)})
    return found["data"][0]["number"] if found["data"] else None


async def read_opening(api: Api, number: str) -> Json:
    """Returns the values that the ticket was opened with."""
    page = await api.get(f"/api/v1/tickets/{number}/events", {"page[size]": 1})
    opening = page["data"][0]
    opened = {name: after for name, (_, after) in opening["changes"].items()}
    return {**opened, "description": (opening["comment"] or {}).get("text")}


async def find_differences(api: Api, number: str, body: Json, categories: Collection[str]) -> list[str]:
    """Returns the fields whose values differ from those that the ticket was opened with. `categories` are the ids of
    all categories of the file: a ticket in another one is in a category that was renamed since."""
    opened = await read_opening(api, number)
    if opened.get("category_id") not in (None, *categories):
        opened["category_id"] = body.get("category_id")
    compared = {"category_id", *body} - _IDENTITY
    return sorted(name for name in compared if _seen(opened.get(name)) != _seen(body.get(name)))


def _seen(value: Any) -> Any:
    """The API strips texts and composes them, and a text that was cut may end with a space."""
    return visible(value) if isinstance(value, str) else value


def _equals(field: str, value: str) -> Json:
    return {"field": field, "op": "eq", "value": value}
