"""Shows deliveries to administrators. They see the subject only if they may read the ticket."""

from dataclasses import replace

from notifications.domain.delivery import Delivery
from notifications.usecases.permission import Readability
from notifications.usecases.ports import Ports
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.notifications import Delivery as DeliveryView
from trackline_schemas.notifications import DeliveryState
from trackline_schemas.paging import MAX_PAGE, Page
from trackline_schemas.viewer import Viewer


def page(ports: Ports, state: DeliveryState | None, size: int, after: str | None, viewer: Viewer) -> Page[DeliveryView]:
    if not viewer.admin:
        raise refuse(reasons.mail.DELIVERIES_FOR_ADMINISTRATORS_ONLY)
    if not 1 <= size <= MAX_PAGE:
        raise refuse(reasons.requests.PAGE_SIZE_OUT_OF_RANGE, pointer="/size", most=MAX_PAGE)
    rows, cursor = ports.deliveries.page(state, size, after)
    readability = Readability.of(ports.known, viewer, {row.ticket_id for row in rows if row.ticket_id})
    return Page(items=[view(_restrict(row, readability)) for row in rows], after=cursor)


def _restrict(row: Delivery, readability: Readability) -> Delivery:
    if row.ticket_id is None or readability.reads(row.ticket_id):
        return row
    return replace(row, subject=f"[{row.number}]")


def view(row: Delivery) -> DeliveryView:
    return DeliveryView(
        id=row.id,
        mail_id=row.message_id,
        ticket_id=row.ticket_id,
        number=row.number,
        recipient_id=row.recipient_id,
        address=row.address,
        subject=row.subject,
        state=row.state,
        attempts=row.attempts,
        error=row.error,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
