from collections.abc import Mapping, Sequence
from dataclasses import replace

from tickets import metrics
from tickets.domain.create import Draft, check
from tickets.domain.create import create as decide
from tickets.domain.ticket import Attachment as File
from tickets.usecases import assignee, attachment, rights, views
from tickets.usecases.category import get_active
from tickets.usecases.command import ATTEMPTS, check_same_body, translate_domain_errors
from tickets.usecases.events import ticket_event
from tickets.usecases.ports import Ports, Stored, Taken
from trackline_core.records.command import choose_id
from trackline_schemas.context import CallContext
from trackline_schemas.errors import ServiceError, reasons, refuse
from trackline_schemas.ticket.commands import CreateTicket
from trackline_schemas.ticket.fields import CREATABLE, DEFAULTS
from trackline_schemas.ticket.views import Attachment, TicketView
from trackline_schemas.viewer import Viewer

NONE: Mapping[str, str] = {}


def create(
    ports: Ports,
    command: CreateTicket,
    context: CallContext,
    attachments: Sequence[Attachment] = (),
    defaults: Mapping[str, str] = NONE,
) -> TicketView:
    """Opens a ticket. A repeat with the same key returns the ticket as it was opened. `attachments` describes the files
    that the command names. `defaults` has values for fields that the command leaves out. They may differ when the
    command is repeated, because the caller did not send them."""
    with metrics.count_failures("create"), translate_domain_errors():
        return _create(ports, command, attachments, defaults, context)


def _create(
    ports: Ports,
    command: CreateTicket,
    attachments: Sequence[Attachment],
    defaults: Mapping[str, str],
    context: CallContext,
) -> TicketView:
    body = command.digest()
    ticket_id = choose_id(context, ports.new_id)
    # Repeats are recognised before a number is drawn, so that they leave no gaps.
    first = ports.tickets.by_id(ticket_id) if context.key_sent else None
    if first is not None:
        return _answer_repeat(ports, first, body, context.viewer)
    attached = attachment.resolve_files(command.attachments, attachments)
    draft = _draft(ports, command, attached, defaults, context.viewer)
    assignee.check_named(ports, context, command.assignee_id, draft.values.get("team_id"), "/assignee_id")
    for _ in range(ATTEMPTS):
        try:
            return _insert(ports, draft, ticket_id, body, context)
        except Taken as taken:
            twin = _find_twin(ports, taken, command, ticket_id, context.viewer)
        if twin is not None:
            return _answer_repeat(ports, twin, body, context.viewer)
    raise refuse(reasons.tickets.NO_FREE_TICKET_NUMBER)


def _draft(
    ports: Ports, command: CreateTicket, attached: tuple[File, ...], defaults: Mapping[str, str], viewer: Viewer
) -> Draft:
    left_out = DEFAULTS.keys() - command.model_fields_set
    taken_over = {name: value for name, value in defaults.items() if name in left_out}
    values = {name: getattr(command, name) for name in CREATABLE} | taken_over
    draft = Draft(values, command.description, attached, command.description_format)
    check(draft, viewer.id, viewer.agent)
    if command.category_id is None:
        return draft
    category = get_active(ports, command.category_id, "/category_id")
    return replace(draft, values={**values, "team_id": command.team_id or category.team_id})


def _insert(ports: Ports, draft: Draft, ticket_id: str, body: bytes, context: CallContext) -> TicketView:
    ticket = decide(draft, context.viewer.id, ticket_id, ports.tickets.next_serial(), ports.clock())
    ports.tickets.insert(ticket, [ticket_event(ticket, context)], body)
    metrics.CREATED.labels(ticket.channel).inc()
    metrics.count("create", "created")
    return views.restrict(views.to_view(ticket), rights.is_staff(ports, context.viewer, ticket))


def _find_twin(ports: Ports, taken: Taken, command: CreateTicket, ticket_id: str, viewer: Viewer) -> Stored | None:
    """Returns the ticket that a concurrent call with the same key opened, or None if only the number was taken."""
    if taken.field == "external_ref":
        raise _reference_taken_error(ports, command, viewer)
    return ports.tickets.by_id(ticket_id) if taken.field == "id" else None


def _answer_repeat(ports: Ports, first: Stored, body: bytes, viewer: Viewer) -> TicketView:
    check_same_body(first.create_hash, body)
    # The caller may have lost the right to read the ticket since the first call, or never had it.
    if not rights.can_read(ports, viewer, first.ticket):
        raise refuse(reasons.tickets.TICKET_OPENED_BEFORE, number=first.ticket.number)
    metrics.count("create", "repeated")
    opened = views.parse(next(ports.tickets.events(first))).ticket
    return views.restrict(opened, rights.is_staff(ports, viewer, first.ticket))


def _reference_taken_error(ports: Ports, command: CreateTicket, viewer: Viewer) -> ServiceError:
    reference = f"{command.source} {command.external_ref}"
    existing = ports.tickets.by_ref(command.source or "", command.external_ref or "")
    if existing is None or not rights.can_read(ports, viewer, existing.ticket):
        return refuse(reasons.tickets.REFERENCE_TAKEN, reference=reference)
    number = existing.ticket.number
    return refuse(reasons.tickets.REFERENCE_TAKEN_BY, detail={"number": number}, number=number, reference=reference)
