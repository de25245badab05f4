"""Builds the OpenAPI document: FastAPI's own, and the errors that all operations share."""

import asyncio
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from gateway.api.headers import ETAG
from gateway.kit.problems import MEDIA_TYPE

_DESCRIPTION = """docs/api.md describes the conventions. Every error is application/problem+json with a stable `code`.
Writes accept an Idempotency-Key. Resources are answered with an ETag, which If-Match accepts."""

_MEANING = {
    400: "Malformed JSON, cursor, filter or header",
    401: "No valid access token or session",
    403: "Not allowed",
    404: "It does not exist, or you may not see it",
    409: "Conflicts with the current state",
    412: "The resource has another version than If-Match or base_version names",
    413: "Body over 1 MB, file over 50 MB",
    415: "Body is not application/json, or the file is a program",
    422: "Unknown members, wrong types or values, or another body under the same Idempotency-Key",
    429: "Too many attempts",
    500: "Failed on our side",
    503: "A service is not running, or the outcome is unknown: repeat the request with the same Idempotency-Key",
    504: "No answer in time",
}
_READ = (400, 401, 403, 422, 429, 500, 503, 504)
_WRITE = (*_READ, 409, 412, 413, 415)


class FieldProblem(BaseModel):
    pointer: str | None = Field(None, description="JSON pointer into the body.")
    parameter: str | None = Field(None, description="Name of the query parameter.")
    header: str | None = None
    path: str | None = None
    detail: str
    reason: str | None = Field(None, description="Name of the message in `detail`, if it is in our catalogue.")
    params: dict[str, Any] | None = Field(None, description="Parameters of that message.")


class Problem(BaseModel):
    """A problem document (RFC 9457). Some codes add members, such as base, theirs and mine for version_conflict."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["/problems/version_conflict"])
    title: str
    status: int
    detail: str
    instance: str
    code: str = Field(examples=["version_conflict"])
    reason: str = Field(
        description="Stable name of the message in `detail`. The page at `type` lists all reasons for the code.",
        examples=["fields_changed_meanwhile"],
    )
    params: dict[str, Any] = Field(
        description="Parameters of that message, as data, so that clients can show it in another language.",
        examples=[{"fields": ["state", "team_id"]}],
    )
    request_id: str
    errors: list[FieldProblem] | None = None


router = APIRouter()


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> JSONResponse:
    state = request.app.state
    if not hasattr(state, "openapi"):
        # This takes about a second, so it must not block the event loop.
        state.openapi = await asyncio.to_thread(_document, request.app)
    return JSONResponse(state.openapi)


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=_DESCRIPTION,
        routes=app.routes,
        separate_input_output_schemas=False,
    )
    schemas = document["components"]["schemas"]
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs"), Problem=problem)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _add_etag(operation)
            _add_problems(path, method, operation["responses"])
    return document


def _add_etag(operation: dict[str, Any]) -> None:
    """Whatever takes the version of a resource answers the new one."""
    if any(parameter["name"] == "If-Match" for parameter in operation.get("parameters", [])):
        for status in operation["responses"].keys() & {"200", "201"}:
            operation["responses"][status].setdefault("headers", ETAG["headers"])


def _add_problems(path: str, method: str, responses: dict[str, Any]) -> None:
    statuses = [*(_READ if method == "get" else _WRITE), *([404] if "{" in path else [])]
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status in sorted(statuses):
        responses[str(status)] = {"description": _MEANING[status], "content": content}
