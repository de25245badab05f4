"""Importing people from a CSV file: upload, columns, preview, progress, and the rows to correct."""

from collections.abc import Collection, Iterable, Sequence

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from gateway.actions import people_imports
from gateway.kit.forms import read_fields, takes_files
from gateway.kit.mongo import store_errors
from gateway.people import reads
from gateway.people.domain.sheet import FIELDS, Problem, missing
from gateway.people.models import CreatePeopleImport, PeopleImport, UpdatePeopleImport
from gateway.people.row_problems import REASONS, describe
from gateway.portal.kit import flash, words
from gateway.portal.kit.forms import Posted
from gateway.portal.kit.i18n import noop
from gateway.portal.kit.reasons import explain, sentence
from gateway.portal.kit.visit import Visit
from gateway.portal.settings.area import Area
from gateway.portal.settings.page import AdminVisit, settings_page
from trackline_csv import ENCODINGS, Encoding
from trackline_schemas.errors import ServiceError, reasons

router = APIRouter(prefix="/settings/people/import", include_in_schema=False, dependencies=[Depends(store_errors)])
AREA = Area(
    20,
    "/settings/people/import",
    "file-text",
    noop("Import people"),
    noop("Create accounts from a CSV file"),
    router,
    also=noop("Excel, spreadsheet, upload, bulk, users"),
)
MAX_PROBLEMS = 200
MAX_LETTERS = 8


@router.get("")
async def choose(visit: AdminVisit) -> Response:
    return await settings_page(visit, "people_import_file.html", encodings={})


@router.post("", dependencies=[Depends(takes_files)])
async def upload(request: Request, visit: AdminVisit) -> Response:
    fields = await read_fields(request)
    file = fields.get("file")
    content = await file.read() if isinstance(file, UploadFile) else b""
    key, encoding = str(fields.get("key", "")), str(fields.get("encoding", ""))
    command = CreatePeopleImport.model_construct(file=content, encoding=_encoding(encoding))
    try:
        made = await _create(visit, command, key)
    except ServiceError as error:
        if error.code != "invalid":
            raise
        is_unclear = bool(encoding) or error.reason == reasons.people_import.NOT_A_CSV_FILE.name
        return await settings_page(
            visit,
            "people_import_file.html",
            message=explain(error),
            encodings=words.ENCODINGS if is_unclear else {},
            chosen=encoding,
        )
    return flash.redirect(f"/settings/people/import/{made.id}")


async def _create(visit: Visit, command: CreatePeopleImport, key: str) -> PeopleImport:
    try:
        return await people_imports.create(visit.parts, visit.caller, command, key)
    except ServiceError as error:
        if error.code != "key_reused":
            raise
    # Somebody went back to the form and chose another file.
    return await people_imports.create(visit.parts, visit.caller, command)


@router.get("/{import_id}")
async def show(import_id: str, visit: AdminVisit) -> Response:
    return await _page(visit, import_id)


@router.post("/{import_id}")
async def change(import_id: str, visit: AdminVisit, form: Posted) -> Response:
    """Stores the choice of columns. With `start` the import begins, unless another encoding was chosen: somebody has to
    see the letters first."""
    mapping = {field: form.text(f"map_{field}") for field in FIELDS if form.text(f"map_{field}")}
    try:
        command = UpdatePeopleImport(
            encoding=_encoding(form.text("encoding")),
            mapping=mapping,
            invite=bool(form.text("invite")),
            multiline=bool(form.text("multiline")),
        )
        before = await reads.get_people_import(visit.parts.people, import_id)
        changed = await people_imports.update(visit.parts, visit.caller, import_id, command)
        if form.text("start") and changed.encoding == before.encoding:
            await people_imports.start(visit.parts, visit.caller, import_id, form.key)
    except ServiceError as error:
        if error.code not in ("invalid", "conflict"):
            raise
        return await _page(visit, import_id, error)
    return flash.redirect(f"/settings/people/import/{import_id}")


async def _page(visit: Visit, import_id: str, error: ServiceError | None = None) -> Response:
    details = await reads.get_people_import_details(visit.parts.people, import_id)
    shown, sheet = details.view, details.sheet
    return await settings_page(
        visit,
        "people_import.html",
        status=error.status if error else None,
        shown=shown,
        missing=missing(shown.mapping),
        fields=FIELDS,
        samples=_samples(shown.columns, sheet.rows),
        encodings=words.ENCODINGS if shown.encoding else {},
        letters=_letters([shown.columns, *sheet.rows], [doubt.word for doubt in shown.doubts]),
        asks_multiline=shown.multiline or any(one.code == "several" for one in details.problems),
        problems=[(one, _sentence(one), _cells(sheet.row(one.row))) for one in details.problems[:MAX_PROBLEMS]],
    )


def _samples(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Returns column → its first value."""
    found = dict.fromkeys(columns, "")
    for row in rows:
        for column, cell in zip(columns, row, strict=False):
            found[column] = found[column] or cell[:40]
    return found


def _encoding(given: str) -> Encoding | None:
    return next((encoding for encoding in ENCODINGS if encoding == given), None)


def _letters(rows: Iterable[Sequence[str]], doubtful: Collection[str]) -> list[str]:
    """Returns rows that show the letters which another encoding would show as others: first those with doubtful words,
    then each that has a new letter."""
    shown, seen = [], set[str]()
    for row in sorted(rows, key=lambda row: not any(word in cell for word in doubtful for cell in row)):
        letters = {char for cell in row if not cell.isascii() for char in cell if not char.isascii()}
        if not letters <= seen:
            shown.append(_cells(row))
        seen |= letters
    return shown[:MAX_LETTERS]


def _sentence(problem: Problem) -> str:
    return sentence(REASONS[problem.code].name, {"value": problem.value}, describe(problem))


def _cells(row: Sequence[str]) -> str:
    return " · ".join(cell for cell in row if cell)[:120]
