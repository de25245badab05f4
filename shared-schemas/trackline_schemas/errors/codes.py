"""The codes of problems. A program decides by the code how to react to a failure."""

from collections.abc import Mapping
from dataclasses import dataclass

_REPEAT = "It may have been done. Repeat it with the same Idempotency-Key: it is carried out once."


@dataclass(frozen=True)
class Code:
    """`status` is the HTTP status, `title` says briefly what happened, and `mending` says what a client can do about
    it."""

    name: str
    status: int
    title: str
    mending: str


_ALL = (
    Code(
        "malformed",
        400,
        "The request cannot be read",
        "Send a body that is valid JSON, and headers of the documented form.",
    ),
    Code(
        "invalid_cursor",
        400,
        "The cursor is not valid",
        "Start the list again without page[after], and follow links.next from there.",
    ),
    Code(
        "invalid_filter",
        400,
        "The filter is not valid",
        "Use a documented field and operator: filter[state]=open,new or filter=<JSON tree>.",
    ),
    Code(
        "unauthenticated",
        401,
        "Sign in first",
        "Get an access token from POST /api/v1/auth/token and send it as Authorization: Bearer ….",
    ),
    Code(
        "forbidden",
        403,
        "Not allowed",
        "Ask somebody who has the role, or ask an administrator for the role.",
    ),
    Code(
        "not_found",
        404,
        "Not found",
        "Check the number. Trackline answers what you may not see as if it did not exist.",
    ),
    Code(
        "method_not_allowed",
        405,
        "This address does not know the method",
        "The header Allow lists the methods of this address.",
    ),
    Code("conflict", 409, "It conflicts with the present state", "Read the resource again and decide anew."),
    Code(
        "ticket_closed",
        409,
        "The ticket is closed",
        "A closed ticket takes no more comments: open a new one that follows it up.",
    ),
    Code(
        "transition_not_allowed",
        409,
        "The ticket cannot change to this state from the present one",
        "Choose a state that can follow the present one.",
    ),
    Code(
        "version_conflict",
        412,
        "Somebody else changed it meanwhile",
        "Read the resource again and repeat the change with its new ETag. With base_version only those fields conflict"
        " that both of you changed, and the members base, theirs and mine show them.",
    ),
    Code("too_large", 413, "The request is too large", "Bodies are limited to 1 MB."),
    Code(
        "unsupported_media_type",
        415,
        "This content type is not understood",
        "Send the body as application/json.",
    ),
    Code("invalid", 422, "Some values are not valid", "The member errors names each wrong value by its JSON pointer."),
    Code(
        "key_reused",
        422,
        "The Idempotency-Key was used for another request",
        "Draw a new Idempotency-Key for each new request. Repeat a key only with the same body.",
    ),
    Code("throttled", 429, "Too many attempts", "Wait as long as the header Retry-After says."),
    Code("internal", 500, "Something went wrong on our side", "Give the request id to your administrator."),
    Code(
        "unavailable",
        503,
        "A part of Trackline is not running",
        "Nothing was done. Repeat the request after the time in the header Retry-After.",
    ),
    Code("outcome_unknown", 503, "The outcome is unknown", _REPEAT),
    Code("timeout", 504, "No answer in time", _REPEAT),
)
CODES: Mapping[str, Code] = {code.name: code for code in _ALL}
