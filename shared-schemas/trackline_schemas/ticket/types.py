"""The types of a ticket's values."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from trackline_schemas import fields
from trackline_schemas.errors import reasons, value_error
from trackline_schemas.text.types import LINE, PROSE
from trackline_schemas.ticket.fields import TICKET

Channel = Literal["portal", "mail", "phone", "chat", "api", "import"]
Visibility = Literal["public", "internal"]
# A participant is somebody who is in copy. `system` is kept for what no person writes.
CommentRole = Literal["requester", "participant", "agent", "system"]
# How a text is to be read. Programs that know nothing of it send and get plain text.
Format = Literal["plain", "markdown"]
ResolutionCode = Literal["solved", "workaround", "information_given", "not_reproducible", "duplicate", "declined"]

MAX_TEXT_BYTES = 40_000
MAX_ATTACHMENTS = 10
# A resolution has a lower limit than a comment, because every command reads and writes the ticket that contains it.
MAX_RESOLUTION_BYTES = 4_000


def _within_bytes(text: str) -> str:
    if len(text.encode()) > MAX_TEXT_BYTES:
        raise value_error(reasons.values.TEXT_TOO_LONG, bytes=MAX_TEXT_BYTES)
    return text


def _within_short_bytes(text: str) -> str:
    if len(text.encode()) > MAX_RESOLUTION_BYTES:
        raise value_error(reasons.values.RESOLUTION_TOO_LONG, bytes=MAX_RESOLUTION_BYTES)
    return text


def limits(field: fields.Field) -> Any:
    """Returns the limits that Pydantic checks for a value of the field. An empty text is not allowed."""
    if field.type == "number":
        return Field(ge=min(field.vocabulary, default=None), le=max(field.vocabulary, default=None))
    return StringConstraints(min_length=1, max_length=field.max_length)


Title = Annotated[str, limits(TICKET["title"]), LINE]
Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT_BYTES), AfterValidator(_within_bytes), PROSE]
Resolution = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_RESOLUTION_BYTES), AfterValidator(_within_short_bytes), PROSE
]
Tag = Annotated[str, limits(TICKET["tags"]), StringConstraints(pattern=r"^[^\s,]+$"), LINE]
Level = Annotated[int, limits(TICKET["impact"])]
PriorityLevel = Annotated[int, limits(TICKET["priority"])]
PriorityReason = Annotated[str, limits(TICKET["priority_reason"]), LINE]
Source = Annotated[str, limits(TICKET["source"]), LINE]
ExternalRef = Annotated[str, limits(TICKET["external_ref"]), LINE]
Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]
MAX_PARTICIPANTS = 20
Participants = Annotated[list[Id], Field(max_length=MAX_PARTICIPANTS)]
# The ids of files that the caller has uploaded.
Attachments = Annotated[list[Id], Field(max_length=MAX_ATTACHMENTS)]
