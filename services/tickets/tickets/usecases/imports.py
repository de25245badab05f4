"""Imports a ticket with its history. An import needs no key, because source and reference identify the ticket."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from tickets import metrics
from tickets.domain import imports
from tickets.domain.imports import Origin, Step
from tickets.domain.ticket import Ticket
from tickets.domain.update import Update
from tickets.usecases.command import retry_on_conflict, translate_domain_errors
from tickets.usecases.events import purged_event, ticket_event
from tickets.usecases.ports import Ports, Stored, Taken
from trackline_core.outbox import VersionConflict
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError, reasons, refuse
from trackline_schemas.imports import ImportedStep, ImportTicket, PurgeTickets, TicketImported, TicketsPurged
from trackline_schemas.text.normal_form import decompose_all

NAMESPACE = uuid5(NAMESPACE_URL, "https://trackline.example/imported-tickets")
PURGED_AT_ONCE = 100
CLOCKS_DIFFER = timedelta(minutes=5)


def import_ticket(ports: Ports, command: ImportTicket, context: CallContext) -> TicketImported:
    """Imports the steps that were not imported yet, all in one write."""
    steps = [_step(step, context.viewer.id) for step in command.steps]

    def attempt() -> TicketImported:
        ticket_id, stored = _find(ports, command)
        if stored is None:
            return _insert(ports, command, steps, ticket_id, context)
        if stored.ticket.purged_at:
            raise refuse(reasons.ticket_import.TICKET_BEING_REMOVED, number=stored.ticket.number)
        return _append(ports, stored, steps, context)

    with metrics.count_failures("import"), translate_domain_errors():
        if not context.viewer.admin:
            raise refuse(reasons.ticket_import.IMPORT_FOR_ADMINISTRATORS_ONLY)
        _check_times(ports.clock(), command.steps)
        _check_categories(ports, command.steps)
        return retry_on_conflict(attempt)


def purge(ports: Ports, command: PurgeTickets, context: CallContext) -> TicketsPurged:
    """Removes one batch. The caller repeats the command until nothing remains, also after a failure."""
    with metrics.count_failures("purge"), translate_domain_errors():
        if not context.viewer.admin:
            raise refuse(reasons.ticket_import.REMOVAL_FOR_ADMINISTRATORS_ONLY)
        for stored in ports.tickets.find_by_source(command.source, PURGED_AT_ONCE):
            _purge(ports, stored.ticket, context)
        removed = ports.tickets.remove_purged(command.source, PURGED_AT_ONCE)
        return TicketsPurged(removed=removed, remaining=ports.tickets.count_by_source(command.source))


def _purge(ports: Ports, ticket: Ticket, context: CallContext) -> None:
    after = ticket.purge(context.viewer.id, ports.clock())
    # If somebody else saved first, the next batch tries again.
    with suppress(VersionConflict):
        ports.tickets.save(ticket, after, [purged_event(after, context)], None)


def _find(ports: Ports, command: ImportTicket) -> tuple[str, Stored | None]:
    """Returns the ticket's id, and the ticket if it was imported. A ticket that is imported again after it was removed
    gets another id, so that nobody mistakes late events of the first one for its own."""
    name = [command.source, command.external_ref]
    ticket_id = _derive_id(name)
    # An earlier release derived the id from the source and the reference as they came.
    stored = ports.tickets.by_id(ticket_id) or _find_decomposed(ports, name)
    if stored is None and (removed := ports.tickets.count_removed(*name)):
        ticket_id = _derive_id([*name, str(removed)])
        stored = ports.tickets.by_id(ticket_id)
    return ticket_id, stored


def _find_decomposed(ports: Ports, name: Sequence[str]) -> Stored | None:
    decomposed = decompose_all([*name])
    return None if decomposed == name else ports.tickets.by_id(_derive_id(decomposed))


def _derive_id(parts: Sequence[str]) -> str:
    return str(uuid5(NAMESPACE, json.dumps(parts)))


def _insert(
    ports: Ports, command: ImportTicket, steps: Sequence[Step], ticket_id: str, context: CallContext
) -> TicketImported:
    origin = Origin(command.source, command.external_ref, command.channel)
    stages = imports.replay_steps(origin, steps, ticket_id, ports.tickets.next_serial())
    events = [ticket_event(stage, context, ports.clock()) for stage in stages]
    _keep_digests(ports, stages[-1], steps)
    try:
        ports.tickets.insert(stages[-1], events, command.digest())
    except Taken as taken:
        if taken.field == "external_ref":
            raise _reference_taken_error(ports, command) from None
        # A concurrent import inserted the same ticket, or one with the same number.
        raise VersionConflict from None
    metrics.CREATED.labels(command.channel).inc()
    metrics.count("import", "created")
    return _to_result(stages[-1], len(events))


def _append(ports: Ports, stored: Stored, steps: Sequence[Step], context: CallContext) -> TicketImported:
    before = stored.ticket
    imported = ports.imported_steps.find(before.id, before.import_digest) if before.import_digest else []
    stages = imports.replay_new_steps(before, steps, imported)
    if not stages:
        metrics.count("import", "unchanged")
        return _to_result(before, 0)
    events = [ticket_event(stage, context, ports.clock()) for stage in stages if stage.events]
    _keep_digests(ports, stages[-1], steps)
    ports.tickets.save(before, stages[-1], events, None)
    metrics.count("import", "updated")
    return _to_result(stages[-1], len(events))


def _keep_digests(ports: Ports, ticket: Ticket, steps: Sequence[Step]) -> None:
    # The digests are written before the ticket, which names them: a ticket never names digests that are not there.
    if ticket.import_digest is not None:
        ports.imported_steps.keep(ticket.id, ticket.import_digest, [step.digest for step in steps])


def _step(step: ImportedStep, importer_id: str) -> Step:
    asked = Update(step.changes.given(), time_spent=step.time_spent)
    if step.comment:
        asked = replace(asked, text=step.comment.text, visibility=step.comment.visibility)
    return Step(step.digest(), step.time, step.actor_id or importer_id, asked, step.digest_of_decomposed())


def _check_times(now: datetime, steps: Sequence[ImportedStep]) -> None:
    # No event may be earlier than the one before, so a step in the future would give all later events its time.
    for number, step in enumerate(steps):
        if step.time > now + CLOCKS_DIFFER:
            time = step.time.isoformat()
            raise refuse(reasons.ticket_import.STEP_IN_THE_FUTURE, pointer=f"/steps/{number}/time", time=time)


def _check_categories(ports: Ports, steps: Sequence[ImportedStep]) -> None:
    """The categories must exist, but may be inactive, because a history may name old ones."""
    known: set[str | None] = {None}
    for number, step in enumerate(steps):
        named = step.changes.category_id
        if named not in known and ports.records["category"].find(named or "") is None:
            pointer = f"/steps/{number}/changes/category_id"
            raise refuse(reasons.categories.CATEGORY_UNKNOWN, pointer=pointer, category=named)
        known.add(named)


def _reference_taken_error(ports: Ports, command: ImportTicket) -> ServiceError:
    reference = f"{command.source} {command.external_ref}"
    other = ports.tickets.by_ref(command.source, command.external_ref)
    if other is None:
        return refuse(reasons.tickets.REFERENCE_TAKEN, reference=reference)
    number = other.ticket.number
    return refuse(
        reasons.ticket_import.REFERENCE_WITHOUT_HISTORY, detail={"number": number}, number=number, reference=reference
    )


def _to_result(ticket: Ticket, added: int) -> TicketImported:
    return TicketImported(id=ticket.id, number=ticket.number, version=ticket.version, added=added)
