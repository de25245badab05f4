"""Every error as application/problem+json (RFC 9457)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import quote

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from trackline_schemas.errors import HTTP_STATUS, ServiceError

MEDIA_TYPE = "application/problem+json"

TITLES: Mapping[str, str] = {
    "malformed": "The request cannot be read",
    "invalid_cursor": "The cursor is not valid",
    "invalid_filter": "The filter is not valid",
    "unauthenticated": "Sign in first",
    "forbidden": "Not allowed",
    "not_found": "Not found",
    "method_not_allowed": "This address does not know the method",
    "conflict": "It conflicts with the present state",
    "ticket_closed": "The ticket is closed",
    "transition_not_allowed": "The ticket cannot change to this state from the present one",
    "version_conflict": "Somebody else changed it meanwhile",
    "too_large": "The request is too large",
    "unsupported_media_type": "This content type is not understood",
    "invalid": "Some values are not valid",
    "key_reused": "The Idempotency-Key was used for another request",
    "throttled": "Too many attempts",
    "internal": "Something went wrong on our side",
    "unavailable": "A part of Trackline is not running",
    "outcome_unknown": "The outcome is unknown",
    "timeout": "No answer in time",
}
_CODES_BY_STATUS = {
    400: "malformed",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
}
_RESERVED = frozenset({"type", "title", "status", "detail", "instance", "code", "request_id"})

Problem = dict[str, Any]
ProblemPage = Callable[[Request, Problem], Awaitable[Response]]


class _Handler(Protocol):
    def __call__(self, request: Request, error: Any) -> Awaitable[Response]: ...


def install(app: FastAPI) -> None:
    """Whoever sets `app.state.problem_page` (a ProblemPage) shows problems to browsers outside /api."""
    handlers: dict[Any, _Handler] = {
        ServiceError: _service_error,
        RequestValidationError: _validation_error,
        HTTPException: _http_exception,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


async def respond(request: Request, error: ServiceError, headers: Mapping[str, str] | None = None) -> Response:
    problem = as_problem(request, error)
    page: ProblemPage | None = getattr(request.app.state, "problem_page", None)
    if page and _wants_page(request):
        return await page(request, problem)
    return Response(
        orjson.dumps(problem, default=str, option=orjson.OPT_NON_STR_KEYS),
        status_code=problem["status"],
        media_type=MEDIA_TYPE,
        headers={**_headers(error), **(headers or {})},
    )


def as_problem(request: Request, error: ServiceError) -> Problem:
    """Members of the error's detail become members of the problem."""
    code = error.code if error.code in TITLES else "internal"
    return {
        "type": f"/problems/{code}",
        "title": TITLES[code],
        "status": HTTP_STATUS.get(code, 405 if code == "method_not_allowed" else 500),
        "detail": error.message,
        "instance": quote(request.scope["path"]),
        "code": code,
        "request_id": request.scope["state"].get("request_id", ""),
        **{name: value for name, value in error.detail.items() if name not in _RESERVED},
    }


def _wants_page(request: Request) -> bool:
    return not request.scope["path"].startswith("/api/") and "text/html" in request.headers.get("accept", "")


def _headers(error: ServiceError) -> dict[str, str]:
    if error.code == "unauthenticated":
        return {"WWW-Authenticate": "Bearer"}
    if error.code in ("throttled", "unavailable"):
        return {"Retry-After": str(error.detail.get("retry_after", 1))}
    return {}


async def _service_error(request: Request, error: ServiceError) -> Response:
    return await respond(request, error)


async def _http_exception(request: Request, error: HTTPException) -> Response:
    code = _CODES_BY_STATUS.get(error.status_code, "internal" if error.status_code >= 500 else "malformed")
    message = f"There is nothing at {request.scope['path']}." if code == "not_found" else f"{error.detail}."
    return await respond(request, ServiceError(code, message), error.headers)


async def _validation_error(request: Request, error: RequestValidationError) -> Response:
    return await respond(request, from_validation(error.errors()))


def from_validation(errors: Sequence[Mapping[str, Any]]) -> ServiceError:
    """Pydantic's errors with their location as FastAPI gives it: body, query, header or path first."""
    if any(entry["type"] == "json_invalid" for entry in errors):
        return ServiceError("malformed", f"The body is not JSON: {errors[0].get('ctx', {}).get('error', '')}.")
    entries = [_entry(entry) for entry in errors]
    return ServiceError("invalid", "; ".join(_sentence(entry) for entry in entries[:3]), {"errors": entries[:50]})


def _entry(error: Mapping[str, Any]) -> dict[str, str]:
    place, *path = error["loc"]
    if place == "body":
        return {"pointer": "".join(f"/{_escaped(part)}" for part in path), "detail": error["msg"]}
    return {
        "parameter" if place == "query" else str(place): str(path[0]) if path else "",
        "detail": error["msg"],
    }


def _escaped(part: Any) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _sentence(entry: Mapping[str, str]) -> str:
    place = next(iter(entry.values()))
    return f"{place or 'body'}: {entry['detail']}"
