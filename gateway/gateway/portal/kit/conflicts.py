"""Fields that somebody else changed while the viewer changed them."""

from dataclasses import dataclass
from typing import Any

from trackline_schemas.errors import ServiceError


@dataclass(frozen=True)
class Conflict:
    """`theirs` and `mine` are the values as they are stored."""

    field: str
    theirs: Any
    mine: Any


def find_conflicts(error: ServiceError) -> list[Conflict]:
    fields = error.detail.get("fields", {})
    return [Conflict(name, values.get("theirs"), values.get("mine")) for name, values in fields.items()]
