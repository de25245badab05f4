"""Bringing in a ticket with its history. What is in already is known by source and reference: there are no keys."""

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
from tickets.usecases.command import domain_rules, with_retries
from tickets.usecases.events import purged_event, ticket_event
from tickets.usecases.ports import Moved, Ports, Stored, Taken
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError, reasons, refuse
from trackline_schemas.imports import ImportedStep, ImportTicket, PurgeTickets, TicketImported, TicketsPurged

NAMESPACE = uuid5(NAMESPACE_URL, "https://trackline.example/imported-tickets")
PURGED_AT_ONCE = 100
CLOCKS_DIFFER = timedelta(minutes=5)


def import_ticket(ports: Ports, command: ImportTicket, context: CallContext) -> TicketImported:
    """Writes the steps that are not in yet, all in one go."""
    steps = [_step(step, context.viewer.id) for step in command.steps]

    def attempt() -> TicketImported:
        ticket_id, stored = _found(ports, command)
        if stored is None:
            return _insert(ports, command, steps, ticket_id, context)
        if stored.ticket.purged_at:
            raise refuse(reasons.ticket_import.TICKET_BEING_REMOVED, number=stored.ticket.number)
        return _append(ports, stored, steps, context)

    with metrics.failures_counted("import"), domain_rules():
        if not context.viewer.admin:
            raise refuse(reasons.ticket_import.IMPORT_FOR_ADMINISTRATORS_ONLY)
        _check_times(ports.clock(), command.steps)
        _check_categories(ports, command.steps)
        return with_retries(attempt)


def purge(ports: Ports, command: PurgeTickets, context: CallContext) -> TicketsPurged:
    """One batch: whoever repeats it until nothing remains has removed all, whatever stopped in between."""
    with metrics.failures_counted("purge"), domain_rules():
        if not context.viewer.admin:
            raise refuse(reasons.ticket_import.REMOVAL_FOR_ADMINISTRATORS_ONLY)
        for stored in ports.tickets.of_source(command.source, PURGED_AT_ONCE):
            _purge(ports, stored.ticket, context)
        removed = ports.tickets.remove_purged(command.source, PURGED_AT_ONCE)
        return TicketsPurged(removed=removed, remaining=ports.tickets.left_of(command.source))


def _purge(ports: Ports, ticket: Ticket, context: CallContext) -> None:
    after = ticket.purged(context.viewer.id, ports.clock())
    # Whoever saved first is told by the next batch.
    with suppress(Moved):
        ports.tickets.save(ticket, after, [purged_event(after, context)], None)


def _found(ports: Ports, command: ImportTicket) -> tuple[str, Stored | None]:
    """The ticket's id, and the ticket when it is in. One that comes back after it was removed is another one: late
    events of the first are not taken for its."""
    name = [command.source, command.external_ref]
    ticket_id = _named(name)
    stored = ports.tickets.by_id(ticket_id)
    if stored is None and (lives := ports.tickets.lives(*name)):
        ticket_id = _named([*name, str(lives)])
        stored = ports.tickets.by_id(ticket_id)
    return ticket_id, stored


def _named(parts: Sequence[str]) -> str:
    return str(uuid5(NAMESPACE, json.dumps(parts)))


def _insert(
    ports: Ports, command: ImportTicket, steps: Sequence[Step], ticket_id: str, context: CallContext
) -> TicketImported:
    origin = Origin(command.source, command.external_ref, command.channel)
    stages = imports.told(origin, steps, ticket_id, ports.tickets.next_serial())
    events = [ticket_event(stage, context, ports.clock()) for stage in stages]
    try:
        ports.tickets.insert(stages[-1], events, command.digest())
    except Taken as taken:
        if taken.field == "external_ref":
            raise _other_ticket(ports, command) from None
        # Another import of the same ticket, or of one that drew the same number, was quicker.
        raise Moved from None
    metrics.CREATED.labels(command.channel).inc()
    metrics.count("import", "created")
    return _answer(stages[-1], len(events))


def _append(ports: Ports, stored: Stored, steps: Sequence[Step], context: CallContext) -> TicketImported:
    before = stored.ticket
    stages = imports.continued(before, steps)
    if not stages:
        metrics.count("import", "unchanged")
        return _answer(before, 0)
    events = [ticket_event(stage, context, ports.clock()) for stage in stages if stage.events]
    ports.tickets.save(before, stages[-1], events, None)
    metrics.count("import", "updated")
    return _answer(stages[-1], len(events))


def _step(step: ImportedStep, importer_id: str) -> Step:
    asked = Update(step.changes.given(), time_spent=step.time_spent)
    if step.comment:
        asked = replace(asked, text=step.comment.text, visibility=step.comment.visibility)
    return Step(step.time, step.actor_id or importer_id, asked)


def _check_times(now: datetime, steps: Sequence[ImportedStep]) -> None:
    # No event may be earlier than the one before: a step in the future would drag along whatever is done meanwhile.
    for number, step in enumerate(steps):
        if step.time > now + CLOCKS_DIFFER:
            time = step.time.isoformat()
            raise refuse(reasons.ticket_import.STEP_IN_THE_FUTURE, pointer=f"/steps/{number}/time", time=time)


def _check_categories(ports: Ports, steps: Sequence[ImportedStep]) -> None:
    """They must be there, and may be retired: history names old ones."""
    known: set[str | None] = {None}
    for number, step in enumerate(steps):
        named = step.changes.category_id
        if named not in known and ports.records["category"].find(named or "") is None:
            pointer = f"/steps/{number}/changes/category_id"
            raise refuse(reasons.categories.CATEGORY_UNKNOWN, pointer=pointer, category=named)
        known.add(named)


def _other_ticket(ports: Ports, command: ImportTicket) -> ServiceError:
    reference = f"{command.source} {command.external_ref}"
    other = ports.tickets.by_ref(command.source, command.external_ref)
    if other is None:
        return refuse(reasons.tickets.REFERENCE_TAKEN, reference=reference)
    number = other.ticket.number
    return refuse(
        reasons.ticket_import.REFERENCE_WITHOUT_HISTORY, detail={"number": number}, number=number, reference=reference
    )


def _answer(ticket: Ticket, added: int) -> TicketImported:
    return TicketImported(id=ticket.id, number=ticket.number, version=ticket.version, added=added)
