"""The headers that many operations share: Idempotency-Key, If-Match, If-None-Match, ETag, Content-Type."""

from typing import Annotated, Any, Protocol, TypeVar

from fastapi import Depends, Header, Request, Response

from gateway.kit import characters, etags
from gateway.kit.members import check_members
from trackline_schemas import versions
from trackline_schemas.errors import reasons, refuse

# No resource has it, so that the service answers 412.
NO_VERSION = -1
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
    request: Request,
    value: Annotated[
        str | None,
        Header(
            alias="If-Match",
            description='The ETag that you saw, such as "7", or several. Another version answers 412.',
        ),
    ] = None,
) -> versions.IfMatch:
    if value is None:
        return None
    tags = etags.parse(",".join(request.headers.getlist("if-match")))
    if tags is None:
        raise refuse(reasons.requests.IF_MATCH_NOT_AN_ETAG)
    if etags.ANY in tags:
        return None
    # RFC 9110 §13.1.1 lets no weak tag match. Ours are weak only because a proxy that compresses has made them so.
    wanted = etags.versions(tags) or [NO_VERSION]
    return wanted[0] if len(wanted) == 1 else wanted


IfMatch = Annotated[versions.IfMatch, Depends(_if_match)]


async def require_json(request: Request) -> None:
    """Refuses a body that is not JSON in UTF-8, strings that are not text, and repeated members. FastAPI would report
    the first as a wrong value instead."""
    if request.method not in ("POST", "PUT", "PATCH"):
        return
    if "content-type" not in request.headers and request.headers.get("content-length", "0") == "0":
        return
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise refuse(reasons.requests.CONTENT_TYPE_NOT_JSON)
    try:
        check_members(characters.decode_json(await request.body()))
    except RecursionError:
        # FastAPI may have more of the stack left.
        raise refuse(reasons.requests.REQUEST_NOT_READABLE, why="it is nested too deep") from None


class Versioned(Protocol):
    @property
    def version(self) -> int: ...


V = TypeVar("V", bound=Versioned)


def set_etag(response: Response, resource: V) -> V:
    """Sets the headers of the response and returns the resource."""
    response.headers["ETag"] = etags.etag(resource.version)
    response.headers["Cache-Control"] = _REVALIDATE
    return resource


def not_modified(request: Request, resource: Versioned) -> Response | None:
    """Returns a 304 if the caller has this version, or else None."""
    if not etags.is_known(_if_none_match(request), resource.version):
        return None
    return Response(status_code=304, headers={"ETag": etags.etag(resource.version), "Cache-Control": _REVALIDATE})


def has(request: Request, tag: str) -> bool:
    """Returns whether the caller has what has this ETag, by If-None-Match."""
    tags = etags.parse(_if_none_match(request)) or []
    return etags.ANY in tags or tag in (one.removeprefix("W/") for one in tags)


def _if_none_match(request: Request) -> str:
    return ",".join(request.headers.getlist("if-none-match"))


def etag_responses() -> dict[int | str, dict[str, Any]]:
    return {200: ETAG, 304: {"description": "The caller has this version (If-None-Match)"}}
