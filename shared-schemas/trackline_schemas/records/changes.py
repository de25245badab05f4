"""What is told of records besides themselves: who changed what and when, and what uses them."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from trackline_schemas.base import Command, Instant, View
from trackline_schemas.paging import MAX_PAGE, decode_cursor, decode_instant, encode_cursor


class RecordChange(View):
    """`version` is the one that the change led to. `changes` is field → [before, after]; before is null where the
    record was made. Secrets are never among them."""

    id: str
    kind: str
    record_id: str
    name: str
    version: int
    at: Instant
    actor_id: str
    changes: dict[str, tuple[Any, Any]]

    @property
    def cursor(self) -> str:
        return encode_cursor(self.at, self.id)

    @property
    def before(self) -> dict[str, Any]:
        return {name: pair[0] for name, pair in self.changes.items()}


class ChangesQuery(Command):
    """Newest first. `since` is included, `until` is not."""

    ids: list[str] | None = None
    kinds: list[str] | None = None
    record_id: str | None = None
    actor_id: str | None = None
    since: Instant | None = None
    until: Instant | None = None
    size: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 25
    after: str | None = None

    @property
    def position(self) -> tuple[datetime, str] | None:
        """Raises ServiceError invalid_cursor."""
        if self.after is None:
            return None
        at, id_ = decode_cursor(self.after, 2)
        return decode_instant(at), str(id_)


class RecordUse(View):
    """A record that names another one in its `field`."""

    kind: str
    id: str
    name: str
    field: str
