"""Bringing people in from a file: a draft that says what it would do, then rows one by one, on whichever gateway."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4, uuid5

from gateway.kit.context import COMMANDS
from gateway.people.directory import Directory
from gateway.people.domain.sheet import FIELDS, NEEDED, Problem, Sheet, guess, to_mend
from gateway.people.models import CreateUser, PeopleImport
from gateway.people.usecases.ports import ImportStore, KnownAccounts
from gateway.people.usecases.sheet import Checked, check, read
from gateway.people.usecases.user import Users
from gateway.people.usecases.views import people_import_view
from trackline_core.records.decide import Document
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError, not_found, reasons, refuse
from trackline_schemas.viewer import Viewer

# A file of people is personal data: it goes after a week.
KEPT = timedelta(days=7)
LEASE = timedelta(seconds=30)
STEP = 10


@dataclass(frozen=True)
class Details:
    view: PeopleImport
    sheet: Sheet
    problems: Sequence[Problem]


class Imports:
    """A row is a command with an identity of its own: a gateway that takes over repeats rows without harm. Whoever has
    an account with the address already stays as they are, so that a mended file brings the missing ones only."""

    def __init__(
        self, store: ImportStore, accounts: KnownAccounts, users: Users, directory: Directory, pause: float
    ) -> None:
        self._store = store
        self._accounts = accounts
        self._users = users
        self._directory = directory
        self._pause = pause
        self._wake = asyncio.Event()

    async def draft(
        self, context: CallContext, text: str, mapping: Mapping[str, str] | None, invite: bool
    ) -> PeopleImport:
        sheet, now = read(text), datetime.now(UTC)
        chosen = guess(sheet.columns) if mapping is None else _known(mapping, sheet.columns)
        document = {
            "state": "draft",
            "actor": context.viewer.id,
            "columns": list(sheet.columns),
            "rows": [list(row) for row in sheet.rows],
            "mapping": chosen,
            "invite": invite,
            "created_at": now,
            "expires_at": now + KEPT,
        }
        key = str(context.command_id).replace("-", "")
        await self._store.insert(key, document)
        return await self.get(key)

    async def get(self, key: str) -> PeopleImport:
        """The numbers of a draft say what its start would do."""
        return people_import_view(await self._find(key))

    async def details(self, key: str) -> Details:
        """Includes the rows of the file."""
        document = await self._find(key)
        return Details(people_import_view(document), _sheet(document), _problems(document))

    async def _find(self, key: str) -> Document:
        document = await self._store.find(key)
        if document is None:
            raise not_found("import", key)
        if document["state"] == "draft":
            document["report"] = await self._report(document)
        return document

    async def change(self, key: str, mapping: Mapping[str, str] | None, invite: bool | None) -> PeopleImport:
        """Of a draft. Raises ServiceError conflict once it was started."""
        document = await self._find(key)
        changed: Document = {} if invite is None else {"invite": invite}
        if mapping is not None:
            changed["mapping"] = _known(mapping, document["columns"])
        if changed:
            await self._in_draft(key, changed)
        return await self.get(key)

    async def start(self, context: CallContext, key: str) -> PeopleImport:
        """Again is fine: what runs or is done stays so."""
        document = await self._find(key)
        missing = [field for field in NEEDED if field not in document["mapping"]]
        if missing:
            raise refuse(reasons.people_import.COLUMN_NOT_CHOSEN, pointer=f"/mapping/{missing[0]}", field=missing[0])
        if document["state"] == "draft":
            report = {"done": 0, "created": 0, "known": 0, "failed": 0, "problems": []}
            started = {"state": "running", "actor": context.viewer.id, "report": report, "until": datetime.now(UTC)}
            await self._in_draft(key, started)
            self._wake.set()
        return await self.get(key)

    async def unfinished(self, key: str) -> str:
        """Returns the rows that were not taken as CSV, with the reason as a last column."""
        document = await self._find(key)
        return to_mend(_sheet(document), _problems(document))

    async def run(self) -> None:
        """Takes up what was started here, and what a gateway that died has left behind."""
        while True:
            document = await self._claim()
            if document:
                await self._work(document)
                continue
            try:
                await asyncio.wait_for(self._wake.wait(), self._pause)
            except TimeoutError:
                continue
            self._wake.clear()

    async def _claim(self) -> Document | None:
        now = datetime.now(UTC)
        return await self._store.claim(uuid4().hex, now, now + LEASE)

    async def _work(self, document: Document) -> None:
        report, rows = document["report"], self._checked(document)
        while report["done"] < len(rows):
            for checked in rows[report["done"] : report["done"] + STEP]:
                await self._bring(document, checked, report)
                report["done"] += 1
            if not await self._note(document, {"report": report}):
                return
        await self._note(document, {"report": report, "state": "done"})

    async def _note(self, document: Document, fields: Document) -> bool:
        """False when the claim is somebody else's by now."""
        fields = {**fields, "until": datetime.now(UTC) + LEASE}
        return await self._store.note(document["_id"], document["holder"], fields)

    async def _bring(self, document: Document, checked: Checked, report: Document) -> None:
        if checked.account is None:
            report["failed"] += 1
            report["problems"] += map(asdict, checked.problems)
            return
        context = self._context(document, checked.account)
        known = await self._accounts.by_email(checked.account.emails[0])
        # Its own row from before its gateway died counts as created.
        if known is not None and known["_id"] != UUID(context.command_id).hex:
            report["known"] += 1
            return
        try:
            await self._create(context, checked.account, document["invite"])
            report["created"] += 1
        except ServiceError as error:
            report["failed"] += 1
            report["problems"].append(asdict(Problem(checked.row, None, "failed", error.message)))

    async def _create(self, context: CallContext, account: CreateUser, invite: bool) -> None:
        made = await self._users.create(context, account)
        if invite:
            await self._users.invite(context, made.id)

    @staticmethod
    def _context(document: Document, account: CreateUser) -> CallContext:
        command_id = uuid5(COMMANDS, f"people import {document['_id']} {account.emails[0]}")
        viewer = Viewer(id=document["actor"])
        return CallContext(viewer=viewer, request_id=document["_id"], command_id=str(command_id), key_sent=True)

    async def _report(self, document: Document) -> Document:
        rows = self._checked(document) if all(field in document["mapping"] for field in NEEDED) else []
        good = [row.account.emails[0] for row in rows if row.account]
        known = await self._accounts.count(good) if good else 0
        problems = [asdict(problem) for row in rows for problem in row.problems]
        failed = sum(row.account is None for row in rows)
        return {"done": 0, "created": len(good) - known, "known": known, "failed": failed, "problems": problems}

    def _checked(self, document: Document) -> Sequence[Checked]:
        teams = {team.name.casefold(): team.id for team in self._directory.all_teams() if team.active}
        return list(check(_sheet(document), document["mapping"], teams, {}))

    async def _in_draft(self, key: str, fields: Document) -> None:
        if not await self._store.change_draft(key, fields):
            raise refuse(reasons.people_import.IMPORT_ALREADY_STARTED)


def _known(mapping: Mapping[str, str], columns: Sequence[str]) -> dict[str, str]:
    for field, column in mapping.items():
        if field not in FIELDS:
            raise refuse(reasons.people_import.IMPORT_FIELD_UNKNOWN, pointer="/mapping", name=field, fields=FIELDS)
        if column not in columns:
            raise refuse(reasons.people_import.COLUMN_UNKNOWN, pointer=f"/mapping/{field}", column=column)
    return dict(mapping)


def _sheet(document: Document) -> Sheet:
    return Sheet(document["columns"], document["rows"])


def _problems(document: Document) -> list[Problem]:
    return [Problem(**one) for one in document["report"]["problems"]]
