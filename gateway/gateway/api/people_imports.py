"""Imports of people from a CSV file: create a draft, start it, read its progress."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from gateway.actions import people_imports
from gateway.actions.identity import Administrator
from gateway.actions.parts import Gateway
from gateway.api.headers import IdempotencyKey, require_json
from gateway.kit import downloads
from gateway.kit.mongo import store_errors
from gateway.people import reads
from gateway.people.models import CreatePeopleImport, PeopleImport, UpdatePeopleImport

router = APIRouter(
    prefix="/api/v1/imports/people", tags=["people"], dependencies=[Depends(store_errors), Depends(require_json)]
)
ImportId = Annotated[str, Path(max_length=64)]


@router.post("", summary="Create an import of people", status_code=201)
async def create_people_import(
    response: Response,
    parts: Gateway,
    caller: Administrator,
    command: CreatePeopleImport,
    key: IdempotencyKey = None,
) -> PeopleImport:
    """Creates a draft, which is kept for a week. No account is created yet: the answer says what a start would do."""
    made = await people_imports.create(parts, caller, command, key)
    response.headers["Location"] = f"/api/v1/imports/people/{made.id}"
    return made


@router.get("/{import_id}", summary="Read an import and its progress")
async def get_people_import(parts: Gateway, caller: Administrator, import_id: ImportId) -> PeopleImport:
    return await reads.get_people_import(parts.people, import_id)


@router.patch("/{import_id}", summary="Change a draft")
async def update_people_import(
    parts: Gateway, caller: Administrator, import_id: ImportId, command: UpdatePeopleImport
) -> PeopleImport:
    return await people_imports.update(parts, caller, import_id, command)


@router.post("/{import_id}/start", summary="Start an import", status_code=202)
async def start_people_import(parts: Gateway, caller: Administrator, import_id: ImportId) -> PeopleImport:
    """Creates the accounts of the valid rows in the background. Read the import to see its progress."""
    return await people_imports.start(parts, caller, import_id)


@router.get(
    "/{import_id}/unfinished.csv",
    summary="Download the rows that were not imported",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def unfinished_rows(parts: Gateway, caller: Administrator, import_id: ImportId) -> Response:
    """Returns the rows in the encoding, with the delimiter and with the line ends of the file that they come from. What
    is wrong is in the column `Problem (Trackline)`. Correct the file and bring it as a new import, which ignores this
    column."""
    rows = await people_imports.export_unfinished(parts, caller, import_id)
    headers = downloads.attachment("people-to-mend.csv")
    return Response(rows.content, media_type=f"text/csv; charset={rows.charset}", headers=headers)
