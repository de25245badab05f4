"""Headers that many operations share."""

import re
from typing import Annotated

from fastapi import Depends, Header, Request

from trackline_schemas.errors import ServiceError

_ETAG = re.compile(r'^(W/)?"([\x21\x23-\x7e]*)"$')
_VERSION = re.compile(r"^[1-9]\d{0,8}$")
NO_VERSION = 0

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x20-\x7e]+$",
        description="Repeat a request with the same key and body: it is carried out once. "
        "Another body under the key answers 422 key_reused.",
    ),
]


def _if_match(
    value: Annotated[
        str | None,
        Header(
            alias="If-Match", description='The ETag that you saw, as in "7": another version answers 412.'
        ),
    ] = None,
) -> int | None:
    if value is None or value == "*":
        return None
    tag = _ETAG.match(value.strip())
    if tag is None:
        raise ServiceError(
            "malformed", 'If-Match takes one ETag in double quotes as it was answered, such as "7".'
        )
    # A tag that we never gave out, or a weak one, matches no version: the service answers 412.
    return int(tag[2]) if _VERSION.match(tag[2]) and not tag[1] else NO_VERSION


IfMatch = Annotated[int | None, Depends(_if_match)]


def json_only(request: Request) -> None:
    """Refuses a body of another type: FastAPI would report it as a wrong value."""
    if request.method not in ("POST", "PUT", "PATCH"):
        return
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise ServiceError("unsupported_media_type", "Send the body as application/json.")


def etag(version: int) -> str:
    return f'"{version}"'


def not_modified(request: Request, tag: str) -> bool:
    """If-None-Match compares weakly (RFC 9110 §13.1.2)."""
    given = request.headers.get("if-none-match", "")
    return given.strip() == "*" or tag in (part.strip().removeprefix("W/") for part in given.split(","))
