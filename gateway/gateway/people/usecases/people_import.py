"""People from a CSV file: first a draft that shows what its start would do, then the start."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

from gateway.people.domain.sheet import FIELDS, Problem, Sheet, guess, missing, to_mend
from gateway.people.models import CreatePeopleImport, PeopleImport, UpdatePeopleImport
from gateway.people.row_problems import describe
from gateway.people.usecases import sheet
from gateway.people.usecases.ids import created_id
from gateway.people.usecases.ports import Ports
from gateway.people.usecases.sheet import Row
from gateway.people.usecases.views import encoding_of, people_import_view
from trackline_core.records.decide import ATTEMPTS, Document, check_same_body
from trackline_csv import Form, Written, clean
from trackline_schemas.context import CallContext
from trackline_schemas.errors import not_found, reasons, refuse
from trackline_schemas.text.keys import name_key
from trackline_schemas.text.normal_form import compose

# A file of people is personal data, so it is deleted after a week.
KEPT = timedelta(days=7)


@dataclass(frozen=True)
class Details:
    """An import with the rows of its file."""

    view: PeopleImport
    sheet: Sheet
    problems: Sequence[Problem]


async def create(ports: Ports, command: CreatePeopleImport, context: CallContext) -> PeopleImport:
    # A large file would hold up all other requests.
    source, digest = await asyncio.to_thread(lambda: (_read(command), command.digest()))
    columns, now = source["columns"], ports.clock()
    mapping = guess(columns) if command.mapping is None else _check_mapping(command.mapping, columns)
    document = {
        "state": "draft",
        "version": 1,
        "create_hash": digest,
        "actor": context.viewer.id,
        **source,
        "mapping": mapping,
        "invite": command.invite,
        "multiline": command.multiline,
        "created_at": now,
        "expires_at": now + KEPT,
    }
    first = await ports.imports.insert(created_id(context), document)
    # A draft of an earlier release has no hash.
    check_same_body({"create_hash": digest, **first}, digest)
    return await get(ports, first["_id"])


async def get(ports: Ports, key: str) -> PeopleImport:
    """The numbers of a draft are what its start would do. Raises ServiceError not_found."""
    return people_import_view(await _find(ports, key))


async def get_details(ports: Ports, key: str) -> Details:
    document = await _find(ports, key)
    return Details(people_import_view(document), _sheet(document), _problems(document))


async def update(ports: Ports, key: str, command: UpdatePeopleImport) -> PeopleImport:
    """Raises ServiceError conflict if the import was started, or if too many change it at once."""
    for _ in range(ATTEMPTS):
        document = await _load(ports, key)
        changed = await _changes(document, command)
        if changed and document["state"] != "draft":
            raise refuse(reasons.people_import.IMPORT_ALREADY_STARTED)
        if not changed or await ports.imports.change_draft(document, changed):
            return await get(ports, key)
    raise refuse(reasons.records.TOO_MANY_CHANGES_AT_ONCE, thing="import")


async def start(ports: Ports, key: str, context: CallContext) -> PeopleImport:
    """Does nothing if the import was started already. Raises ServiceError as `update`, and if a column is
    not chosen."""
    for _ in range(ATTEMPTS):
        document = await _load(ports, key)
        for field in missing(document["mapping"]):
            raise refuse(reasons.people_import.COLUMN_NOT_CHOSEN, pointer=f"/mapping/{field}", field=field)
        report = {"done": 0, "created": 0, "known": 0, "failed": 0, "problems": []}
        started = {"state": "running", "actor": context.viewer.id, "report": report, "until": ports.clock()}
        if document["state"] != "draft" or await ports.imports.change_draft(document, started):
            ports.new_imports.call()
            return await get(ports, key)
    raise refuse(reasons.records.TOO_MANY_CHANGES_AT_ONCE, thing="import")


async def _changes(document: Document, command: UpdatePeopleImport) -> Document:
    changed: Document = command.model_dump(include={"invite", "multiline"}, exclude_none=True)
    mapping = document["mapping"]
    if command.mapping is not None:
        changed["mapping"] = mapping = _check_mapping(command.mapping, document["columns"])
    if command.encoding is not None and command.encoding != encoding_of(document):
        changed |= await asyncio.to_thread(_read_again, document, command.encoding)
        changed["mapping"] = _move_mapping(mapping, document["columns"], changed["columns"])
    return changed


async def get_unfinished_rows(ports: Ports, key: str) -> Written:
    """Returns the rows that could not be imported, in the form of their file, with the reason in the last column."""
    document = await _find(ports, key)
    problems = [(problem.row, describe(problem)) for problem in _problems(document)]
    return to_mend(_sheet(document), problems)


async def check_rows(ports: Ports, document: Document) -> list[Row]:
    teams = {name_key(team.name): team.id for team in ports.directory.all_teams() if team.active}
    return await asyncio.to_thread(lambda: list(_check_rows(document, teams)))


def _check_rows(document: Document, teams: Mapping[str, str]) -> Iterator[Row]:
    return sheet.check(_sheet(document), document["mapping"], teams, document.get("multiline", False))


def _read(command: CreatePeopleImport) -> Document:
    """Returns what the import keeps of its source."""
    if command.file is not None:
        file = sheet.read_file(command.file, command.encoding)
        return {**_stored(file), "packed": sheet.pack(command.file)}
    return _stored(sheet.read(command.csv or ""))


def _read_again(document: Document, encoding: str) -> Document:
    if "packed" not in document:
        raise refuse(reasons.people_import.IMPORT_HAS_NO_FILE, pointer="/encoding")
    return _stored(sheet.read_file(sheet.unpack(document["packed"]), encoding))


def _stored(file: Sheet) -> Document:
    rows = [list(row) for row in file.rows]
    doubts = [doubt._asdict() for doubt in file.doubts]
    return {
        "columns": list(file.columns),
        "rows": rows,
        "first": file.first,
        "form": asdict(file.form),
        "doubts": doubts,
    }


def _move_mapping(mapping: Mapping[str, str], before: Sequence[str], after: Sequence[str]) -> dict[str, str]:
    """A title may have other letters now. Its column is still in the same place."""
    if len(before) != len(after):
        return guess(after)
    return {**guess(after), **{field: after[before.index(column)] for field, column in mapping.items()}}


async def _load(ports: Ports, key: str) -> Document:
    """The document of a draft has no numbers. Raises ServiceError not_found."""
    document = await ports.imports.find(key)
    if document is None:
        raise not_found("import", key)
    return document


async def _find(ports: Ports, key: str) -> Document:
    document = await _load(ports, key)
    if document["state"] == "draft":
        document["report"] = await _preview(ports, document)
    return document


async def _preview(ports: Ports, document: Document) -> Document:
    rows = [] if missing(document["mapping"]) else await check_rows(ports, document)
    good = [row.account.emails[0] for row in rows if row.account]
    known = await ports.users.count(good) if good else 0
    problems = [asdict(problem) for row in rows for problem in row.problems]
    failed = sum(row.account is None for row in rows)
    return {"done": 0, "created": len(good) - known, "known": known, "failed": failed, "problems": problems}


def _check_mapping(mapping: Mapping[str, str], columns: Sequence[str]) -> dict[str, str]:
    # A command is composed, but a title may be too long for that, or come from an earlier release.
    known = {_title(column): column for column in columns}
    for field, column in mapping.items():
        if field not in FIELDS:
            raise refuse(reasons.people_import.IMPORT_FIELD_UNKNOWN, pointer="/mapping", name=field, fields=FIELDS)
        if _title(column) not in known:
            raise refuse(reasons.people_import.COLUMN_UNKNOWN, pointer=f"/mapping/{field}", column=column)
    return {field: known[_title(column)] for field, column in mapping.items()}


def _title(column: str) -> str:
    """A caller may send it with the blanks that it has in the file."""
    return clean(compose(column))


def _sheet(document: Document) -> Sheet:
    # A draft of an earlier release lacks some of these.
    return Sheet(document["columns"], document["rows"], document.get("first", 2), Form(**document.get("form", {})))


def _problems(document: Document) -> list[Problem]:
    return [Problem(**one) for one in document["report"]["problems"]]
