"""The types of the values that a ticket holds."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from trackline_schemas.errors import reasons, value_error

Channel = Literal["portal", "mail", "phone", "chat", "api", "import"]
Visibility = Literal["public", "internal"]
ResolutionCode = Literal["solved", "workaround", "information_given", "not_reproducible", "duplicate", "declined"]

MAX_TEXT_BYTES = 40_000
MAX_ATTACHMENTS = 10
# A comment rests in the log, a resolution in the ticket, which every command reads and writes whole.
MAX_RESOLUTION_BYTES = 4_000


def _within_bytes(text: str) -> str:
    if len(text.encode()) > MAX_TEXT_BYTES:
        raise value_error(reasons.values.TEXT_TOO_LONG, bytes=MAX_TEXT_BYTES)
    return text


def _brief(text: str) -> str:
    if len(text.encode()) > MAX_RESOLUTION_BYTES:
        raise value_error(reasons.values.RESOLUTION_TOO_LONG, bytes=MAX_RESOLUTION_BYTES)
    return text


Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT_BYTES), AfterValidator(_within_bytes)]
Resolution = Annotated[str, StringConstraints(min_length=1, max_length=MAX_RESOLUTION_BYTES), AfterValidator(_brief)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=50, pattern=r"^[^\s,]+$")]
Level = Annotated[int, Field(ge=1, le=3)]
PriorityLevel = Annotated[int, Field(ge=1, le=5)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]
# Ids of files that the caller has uploaded.
Attachments = Annotated[list[Id], Field(max_length=MAX_ATTACHMENTS)]
