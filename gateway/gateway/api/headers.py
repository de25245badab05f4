"""The headers that many operations share: Idempotency-Key, If-Match, If-None-Match, ETag, Content-Type."""

import re
from typing import Annotated, Any, Protocol, TypeVar

from fastapi import Depends, Header, Request, Response

from gateway.kit import characters
from trackline_schemas.errors import reasons, refuse

_ETAG = re.compile(r'^(W/)?"([\x21\x23-\x7e]*)"$')
_VERSION = re.compile(r"^[1-9]\d{0,8}$")
NO_VERSION = 0
_REVALIDATE = "private, no-cache"

ETAG: dict[str, Any] = {
    "headers": {"ETag": {"description": "The version, for If-Match", "schema": {"type": "string", "examples": ['"7"']}}}
}

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x20-\x7e]+$",
        description="A request that is repeated with the same key and body is carried out once. "
        "The same key with another body answers 422 key_reused.",
    ),
]


async def _if_match(
    value: Annotated[
        str | None,
        Header(alias="If-Match", description='The ETag that you saw, such as "7". Another version answers 412.'),
    ] = None,
) -> int | None:
    if value is None or value == "*":
        return None
    tag = _ETAG.match(value.strip())
    if tag is None:
        raise refuse(reasons.requests.IF_MATCH_NOT_AN_ETAG)
    # A weak tag, or one that we never gave out, must match no version, so that the service answers 412.
    return int(tag[2]) if _VERSION.match(tag[2]) and not tag[1] else NO_VERSION


IfMatch = Annotated[int | None, Depends(_if_match)]


async def require_json(request: Request) -> None:
    """Refuses a body that is not JSON in UTF-8, and strings that are not text. FastAPI would report the first as a
    wrong value instead."""
    if request.method not in ("POST", "PUT", "PATCH"):
        return
    if "content-type" not in request.headers and request.headers.get("content-length", "0") == "0":
        return
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise refuse(reasons.requests.CONTENT_TYPE_NOT_JSON)
    characters.check_json(await request.body())


class Versioned(Protocol):
    @property
    def version(self) -> int: ...


V = TypeVar("V", bound=Versioned)


def set_etag(response: Response, resource: V) -> V:
    """Sets the headers of the response and returns the resource."""
    response.headers["ETag"] = _etag(resource)
    response.headers["Cache-Control"] = _REVALIDATE
    return resource


def not_modified(request: Request, resource: Versioned) -> Response | None:
    """Returns a 304 if the caller has this version, or else None. If-None-Match uses the weak comparison (RFC 9110
    §13.1.2)."""
    tag = _etag(resource)
    return Response(status_code=304, headers={"ETag": tag, "Cache-Control": _REVALIDATE}) if has(request, tag) else None


def has(request: Request, tag: str) -> bool:
    """Returns whether the caller has what has this ETag, by If-None-Match."""
    given = request.headers.get("if-none-match", "")
    return given.strip() == "*" or tag in (part.strip().removeprefix("W/") for part in given.split(","))


def _etag(resource: Versioned) -> str:
    return f'"{resource.version}"'


def etag_responses() -> dict[int | str, dict[str, Any]]:
    return {200: ETAG, 304: {"description": "The caller has this version (If-None-Match)"}}
