"""Fields that somebody else changed while the viewer did."""

from dataclasses import dataclass
from typing import Any

from trackline_schemas.errors import ServiceError


@dataclass(frozen=True)
class Clash:
    """`theirs` and `mine` are the values as they are stored."""

    field: str
    theirs: Any
    mine: Any


def clashes_of(error: ServiceError) -> list[Clash]:
    fields = error.detail.get("fields", {})
    return [Clash(name, values.get("theirs"), values.get("mine")) for name, values in fields.items()]
