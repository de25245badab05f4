"""Pages with opaque cursors over (sort key, id), which stay valid while rows are added and removed."""

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
    """`after` is the cursor of the next page, or null on the last page."""

    items: list[T]
    after: str | None = None


class PageQuery(Command):
    """`sort` is the name of a field, with a leading minus for descending order."""

    filter: Filter | None = None
    sort: str = "-updated_at"
    size: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 25
    after: str | None = None


def encode_cursor(*parts: Any) -> str:
    """Encodes scalars and datetimes."""
    return base64.urlsafe_b64encode(json.dumps(parts, default=datetime.isoformat).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, length: int) -> list[Any]:
    """Raises ServiceError invalid_cursor unless encode_cursor made the cursor from `length` parts."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if isinstance(parts, list) and len(parts) == length and all(map(_is_key, parts)):
            return parts
    except (ValueError, RecursionError):
        pass
    raise invalid_cursor()


def decode_instant(part: Any) -> datetime:
    """Returns the datetime that a part of a cursor stands for. Raises ServiceError invalid_cursor."""
    try:
        return to_instant(datetime.fromisoformat(part))
    except (TypeError, ValueError):
        raise invalid_cursor() from None


def invalid_cursor() -> ServiceError:
    return refuse(reasons.requests.CURSOR_NOT_OF_THIS_LIST)


def _is_key(part: Any) -> bool:
    """Returns whether the part is a scalar that stores can hold. A store would take anything else for an operator, or
    fail."""
    if isinstance(part, int | float):
        return abs(part) <= MAX_NUMBER
    return part is None or (isinstance(part, str) and is_text(part))
