"""The columns that sort the queue. A column shows what it sorts by, so that the order explains itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from fastapi import Request

from gateway.portal.kit.i18n import gettext, noop

Direction = Literal["ascending", "descending"]
# Field → the order of the first click on the head of its column.
FIELDS: Mapping[str, Direction] = {
    "priority": "ascending",
    "number": "descending",
    "created_at": "descending",
    "updated_at": "descending",
}
# A phone has no heads. It offers these orders in a menu.
ORDERS = {
    "-updated_at": noop("Last change"),
    "updated_at": noop("Longest without a change"),
    "-created_at": noop("Newest first"),
    "created_at": noop("Oldest first"),
    "priority": noop("Priority"),
}


@dataclass(frozen=True)
class Head:
    """`address` is that of the next click. `direction` is the present order, if this column sorts."""

    address: str
    direction: Direction | None


@dataclass(frozen=True)
class Order:
    name: str
    address: str
    chosen: bool


def parse_sort(asked: str | None, default: str) -> str:
    return asked if asked and asked.removeprefix("-") in FIELDS else default


def heads(request: Request, sort: str) -> dict[str, Head]:
    """Returns field → head."""
    return {field: _head(request, field, sort) for field in FIELDS}


def _head(request: Request, field: str, sort: str) -> Head:
    present: Direction = "descending" if sort.startswith("-") else "ascending"
    sorts = sort.removeprefix("-") == field
    follows = FIELDS[field] if not sorts else "ascending" if present == "descending" else "descending"
    return Head(_sorted(request, f"-{field}" if follows == "descending" else field), present if sorts else None)


def orders(request: Request, sort: str) -> list[Order]:
    return [Order(gettext(name), _sorted(request, value), value == sort) for value, name in ORDERS.items()]


def _sorted(request: Request, sort: str) -> str:
    """Returns the address of the first page in this order."""
    kept = [pair for pair in request.query_params.multi_items() if pair[0] not in ("sort", "page[after]")]
    return f"{request.url.path}?{urlencode([*kept, ('sort', sort)])}"
