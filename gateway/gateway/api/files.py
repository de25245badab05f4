"""Uploads files, and serves those that the caller uploaded or that belong to a comment that the caller may read."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse

from gateway.actions import files
from gateway.actions.identity import CurrentCaller
from gateway.actions.parts import Gateway, Parts
from gateway.api.headers import IdempotencyKey, has
from gateway.kit import downloads
from gateway.kit.limits import allow_files
from gateway.kit.mongo import store_errors
from trackline_schemas.errors import not_found, reasons, refuse
from trackline_schemas.ticket.views import Attachment

router = APIRouter(prefix="/api/v1", tags=["files"], dependencies=[Depends(store_errors)])

FileId = Annotated[str, Path(max_length=64)]
_BYTES: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_CONTENT: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file as a download", "content": {"application/octet-stream": _BYTES}},
    304: {"description": "The caller has the file (If-None-Match), and still may read it"},
}
# With these headers a browser never executes the content, whatever it is.
_SAFE = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    # A browser asks again before it shows its copy, so that nobody sees it who has signed out or lost the right.
    "Cache-Control": "private, no-cache",
    # This keeps proxies from compressing the file, so that Content-Length stays and browsers can show the progress.
    "Content-Encoding": "identity",
}


@router.post(
    "/files",
    status_code=201,
    summary="Upload a file, which a comment may name within 24 hours",
    openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": _BYTES}}},
)
async def upload_file(
    request: Request,
    response: Response,
    parts: Gateway,
    caller: CurrentCaller,
    name: Annotated[str, Query(min_length=1, max_length=500, description="The name that people see.")],
    key: IdempotencyKey = None,
) -> Attachment:
    """The body is the file itself and may be streamed. The type of the file is detected from its content. Pages,
    SVG and XML are kept as text, with `.txt` behind their name."""
    if request.headers.get("content-type", "").startswith("multipart/"):
        raise refuse(reasons.files.UPLOAD_IS_MULTIPART)
    stored = await files.upload(parts, caller, name, _body(request), key)
    response.headers["Location"] = f"/api/v1/files/{stored.id}"
    return stored


async def _body(request: Request) -> AsyncIterator[bytes]:
    allow_files(request, request.app.state.settings.file_max_bytes)
    try:
        async for chunk in request.stream():
            if chunk:
                yield chunk
    except ClientDisconnect as error:
        raise refuse(reasons.files.UPLOAD_ENDED_EARLY) from error


@router.get(
    "/files/{file_id}",
    response_class=Response,
    responses=_CONTENT,
    summary="Download a file that you uploaded",
)
async def get_file(request: Request, parts: Gateway, caller: CurrentCaller, file_id: FileId) -> Response:
    found = await parts.files.find(file_id, caller.person.id)
    if found is None:
        raise not_found("file", file_id)
    return await _serve(request, parts, found)


@router.get(
    "/tickets/{number}/attachments/{file_id}",
    response_class=Response,
    responses=_CONTENT,
    summary="Download a file of a comment",
)
async def get_attachment(
    request: Request,
    parts: Gateway,
    caller: CurrentCaller,
    number: Annotated[str, Path(max_length=64)],
    file_id: FileId,
) -> Response:
    found = await parts.tickets.attachment(caller.reading(), number, file_id)
    return await _serve(request, parts, found)


async def _serve(request: Request, parts: Parts, found: Attachment) -> Response:
    chunks = await parts.files.read(found.id)
    if chunks is None:
        raise not_found("file", found.id)
    # The bytes of an id never change.
    tag = f'"{found.id}"'
    if has(request, tag):
        return Response(status_code=304, headers={**_SAFE, "ETag": tag})
    headers = {**_SAFE, **downloads.attachment(found.name), "Content-Length": str(found.size), "ETag": tag}
    return StreamingResponse(chunks, media_type=found.type, headers=headers)
