from collections.abc import Mapping, Sequence
from typing import Any

from tickets import metrics
from tickets.domain import merge
from tickets.domain.ticket import Attachment as File
from tickets.domain.ticket import Ticket
from tickets.domain.update import Update
from tickets.domain.update import update as decide
from tickets.usecases import assignee, attachment, rights, views
from tickets.usecases.category import get_active
from tickets.usecases.command import check_same_body, retry_on_conflict, to_command_record, translate_domain_errors
from tickets.usecases.events import ticket_event
from tickets.usecases.ports import Done, Ports, Stored
from tickets.usecases.read import handled_events, load
from trackline_core.outbox import CommandRecord
from trackline_schemas.access import without_staff_fields
from trackline_schemas.context import CallContext
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.ticket.commands import UpdateTicket
from trackline_schemas.ticket.views import Attachment, TicketView
from trackline_schemas.versions import IfMatch, is_wanted, newest_of
from trackline_schemas.viewer import Viewer


def update(
    ports: Ports,
    number: str,
    command: UpdateTicket,
    if_match: IfMatch,
    context: CallContext,
    attachments: Sequence[Attachment] = (),
) -> TicketView:
    """Updates a ticket. A repeat with the same key returns the ticket as it was after the first update. `attachments`
    describes the files that the comment names."""
    known = to_command_record(context, command)
    attached = attachment.resolve_files(command.comment.attachments if command.comment else [], attachments)

    def attempt() -> TicketView:
        stored = load(ports, number)
        done = stored.done.get(known.id) if known is not None else None
        if known is not None and done is not None:
            return _answer_repeat(ports, stored, done, known, context.viewer)
        return _apply(ports, stored, command, attached, if_match, known, context)

    with metrics.count_failures("update"), translate_domain_errors(), ports.tickets.turn(number):
        return retry_on_conflict(attempt)


def _apply(
    ports: Ports,
    stored: Stored,
    command: UpdateTicket,
    attached: tuple[File, ...],
    if_match: IfMatch,
    known: CommandRecord | None,
    context: CallContext,
) -> TicketView:
    ticket = stored.ticket
    rights.check_can_read(ports, context.viewer, ticket)
    author = rights.author(ports, context.viewer, ticket)
    _check_version(ticket, if_match)
    changes = command.changes.given()
    readable = changes if rights.is_staff(ports, context.viewer, ticket) else without_staff_fields(changes)
    _check_base(ports, stored, command.base_version, readable)
    unable = assignee.loses_ticket(ports, ticket, changes, command.comment is not None, author)
    asked = _to_update(command, attached, changes)
    after = decide(ticket, asked, author, ports.clock(), ports.reopen_window, assignee_unable=unable)
    if after is not ticket:
        _check_category(ports, ticket, after)
        if (after.assignee_id, after.team_id) != (ticket.assignee_id, ticket.team_id):
            assignee.check_named(ports, context, changes.get("assignee_id"), after.team_id, "/changes/assignee_id")
        ports.tickets.save(ticket, after, [ticket_event(after, context)], known)
    metrics.count("update", "unchanged" if after is ticket else "updated")
    return views.restrict(views.to_view(after), rights.is_staff(ports, context.viewer, after))


def _to_update(command: UpdateTicket, attached: tuple[File, ...], changes: Mapping[str, Any]) -> Update:
    comment = command.comment
    if comment is None:
        return Update(changes, time_spent=command.time_spent)
    return Update(changes, comment.text, comment.visibility, command.time_spent, attached, comment.format)


def _check_version(ticket: Ticket, if_match: IfMatch) -> None:
    if not is_wanted(ticket.version, if_match):
        raise refuse(
            reasons.tickets.TICKET_CHANGED_MEANWHILE,
            detail={"version": ticket.version},
            number=ticket.number,
            version=ticket.version,
            base=newest_of(if_match),
        )


def _check_base(ports: Ports, stored: Stored, base: int | None, changes: Mapping[str, Any]) -> None:
    """Compares only fields that the viewer may read, because the refusal tells the present values."""
    if base is None or base == stored.ticket.version:
        return
    if base > stored.ticket.version:
        raise refuse(
            reasons.tickets.VERSION_NOT_THERE_YET, pointer="/base_version", number=stored.ticket.number, version=base
        )
    since = (views.parse(event).changes for event in handled_events(ports, stored, base))
    current = views.to_view(stored.ticket).model_dump(mode="json")
    fields = merge.find_conflicts(current, changes, since)
    if fields:
        detail = {"version": stored.ticket.version, "fields": fields}
        raise refuse(reasons.tickets.FIELDS_CHANGED_MEANWHILE, detail=detail, fields=sorted(fields))


def _check_category(ports: Ports, before: Ticket, after: Ticket) -> None:
    if after.category_id is not None and after.category_id != before.category_id:
        get_active(ports, after.category_id, "/changes/category_id")


def _answer_repeat(ports: Ports, stored: Stored, done: Done, known: CommandRecord, viewer: Viewer) -> TicketView:
    # Rights may have been lost since the first call.
    rights.check_can_read(ports, viewer, stored.ticket)
    check_same_body(done.hash, known.hash)
    metrics.count("update", "repeated")
    event = next(ports.tickets.events(stored, done.version - 1), None)
    if event is None:
        raise refuse(reasons.tickets.VERSION_NOT_IN_LOG, version=done.version, number=stored.ticket.number)
    view = views.parse(event).ticket
    return views.restrict(view, rights.is_staff(ports, viewer, stored.ticket))
