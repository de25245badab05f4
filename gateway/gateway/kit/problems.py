"""Answers every error as application/problem+json (RFC 9457)."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import quote

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from gateway.kit import methods
from trackline_schemas.errors import CODES, ServiceError, pointer, reason_of, reasons, refuse

MEDIA_TYPE = "application/problem+json"
# how many mistakes of a request an answer names
MOST_ENTRIES = 50

_RESERVED = frozenset({"type", "title", "status", "detail", "instance", "code", "reason", "params", "request_id"})

Problem = dict[str, Any]
ProblemPage = Callable[[Request, Problem], Awaitable[Response]]
NoteRefusal = Callable[[Request, ServiceError], None]


class Refused(HTTPException):
    """Carries a ServiceError that is raised while FastAPI reads a body. FastAPI turns any other exception there into
    a 400 of its own."""

    def __init__(self, error: ServiceError, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(error.status, error.message, headers)
        self.error = error


class _Handler(Protocol):
    def __call__(self, request: Request, error: Any) -> Awaitable[Response]: ...


def install(app: FastAPI) -> None:
    """Installs the error handlers. Browsers outside /api get the page that `app.state.problem_page` (a ProblemPage)
    returns, if it is set. `app.state.note_refusal` (a NoteRefusal) gets each error, if it is set."""
    handlers: dict[Any, _Handler] = {
        ServiceError: _service_error,
        RequestValidationError: _validation_error,
        HTTPException: _http_exception,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


async def respond(request: Request, error: ServiceError, headers: Mapping[str, str] | None = None) -> Response:
    note: NoteRefusal | None = getattr(request.app.state, "note_refusal", None)
    if note:
        note(request, error)
    problem = as_problem(request, error)
    page: ProblemPage | None = getattr(request.app.state, "problem_page", None)
    if page and _wants_page(request):
        response = await page(request, problem)
    else:
        response = Response(_encode(problem), status_code=problem["status"], media_type=MEDIA_TYPE)
    response.headers.update({**_headers(error), **(headers or {})})
    return response


def _encode(problem: Problem) -> bytes:
    try:
        return orjson.dumps(problem, default=str, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        # A lone surrogate from the name of a member. The other encoder writes it as an escape.
        return json.dumps(problem, default=str).encode()


def as_problem(request: Request, error: ServiceError) -> Problem:
    """Returns the problem document. Members of the error's detail become members of the problem."""
    code = CODES.get(error.code, CODES["internal"])
    return {
        "type": f"/problems/{code.name}",
        "title": code.title,
        "status": code.status,
        "detail": error.message,
        "instance": quote(request.scope["path"]),
        "code": code.name,
        "reason": error.reason,
        "params": error.params,
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
    refusal = error.error if isinstance(error, Refused) else _from_http_exception(request, error)
    headers = methods.allow_header(request) if error.status_code == 405 else error.headers
    return await respond(request, refusal, headers)


def _from_http_exception(request: Request, error: HTTPException) -> ServiceError:
    # FastAPI reads a body before any of our code can judge it.
    if isinstance(error.__cause__, UnicodeDecodeError):
        return refuse(reasons.requests.BODY_IN_OTHER_ENCODING)
    match error.status_code:
        case 401:
            return refuse(reasons.access.SIGN_IN_FIRST)
        case 404:
            return refuse(reasons.requests.ADDRESS_UNKNOWN, path=request.scope["path"])
        case 405:
            return refuse(reasons.requests.METHOD_NOT_ALLOWED, method=request.method)
        case status if status >= 500:
            return refuse(reasons.bus.INTERNAL_ERROR)
        case _:
            return refuse(reasons.requests.REQUEST_NOT_READABLE, why=str(error.detail))


async def _validation_error(request: Request, error: RequestValidationError) -> Response:
    return await respond(request, from_validation(error.errors()))


def from_validation(errors: Sequence[Mapping[str, Any]]) -> ServiceError:
    """Returns one ServiceError for Pydantic's errors. Each location must begin with body, query, header or path, as in
    FastAPI's errors."""
    if any(entry["type"] == "json_invalid" for entry in errors):
        return refuse(reasons.requests.BODY_NOT_JSON, why=errors[0].get("ctx", {}).get("error", ""))
    entries = [_entry(entry) for entry in errors[:MOST_ENTRIES]]
    problems = "; ".join(_sentence(entry) for entry in entries[:3])
    return refuse(reasons.requests.VALUES_NOT_VALID, detail={"errors": entries}, problems=problems)


def _entry(error: Mapping[str, Any]) -> dict[str, Any]:
    place, *path = error["loc"]
    text = {"detail": error["msg"], **reason_of(error)}
    if place == "body":
        return {"pointer": pointer(path), **text}
    return {"parameter" if place == "query" else str(place): str(path[0]) if path else "", **text}


def _sentence(entry: Mapping[str, Any]) -> str:
    place = next(iter(entry.values()))
    return f"{place or 'body'}: {entry['detail']}"
