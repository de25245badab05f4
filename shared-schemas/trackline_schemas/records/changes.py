"""The history of records (who changed what, and when), and the records that use a record."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from trackline_schemas.base import Command, Instant, View
from trackline_schemas.paging import MAX_PAGE, decode_cursor, decode_instant, encode_cursor


class RecordChange(View):
    """`version` is the version after the change, and `created` says that the change created the record. `changes` is
    field → [before, after], in which before is null if the record was created. Secrets are never included. If the
    reader of the change may not read the record, `hidden` is true, `name` is empty, and `changes` has no fields."""

    id: str
    kind: str
    record_id: str
    name: str
    version: int
    at: Instant
    actor_id: str
    changes: dict[str, tuple[Any, Any]]
    created: bool = False
    hidden: bool = False

    @property
    def cursor(self) -> str:
        return encode_cursor(self.at, self.id)

    @property
    def before(self) -> dict[str, Any]:
        return {name: pair[0] for name, pair in self.changes.items()}


class ChangesQuery(Command):
    """Asks for changes with since ≤ time < until, newest first."""

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
        """The (time, id) of the last change of the page before. Raises ServiceError invalid_cursor."""
        if self.after is None:
            return None
        at, id_ = decode_cursor(self.after, 2)
        return decode_instant(at), str(id_)


class RecordUse(View):
    """A record that refers to another record in its `field`."""

    kind: str
    id: str
    name: str
    field: str
