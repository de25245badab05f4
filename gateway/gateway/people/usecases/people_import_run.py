"""Works through the imports that were started.

A row is a command with an identity of its own, so a gateway that takes over an import repeats rows without harm. People
who have an account with the address of a row stay as they are. So a corrected file only adds those who are missing.
"""

from dataclasses import asdict
from datetime import timedelta
from uuid import UUID, uuid4, uuid5

import structlog

from gateway.kit.context import COMMANDS
from gateway.people.domain.sheet import Problem
from gateway.people.models import CreateUser
from gateway.people.usecases import link, user
from gateway.people.usecases.people_import import check_rows
from gateway.people.usecases.ports import Ports
from gateway.people.usecases.sheet import Row
from trackline_core.records.decide import Document
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError
from trackline_schemas.viewer import Viewer

_log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=30)
STEP = 10


async def run(ports: Ports, pause: float) -> None:
    """Runs imports forever, also those that a gateway has left behind. Looks for these every `pause` seconds."""
    while True:
        document = await _claim(ports)
        if document:
            await run_one(ports, document)
        else:
            await ports.new_imports.wait(pause)


async def run_one(ports: Ports, document: Document) -> None:
    """Stops if another gateway has claimed the import meanwhile."""
    try:
        is_done = await _import_rows(ports, document)
    except ports.outages:
        raise
    except Exception:  # a repeat would fail too, and somebody waits for the outcome
        _log.exception("an import of people failed", import_id=document["_id"])
        await _fail(ports, document)
        return
    if is_done:
        await _save_progress(ports, document, {"report": document["report"], "state": "done"})


async def _import_rows(ports: Ports, document: Document) -> bool:
    """Saves the progress after every STEP rows. Returns False if another gateway has claimed the import meanwhile."""
    report, rows = document["report"], await check_rows(ports, document)
    while report["done"] < len(rows):
        for row in rows[report["done"] : report["done"] + STEP]:
            await _import_row(ports, document, row, report)
            report["done"] += 1
        if not await _save_progress(ports, document, {"report": report}):
            return False
    return True


async def _fail(ports: Ports, document: Document) -> None:
    report = document["report"]
    numbers = [number for number, row in enumerate(document["rows"], document.get("first", 2)) if any(row)]
    report["failed"] += 1
    report["problems"].append(asdict(Problem(numbers[report["done"]], None, "stopped")))
    await _save_progress(ports, document, {"report": report, "state": "failed"})


async def _claim(ports: Ports) -> Document | None:
    now = ports.clock()
    return await ports.imports.claim(uuid4().hex, now, now + LEASE)


async def _save_progress(ports: Ports, document: Document, fields: Document) -> bool:
    fields = {**fields, "until": ports.clock() + LEASE}
    return await ports.imports.save_progress(document["_id"], document["holder"], fields)


async def _import_row(ports: Ports, document: Document, row: Row, report: Document) -> None:
    if row.account is None:
        report["failed"] += 1
        report["problems"] += map(asdict, row.problems)
        return
    context = _context(document, row.account)
    known = await ports.users.by_email(row.account.emails[0])
    # An account that this row made before its gateway died counts as created.
    if known is not None and known["_id"] != UUID(context.command_id).hex:
        report["known"] += 1
        return
    try:
        await _create(ports, row.account, document["invite"], context)
        report["created"] += 1
    except ServiceError as error:
        report["failed"] += 1
        report["problems"].append(asdict(Problem(row.row, None, "failed", error.message)))


async def _create(ports: Ports, account: CreateUser, invite: bool, context: CallContext) -> None:
    created = await user.create(ports, account, context)
    if invite:
        await link.invite(ports, created.id, context)


def _context(document: Document, account: CreateUser) -> CallContext:
    command_id = uuid5(COMMANDS, f"people import {document['_id']} {account.emails[0]}")
    viewer = Viewer(id=document["actor"])
    return CallContext(viewer=viewer, request_id=document["_id"], command_id=str(command_id), key_sent=True)
