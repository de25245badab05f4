"""How the security log is asked and read."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from gateway.people.domain.security_log import Happened, Outcome
from trackline_schemas.base import Command, Instant, View
from trackline_schemas.paging import MAX_PAGE, decode_cursor, decode_instant

Id = Annotated[str, Field(max_length=64)]


class SecurityLogQuery(Command):
    """Asks for entries with since ≤ time < until, newest first. `user_id` is the person whom they are about.
    `person_ids` are people who acted, or whom they are about."""

    event: Happened | None = None
    outcome: Outcome | None = None
    actor_id: Id | None = None
    user_id: Id | None = None
    person_ids: list[Id] | None = None
    address: Annotated[str, Field(max_length=64)] | None = None
    since: Instant | None = None
    until: Instant | None = None
    size: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 25
    after: str | None = None

    @property
    def position(self) -> tuple[datetime, str] | None:
        """The (time, id) of the last entry of the page before. Raises ServiceError invalid_cursor."""
        if self.after is None:
            return None
        at, id_ = decode_cursor(self.after, 2)
        return decode_instant(at), str(id_)


class SecurityEntry(View):
    """`count` equal entries happened between `at` and `last_at`, within one minute; `request_id` is that of the first.
    `actor_id` is null for somebody who had not signed in, and `user_id` is null if the entry is about no account, or
    about an account that does not exist. `credential` is "<session, token or key> <id>"."""

    id: str
    at: Instant
    last_at: Instant
    count: int
    event: str
    outcome: str
    actor_id: str | None
    user_id: str | None
    address: str
    credential: str
    request_id: str
    detail: dict[str, Any]
