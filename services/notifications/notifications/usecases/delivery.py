"""Shows deliveries to administrators."""

from notifications.domain.delivery import Delivery
from notifications.usecases.ports import DeliveryStore
from trackline_schemas.errors import reasons, refuse
from trackline_schemas.notifications import Delivery as DeliveryView
from trackline_schemas.notifications import DeliveryState
from trackline_schemas.paging import MAX_PAGE, Page
from trackline_schemas.viewer import Viewer


def page(
    deliveries: DeliveryStore, state: DeliveryState | None, size: int, after: str | None, viewer: Viewer
) -> Page[DeliveryView]:
    if not viewer.admin:
        raise refuse(reasons.mail.DELIVERIES_FOR_ADMINISTRATORS_ONLY)
    if not 1 <= size <= MAX_PAGE:
        raise refuse(reasons.requests.PAGE_SIZE_OUT_OF_RANGE, pointer="/size", most=MAX_PAGE)
    rows, cursor = deliveries.page(state, size, after)
    return Page(items=[view(row) for row in rows], after=cursor)


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
