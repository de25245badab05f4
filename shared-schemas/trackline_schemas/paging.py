"""Pages by opaque cursor over (sort key, id): stable while rows come and go."""

import base64
import json
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import Field

from trackline_schemas.base import Command, View, to_instant
from trackline_schemas.errors import ServiceError, reasons, refuse
from trackline_schemas.filters.fields import MAX_NUMBER, is_text
from trackline_schemas.filters.tree import Filter

T = TypeVar("T")
MAX_PAGE = 100


class Page(View, Generic[T]):
    """`after` is the cursor of the next page, null on the last one."""

    items: list[T]
    after: str | None = None


class PageQuery(Command):
    """`sort` names a field, with a leading minus for descending."""

    filter: Filter | None = None
    sort: str = "-updated_at"
    size: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 25
    after: str | None = None


def encode_cursor(*parts: Any) -> str:
    """Encodes scalars and datetimes."""
    return base64.urlsafe_b64encode(json.dumps(parts, default=datetime.isoformat).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, length: int) -> list[Any]:
    """Raises ServiceError invalid_cursor for anything that encode_cursor did not make with `length` parts."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if isinstance(parts, list) and len(parts) == length and all(map(_is_key, parts)):
            return parts
    except (ValueError, RecursionError):
        pass
    raise invalid_cursor()


def decode_instant(part: Any) -> datetime:
    """A part of a cursor that was an instant. Raises ServiceError invalid_cursor."""
    try:
        return to_instant(datetime.fromisoformat(part))
    except (TypeError, ValueError):
        raise invalid_cursor() from None


def invalid_cursor() -> ServiceError:
    return refuse(reasons.requests.CURSOR_NOT_OF_THIS_LIST)


def _is_key(part: Any) -> bool:
    """Anything else than a storable scalar would mean an operator to a store, or fail there."""
    if isinstance(part, int | float):
        return abs(part) <= MAX_NUMBER
    return part is None or (isinstance(part, str) and is_text(part))
