"""The in-app inbox, and mail deliveries as operators see them."""

from typing import Annotated, Literal

from pydantic import Field

from trackline_schemas.base import Command, Instant, View

Reason = Literal["received", "replied", "resolved", "assigned", "requester_replied", "new_unassigned", "state_changed"]
DeliveryState = Literal["queued", "claimed", "handing", "sent", "failed", "unknown"]


class InboxEntry(View):
    """One line per event and recipient. `text` is a short excerpt of what the recipient may read."""

    id: str
    ticket_id: str
    number: str
    title: str
    reason: Reason
    actor_id: str
    text: str | None = None
    time: Instant
    read: bool = False


class Inbox(View):
    items: list[InboxEntry]
    unread: int
    after: str | None = None


class InboxQuery(Command):
    unread_only: bool = False
    size: Annotated[int, Field(ge=1, le=100)] = 25
    after: str | None = None


class MarkRead(Command):
    """Without `ids` and `ticket_id` the whole inbox is marked."""

    ids: list[str] | None = Field(default=None, max_length=100)
    ticket_id: str | None = None


class Delivery(View):
    """`unknown`: the connection broke while the server had the mail; it may have arrived, so nothing resends it.
    Without a ticket it is an invitation, a link for a new password, or a test."""

    id: str
    mail_id: str | None = None
    ticket_id: str | None = None
    number: str | None = None
    recipient_id: str
    address: str | None = None
    subject: str
    state: DeliveryState
    attempts: int = 0
    error: str | None = None
    created_at: Instant
    updated_at: Instant
